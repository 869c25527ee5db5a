package io.github.resilientllm.chat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What became of one target in a call: an attempt on the wire, or the reason why there was none.
 *
 * <p>It holds no content: neither the prompt nor the answer.
 */
public final class Attempt {

  /** Why an attempt was made. */
  public enum Kind {
    /** The call's first attempt. */
    FIRST,
    /** The same target again, later. */
    RETRY,
    /** A second attempt beside a slow one. */
    HEDGE,
    /** The next target. */
    FALLBACK,
    /** Not made: {@link Attempt#reason()} says why. */
    SKIPPED
  }

  private final String target;
  private final Kind kind;
  private final Duration startedAfter;
  private final @Nullable Duration firstToken;
  private final Duration duration;
  private final @Nullable ErrorKind error;
  private final int httpStatus;
  private final @Nullable String requestId;
  private final @Nullable String reason;
  private final List<String> leftOut;
  private final Usage usage;

  private Attempt(Builder from) {
    target = from.target;
    kind = from.kind;
    startedAfter = from.startedAfter;
    firstToken = from.firstToken;
    duration = from.duration;
    error = from.error;
    httpStatus = from.httpStatus;
    requestId = from.requestId;
    reason = from.reason;
    leftOut = from.leftOut;
    usage = from.usage;
  }

  /** Starts the description of an attempt at a target. */
  public static Builder builder(String target, Kind kind) {
    return new Builder(target, kind);
  }

  /** The target's name. */
  public String target() {
    return target;
  }

  /** Why it was made. */
  public Kind kind() {
    return kind;
  }

  /** How long after the call it began. */
  public Duration startedAfter() {
    return startedAfter;
  }

  /** How long after its own start the first content came; empty if none did. */
  public Optional<Duration> timeToFirstToken() {
    return Optional.ofNullable(firstToken);
  }

  /** How long it lasted. */
  public Duration duration() {
    return duration;
  }

  /** Why it failed; empty if it answered. A loser that was cancelled has {@code CANCELLED}. */
  public Optional<ErrorKind> error() {
    return Optional.ofNullable(error);
  }

  /** The HTTP status; empty if no answer came, or none over HTTP. */
  public OptionalInt httpStatus() {
    return httpStatus == 0 ? OptionalInt.empty() : OptionalInt.of(httpStatus);
  }

  /** The vendor's id of the request, for its support; empty if it sent none. */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  /** One sentence on what happened, without content; empty if the attempt answered. */
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /**
   * What of the request did not reach the target because it cannot take it, one short phrase each,
   * without content; empty for almost every attempt.
   */
  public List<String> leftOut() {
    return leftOut;
  }

  /** The tokens; unknown for most failures. */
  public Usage usage() {
    return usage;
  }

  /** For example {@code openai/gpt-4.1 RETRY at 1204 ms: RATE_LIMITED after 88 ms (HTTP 429)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(64).append(target).append(' ').append(kind);
    if (kind != Kind.SKIPPED) {
      text.append(" at ").append(startedAfter.toMillis()).append(" ms");
    }
    text.append(": ").append(error == null ? "answered" : error);
    if (kind != Kind.SKIPPED) {
      text.append(" after ").append(duration.toMillis()).append(" ms");
    }
    if (httpStatus != 0) {
      text.append(" (HTTP ").append(httpStatus).append(')');
    }
    if (reason != null) {
      text.append(", ").append(reason);
    }
    if (!leftOut.isEmpty()) {
      text.append(", without ").append(leftOut);
    }
    return text.toString();
  }

  /** Fills in an {@link Attempt}; not safe for several threads. */
  public static final class Builder {
    private final String target;
    private final Kind kind;
    private Duration startedAfter = Duration.ZERO;
    private @Nullable Duration firstToken;
    private Duration duration = Duration.ZERO;
    private @Nullable ErrorKind error;
    private int httpStatus;
    private @Nullable String requestId;
    private @Nullable String reason;
    private List<String> leftOut = List.of();
    private Usage usage = Usage.unknown();

    private Builder(String target, Kind kind) {
      this.target = Objects.requireNonNull(target, "target");
      this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** How long after the call it began. */
    public Builder startedAfter(Duration time) {
      this.startedAfter = Objects.requireNonNull(time, "time");
      return this;
    }

    /** How long it lasted. */
    public Builder duration(Duration time) {
      this.duration = Objects.requireNonNull(time, "time");
      return this;
    }

    /** How long after its own start the first content came; left out if none did. */
    public Builder timeToFirstToken(Duration time) {
      this.firstToken = Objects.requireNonNull(time, "time");
      return this;
    }

    /** Why it failed; null if it answered. */
    public Builder error(@Nullable ErrorKind error) {
      this.error = error;
      return this;
    }

    /** The HTTP status (0 for none) and the vendor's request id. */
    public Builder answered(int httpStatus, @Nullable String requestId) {
      this.httpStatus = httpStatus;
      this.requestId = requestId;
      return this;
    }

    /** One sentence without content. */
    public Builder reason(@Nullable String reason) {
      this.reason = reason;
      return this;
    }

    /** What of the request did not reach the target. */
    public Builder leftOut(List<String> phrases) {
      this.leftOut = List.copyOf(phrases);
      return this;
    }

    /** The tokens. */
    public Builder usage(Usage usage) {
      this.usage = Objects.requireNonNull(usage, "usage");
      return this;
    }

    /** Builds the attempt. */
    public Attempt build() {
      return new Attempt(this);
    }
  }
}
