package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.chat.Vendor;
import java.time.Duration;

/**
 * How long and how hard a drill is. The outage of hours is played in a minute, so every clock of
 * the clients is scaled down with it.
 *
 * @param seed the same seed gives the same questions at the same times, and the same luck to the
 *     sick vendor
 * @param phase how long each phase lasts
 * @param callers how many callers ask; each begins a call every half second on average, whether its
 *     last one has ended or not, as the users of a web service do
 * @param first whose protocol resilient-llm speaks with the vendor that has the outage
 * @param second the same for the healthy one
 */
record Settings(long seed, Duration phase, int callers, Vendor first, Vendor second) {

  /** A drill in OpenAI's protocol alone. */
  Settings(long seed, Duration phase, int callers) {
    this(seed, phase, callers, Vendor.OPENAI, Vendor.OPENAI);
  }

  /** The whole outage. */
  Duration length() {
    return phase.multipliedBy(Phase.ALL.size());
  }

  /**
   * How long both clients wait for one attempt: they differ in what they do then. Several times
   * what a healthy vendor takes, so that a busy machine does not look like a sick vendor.
   */
  Duration attempt() {
    return Duration.ofSeconds(1);
  }

  /** How long a call of resilient-llm may take. */
  Duration deadline() {
    return attempt().multipliedBy(5);
  }

  /** The pause of the bare client between two attempts, and the base of resilient-llm's. */
  Duration pause() {
    return attempt().dividedBy(10);
  }

  /** How long an open breaker waits before it lets one call probe the vendor. */
  Duration breakerOpen() {
    return phase.dividedBy(5);
  }

  /** Calls expected per second. */
  int callsPerSecond() {
    return callers * 2;
  }
}
