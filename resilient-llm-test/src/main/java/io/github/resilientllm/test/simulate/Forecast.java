package io.github.resilientllm.test.simulate;

import java.time.Duration;
import java.util.Locale;

/**
 * What a policy made of a load and a trace.
 *
 * @param policy its name
 * @param calls how many calls there were
 * @param answered how many of them were answered
 * @param median how long the middle call took, answered or not
 * @param slowest how long it took the one of a hundred that is slower than the others
 * @param requests how many requests all targets got
 * @param tokens how many output tokens the models said, heard by somebody or not
 * @param cost what the requests cost
 * @param sickCalls how many calls began while their first target was in trouble
 * @param sickRequests how many requests the first target got while it was
 * @param guessed of a run that is played again: how many requests were taken as a guess, since
 *     nothing had been seen of their target around that time
 */
public record Forecast(
    String policy,
    int calls,
    int answered,
    Duration median,
    Duration slowest,
    int requests,
    long tokens,
    double cost,
    int sickCalls,
    int sickRequests,
    int guessed) {

  /** The share of the calls that were answered, from 0 to 1. */
  public double availability() {
    return calls == 0 ? 1 : (double) answered / calls;
  }

  /** How many requests the first target got for each call while it was in trouble. */
  public double loadOnTheSick() {
    return sickCalls == 0 ? 0 : (double) sickRequests / sickCalls;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %.3f%% of %d calls, p50 %.1f s, p99 %.1f s, %d requests, cost %.2f, %.2f requests a"
            + " call to the sick",
        policy,
        availability() * 100,
        calls,
        median.toMillis() / 1e3,
        slowest.toMillis() / 1e3,
        requests,
        cost,
        loadOnTheSick());
  }
}
