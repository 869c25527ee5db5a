package io.github.resilientllm.provider;

import io.github.resilientllm.chat.ErrorKind;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The failure of one attempt, classified by the provider that knows its vendor's words.
 *
 * <p>The message never holds a key, a prompt or an answer; a vendor's own message may quote any of
 * them and is therefore not taken over.
 */
public final class ProviderException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;
  private final int httpStatus;
  private final @Nullable String requestId;
  private final transient @Nullable Duration retryAfter;
  private final @Nullable Boolean retryHint;
  private final transient @Nullable Pacing pacing;

  private ProviderException(Builder from) {
    super(from.message, from.cause);
    kind = from.kind;
    httpStatus = from.httpStatus;
    requestId = from.requestId;
    retryAfter = from.retryAfter;
    retryHint = from.retryHint;
    pacing = from.pacing;
  }

  /** A failure of which only the kind is known. */
  public ProviderException(ErrorKind kind, String message) {
    this(builder(kind, message));
  }

  /** Starts a failure; the message is one sentence without content. */
  public static Builder builder(ErrorKind kind, String message) {
    return new Builder(kind, message);
  }

  /** What went wrong. */
  public ErrorKind kind() {
    return kind;
  }

  /** The HTTP status; 0 if no answer came. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The vendor's id of the request; empty if it sent none. */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  /** How long the server asked to wait; empty if it did not. Positive, of any length. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /**
   * Whether the server said in so many words that the same request may, or must not, be sent again;
   * empty if it did not. It overrides {@link ErrorKind#retriesSameTarget()}.
   */
  public Optional<Boolean> retryHint() {
    return Optional.ofNullable(retryHint);
  }

  /** What the vendor said about its rate limits; empty if nothing. */
  public Optional<Pacing> pacing() {
    return Optional.ofNullable(pacing);
  }

  /** Fills in a {@link ProviderException}; not safe for several threads. */
  public static final class Builder {
    private final ErrorKind kind;
    private final String message;
    private int httpStatus;
    private @Nullable String requestId;
    private @Nullable Duration retryAfter;
    private @Nullable Boolean retryHint;
    private @Nullable Pacing pacing;
    private @Nullable Throwable cause;

    private Builder(ErrorKind kind, String message) {
      this.kind = Objects.requireNonNull(kind, "kind");
      this.message = Objects.requireNonNull(message, "message");
    }

    /** The HTTP status and the vendor's request id. */
    public Builder answered(int httpStatus, @Nullable String requestId) {
      this.httpStatus = httpStatus;
      this.requestId = requestId;
      return this;
    }

    /** How long the server asked to wait; null, zero and less are taken as not said. */
    public Builder retryAfter(@Nullable Duration delay) {
      this.retryAfter = delay == null || delay.isNegative() || delay.isZero() ? null : delay;
      return this;
    }

    /** What the server said about sending the same request again; null for nothing. */
    public Builder retryHint(@Nullable Boolean hint) {
      this.retryHint = hint;
      return this;
    }

    /** What the vendor said about its rate limits; null for nothing. */
    public Builder pacing(@Nullable Pacing said) {
      this.pacing = said;
      return this;
    }

    /** The exception behind it. */
    public Builder cause(@Nullable Throwable cause) {
      this.cause = cause;
      return this;
    }

    /** Builds the exception. */
    public ProviderException build() {
      return new ProviderException(this);
    }
  }
}
