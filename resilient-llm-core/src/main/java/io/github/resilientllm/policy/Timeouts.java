package io.github.resilientllm.policy;

import io.github.resilientllm.chat.Experimental;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of a call.
 *
 * <p>A clock that is not set follows from the deadline and from the clocks around it, so that
 * setting the deadline alone never contradicts.
 *
 * <p>The clocks of the first token and of the stall need an answer that is streamed by the vendor:
 * that of {@code stream}, and with a {@link Hedge} that of {@code chat}.
 *
 * <p>There are two clocks for the first content, because there are two kinds of silence. A plain
 * model that says nothing for a tenth of the deadline is most likely ill, and the time is better
 * spent on the next target: that is {@link #firstToken()}. A model that reasons may be silent for a
 * minute and be well; leaving it then pays twice and answers later: it gets {@link #thinking()}.
 * Which attempts may think in silence is known from the model ({@link
 * io.github.resilientllm.provider.Capabilities#thinksInSilence()}) and from the effort that the
 * request asks for.
 */
public final class Timeouts {
  private final Duration deadline;
  private final @Nullable Duration attempt;
  private final @Nullable Duration firstToken;
  private final @Nullable Duration thinking;
  private final @Nullable Duration stall;

  private Timeouts(
      Duration deadline,
      @Nullable Duration attempt,
      @Nullable Duration firstToken,
      @Nullable Duration thinking,
      @Nullable Duration stall) {
    Require.positive("deadline", deadline);
    checkWithin("attempt", attempt, "deadline", deadline);
    Duration around = attempt == null ? deadline : attempt;
    String name = attempt == null ? "deadline" : "attempt";
    checkWithin("thinking", thinking, name, around);
    checkWithin("firstToken", firstToken, name, around);
    checkWithin("stall", stall, name, around);
    if (thinking != null) {
      checkWithin("firstToken", firstToken, "thinking", thinking);
    }
    this.deadline = deadline;
    this.attempt = attempt;
    this.firstToken = firstToken;
    this.thinking = thinking;
    this.stall = stall;
  }

  /** The default: 2 minutes for the call. */
  public static Timeouts standard() {
    return deadline(Duration.ofMinutes(2));
  }

  /** This long for the call; the other clocks follow from it. */
  public static Timeouts deadline(Duration deadline) {
    return new Timeouts(deadline, null, null, null, null);
  }

  /**
   * The same with another deadline; clocks that were set stay as they are.
   *
   * @throws IllegalArgumentException if one of them is longer
   */
  public Timeouts withDeadline(Duration time) {
    return new Timeouts(time, attempt, firstToken, thinking, stall);
  }

  /**
   * The same with a limit on each attempt.
   *
   * @throws IllegalArgumentException if it is longer than the deadline, or shorter than a clock
   *     that was set
   */
  public Timeouts withAttempt(Duration time) {
    return new Timeouts(
        deadline, Objects.requireNonNull(time, "attempt"), firstToken, thinking, stall);
  }

  /**
   * The same with a limit on the time to the first content.
   *
   * @throws IllegalArgumentException if it is longer than a clock around it
   */
  public Timeouts withFirstToken(Duration time) {
    return new Timeouts(
        deadline, attempt, Objects.requireNonNull(time, "firstToken"), thinking, stall);
  }

  /**
   * The same with a limit on the time to the first content of an attempt that may think in silence.
   *
   * @throws IllegalArgumentException if it is longer than a clock around it, or shorter than a
   *     first-token clock that was set
   */
  public Timeouts withThinking(Duration time) {
    return new Timeouts(
        deadline, attempt, firstToken, Objects.requireNonNull(time, "thinking"), stall);
  }

  /**
   * The same with a limit on the silence within a stream.
   *
   * @throws IllegalArgumentException if it is longer than a clock around it
   */
  public Timeouts withStall(Duration time) {
    return new Timeouts(
        deadline, attempt, firstToken, thinking, Objects.requireNonNull(time, "stall"));
  }

  /**
   * The clocks of an attempt that may think in silence: its first-token clock is {@link
   * #thinking()}. An attempt clock that is not set then ends it halfway between that and the
   * deadline, so that there is time to answer after the thinking, and some for another target.
   */
  @Experimental
  public Timeouts forThinking() {
    Duration mind = thinking();
    Duration its = attempt == null ? deadline.minus(deadline.minus(mind).dividedBy(2)) : attempt;
    return new Timeouts(deadline, its, mind, mind, stall);
  }

  /** The whole call: all attempts, all waits, and the reading of a stream. Default 2 minutes. */
  public Duration deadline() {
    return deadline;
  }

  /**
   * One attempt from its start to its end. Not set: half of the deadline, so that there is time for
   * another.
   */
  public Duration attempt() {
    return attempt == null ? deadline.dividedBy(2) : attempt;
  }

  /**
   * One attempt from its start to its first content, where the vendor streams. Keep-alives are not
   * content. Not set: a tenth of the deadline, 12 s of 2 minutes.
   */
  public Duration firstToken() {
    if (firstToken != null) {
      return firstToken;
    }
    Duration most = thinking == null ? attempt() : min(thinking, attempt());
    return min(deadline.dividedBy(10), most);
  }

  /**
   * The same for an attempt that may think in silence. Not set: three quarters of the deadline, but
   * no longer than an attempt clock that was set.
   */
  public Duration thinking() {
    if (thinking != null) {
      return thinking;
    }
    Duration most = deadline.minus(deadline.dividedBy(4));
    Duration its = attempt == null ? most : min(most, attempt);
    return firstToken == null || firstToken.compareTo(its) < 0 ? its : firstToken;
  }

  /**
   * The silence between two pieces of a stream. Time that the reader takes is not counted. Not set:
   * a sixth of the deadline.
   */
  public Duration stall() {
    return stall == null ? min(deadline.dividedBy(6), attempt()) : stall;
  }

  /** {@link #attempt()} if it was set; empty if it follows from the deadline. */
  public Optional<Duration> attemptIfSet() {
    return Optional.ofNullable(attempt);
  }

  /** {@link #firstToken()} if it was set; empty if it follows from the deadline. */
  public Optional<Duration> firstTokenIfSet() {
    return Optional.ofNullable(firstToken);
  }

  /** {@link #thinking()} if it was set; empty if it follows from the deadline. */
  public Optional<Duration> thinkingIfSet() {
    return Optional.ofNullable(thinking);
  }

  /** {@link #stall()} if it was set; empty if it follows from the deadline. */
  public Optional<Duration> stallIfSet() {
    return Optional.ofNullable(stall);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Timeouts that
        && deadline.equals(that.deadline)
        && Objects.equals(attempt, that.attempt)
        && Objects.equals(firstToken, that.firstToken)
        && Objects.equals(thinking, that.thinking)
        && Objects.equals(stall, that.stall);
  }

  @Override
  public int hashCode() {
    return Objects.hash(deadline, attempt, firstToken, thinking, stall);
  }

  @Override
  public String toString() {
    return "Timeouts[deadline="
        + deadline
        + ", attempt="
        + attempt()
        + ", firstToken="
        + firstToken()
        + ", thinking="
        + thinking()
        + ", stall="
        + stall()
        + "]";
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static void checkWithin(
      String name, @Nullable Duration value, String outerName, Duration outer) {
    if (value == null) {
      return;
    }
    Require.positive(name, value);
    if (value.compareTo(outer) > 0) {
      throw new IllegalArgumentException(
          name
              + " "
              + value
              + " is longer than the "
              + outerName
              + " of "
              + outer
              + " around it and could never end anything; shorten it or lengthen the "
              + outerName);
    }
  }
}
