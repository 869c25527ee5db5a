package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;

/**
 * When a call moves on to its next target, and what becomes of an answer that breaks off.
 *
 * <p>Beyond what is set here: a target that timed out, or whose next try would leave another one no
 * time, is left for the other one at once.
 *
 * @param patience with another target at hand, the longest wait for a target that is rate-limited
 *     or full before the call goes there instead; without one a call waits as long as its deadline
 *     allows. Default 2 s
 * @param onContentFilter whether a question or answer that one vendor's filter refused is tried
 *     with the next. Default false: going from vendor to vendor until one answers evades a policy
 * @param onContextTooLong where a request goes that is too long for one target. Default {@link
 *     ContextTooLong#LARGER_WINDOW}
 * @param midStream what happens when an answer breaks off after its first token. Default {@link
 *     MidStream#RESTART}
 */
public record Fallback(
    Duration patience,
    boolean onContentFilter,
    ContextTooLong onContextTooLong,
    MidStream midStream) {

  /** Where a request goes that is too long for the context window of one target. */
  public enum ContextTooLong {
    /** Nowhere: the call fails at once. */
    NEVER,
    /**
     * To the next target whose window is {@linkplain
     * io.github.resilientllm.provider.Capabilities#contextWindow() known} to be larger; nowhere if
     * either window is unknown.
     */
    LARGER_WINDOW,
    /** To the next target, whatever is known about the windows. */
    ANY
  }

  /** What happens when an answer breaks off after its first token. */
  public enum MidStream {
    /** The call fails, and the exception has the partial text. */
    FAIL,
    /** The answer begins again from nothing; a stream says {@code Restarted}. */
    RESTART,
    /**
     * Another attempt is shown the partial text and goes on from there; a stream says {@code
     * Continued}, and the response lists the seams. Answers with tool calls or a required format
     * are restarted: two halves of a JSON do not fit together.
     */
    CONTINUE
  }

  /** Checks every value. */
  public Fallback {
    Require.notNegative("patience", patience);
    Objects.requireNonNull(onContextTooLong, "onContextTooLong");
    Objects.requireNonNull(midStream, "midStream");
  }

  /** The default. */
  public static Fallback standard() {
    return new Fallback(
        Duration.ofSeconds(2), false, ContextTooLong.LARGER_WINDOW, MidStream.RESTART);
  }

  /** The same with another patience; zero goes to the next target at once. */
  public Fallback withPatience(Duration wait) {
    return new Fallback(wait, onContentFilter, onContextTooLong, midStream);
  }

  /** The same, trying the next vendor when one vendor's filter refuses. */
  public Fallback withContentFilterTried() {
    return new Fallback(patience, true, onContextTooLong, midStream);
  }

  /** The same with another way to deal with a request that is too long for a target. */
  public Fallback withContextTooLong(ContextTooLong way) {
    return new Fallback(patience, onContentFilter, way, midStream);
  }

  /** The same with another way to deal with an answer that breaks off. */
  public Fallback withMidStream(MidStream way) {
    return new Fallback(patience, onContentFilter, onContextTooLong, way);
  }
}
