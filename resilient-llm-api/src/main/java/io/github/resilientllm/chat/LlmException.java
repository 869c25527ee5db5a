package io.github.resilientllm.chat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which a call fails: what happened at last, and every attempt that was made.
 *
 * <p>The cause is the last attempt's failure; earlier ones are suppressed exceptions of it. Neither
 * the message nor {@code toString} holds a key, a prompt or an answer; {@link #partialText()} does,
 * and has to be asked for.
 */
public final class LlmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;
  private final transient List<Attempt> attempts;
  private final transient String partialText;
  private final transient @Nullable Duration retryAfter;

  /**
   * A failure with all that is known about it.
   *
   * @param message one sentence without content
   * @param attempts what was tried, in order
   * @param partialText what had arrived of the answer; empty if nothing had
   * @param retryAfter how long the vendor asked to wait; null if it did not
   * @param cause the last attempt's failure; null if there was no attempt
   */
  public LlmException(
      ErrorKind kind,
      String message,
      List<Attempt> attempts,
      String partialText,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(kind + ": " + message, cause);
    this.kind = kind;
    this.attempts = List.copyOf(attempts);
    this.partialText = Objects.requireNonNull(partialText, "partialText");
    this.retryAfter = retryAfter;
  }

  /** A failure without attempts, as a fake client throws it. */
  public LlmException(ErrorKind kind, String message) {
    this(kind, message, List.of(), "", null, null);
  }

  /** What happened at last. */
  public ErrorKind kind() {
    return kind;
  }

  /** How the call ended; never {@link Outcome#COMPLETE}. */
  public Outcome outcome() {
    return switch (kind) {
      case CANCELLED -> Outcome.CANCELLED;
      case CONTENT_FILTERED -> Outcome.FILTERED;
      default -> partialText().isEmpty() ? Outcome.ERROR : Outcome.TRUNCATED;
    };
  }

  /** What was tried, in order; targets that were passed over are listed with the reason. */
  public List<Attempt> attempts() {
    return attempts == null ? List.of() : attempts; // null after Java deserialization
  }

  /**
   * The tokens of all attempts. A count is absent where one of them may have cost something that
   * its vendor did not tell, as after a time-out or a cut stream; all are if nothing was attempted.
   */
  public Usage totalUsage() {
    return TotalUsage.of(attempts(), Usage.unknown());
  }

  /** What had arrived of the answer before it broke; empty if nothing had. */
  public String partialText() {
    return partialText == null ? "" : partialText; // null after Java deserialization
  }

  /** How long the vendor asked to wait before the next request; empty if it did not say. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
