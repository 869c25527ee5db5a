package io.github.resilientllm.test.time;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a {@link VirtualModel}, from when, for how long, and for which share of its
 * requests. Default from the beginning, for ever, for all.
 */
public final class Incident {
  private final Effect effect;
  private Duration from = Duration.ZERO;
  private Duration until = Duration.ofDays(100_000);
  private double share = 1;

  Incident(Effect effect) {
    this.effect = effect;
  }

  /** Sets when it begins. */
  public Incident from(Duration begin) {
    Duration length = until.minus(from);
    from = begin;
    until = begin.plus(length);
    return this;
  }

  /** Sets how long it lasts. */
  public Incident lasting(Duration time) {
    until = from.plus(time);
    return this;
  }

  /** Sets which share of the requests it strikes, from 0 to 1. */
  public Incident forShare(double requests) {
    if (!(requests >= 0) || requests > 1) {
      throw new IllegalArgumentException("A share is from 0 to 1, not " + requests);
    }
    share = requests;
    return this;
  }

  boolean strikes(Duration now, RandomGenerator random) {
    return holds(now) && (share == 1 || random.nextDouble() < share);
  }

  boolean holds(Duration now) {
    return now.compareTo(from) >= 0 && now.compareTo(until) < 0;
  }

  Effect effect() {
    return effect;
  }

  static ProviderException broken(ErrorKind kind) {
    return new ProviderException(kind, "This is scripted.");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s from %s until %s, for a share of %.2f", effect, from, until, share);
  }

  /** What happens to a request. */
  sealed interface Effect {
    record Fails(ErrorKind kind, @Nullable Duration retryAfter) implements Effect {
      ProviderException failure() {
        return ProviderException.builder(kind, "This is scripted.").retryAfter(retryAfter).build();
      }
    }

    record Silent() implements Effect {}

    record Late(Duration by) implements Effect {}

    record Cuts() implements Effect {}
  }
}
