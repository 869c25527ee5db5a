package io.github.resilientllm.load;

import java.time.Duration;
import java.util.List;

/** A client that is measured, as an application would use it. Safe for several threads. */
public interface Contestant {

  /** One whole answer; throws if there is none. */
  String chat(List<String> messages) throws Exception;

  /**
   * One streamed answer.
   *
   * @param piece told each piece of text as it comes
   * @return the whole text as the client takes it for complete; throws if it knows that it is not
   */
  String stream(List<String> messages, Runnable piece) throws Exception;

  /**
   * What a client is set to, as far as it can be.
   *
   * @param url the vendor's base URL
   * @param fallbackUrl the second vendor's; empty for none
   * @param maxAttempts of one target, the first one included
   * @param hedges whether a late call may be doubled
   * @param timeout of one call
   * @param probe how long an open breaker waits before it probes
   * @param guarded whether a budget bounds its retries and a breaker ends them, where it has these
   */
  record Setup(
      String url,
      String fallbackUrl,
      int maxAttempts,
      boolean hedges,
      Duration timeout,
      Duration probe,
      boolean guarded) {

    String toLine() {
      return String.join(
          " ",
          url,
          fallbackUrl.isEmpty() ? "-" : fallbackUrl,
          Integer.toString(maxAttempts),
          Boolean.toString(hedges),
          Long.toString(timeout.toMillis()),
          Long.toString(probe.toMillis()),
          Boolean.toString(guarded));
    }

    static Setup ofWords(List<String> words) {
      return new Setup(
          words.get(0),
          words.get(1).equals("-") ? "" : words.get(1),
          Integer.parseInt(words.get(2)),
          Boolean.parseBoolean(words.get(3)),
          Duration.ofMillis(Long.parseLong(words.get(4))),
          Duration.ofMillis(Long.parseLong(words.get(5))),
          Boolean.parseBoolean(words.get(6)));
    }
  }

  /** Makes a client; found by {@link java.util.ServiceLoader}. */
  interface Factory {
    /** What it is called in commands and tables. */
    String name();

    /** A client, set as far as it can be. */
    Contestant create(Setup setup);
  }
}
