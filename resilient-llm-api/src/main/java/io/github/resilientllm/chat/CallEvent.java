package io.github.resilientllm.chat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens inside a client, for metrics, traces and logs. No event holds content.
 *
 * <p>{@code callId} is a number that is unique within one client; it ties a call's events together.
 * Who listens to several clients tells them apart by {@link #policy()}.
 *
 * <p>The set of events is open: a later version tells more, so that a listener takes those that it
 * knows and lets the others pass. That is why this is no sealed type, over which a {@code switch}
 * would be complete today and broken by the next event. For the same reason the events are final
 * classes with factories and not records: a record with one more component breaks who builds it and
 * who takes it apart by a pattern, and its components could not be {@code Optional}.
 */
public interface CallEvent {

  /** The policy of the client that tells it; empty for a client that was given no such name. */
  Optional<String> policy();

  /** The same, told by the client of a policy. */
  CallEvent withPolicy(String name);

  /** A call begins, on the thread of whoever makes it; a stream when it is first read. */
  final class CallStarted implements CallEvent {
    private final Origin origin;
    private final boolean streaming;
    private final @Nullable String conversation;
    private final Map<String, String> tags;

    private CallStarted(
        Origin origin, boolean streaming, @Nullable String conversation, Map<String, String> tags) {
      this.origin = origin;
      this.streaming = streaming;
      this.conversation = conversation;
      this.tags = Objects.requireNonNull(tags, "tags");
    }

    /** A call that belongs to no conversation and has no tags. */
    public static CallStarted of(long callId, boolean streaming) {
      return new CallStarted(Origin.of(callId), streaming, null, Map.of());
    }

    /** The same, belonging to a conversation. */
    public CallStarted withConversation(String id) {
      return new CallStarted(origin, streaming, Objects.requireNonNull(id, "id"), tags);
    }

    /** The same with the tags of its request. */
    public CallStarted withTags(Map<String, String> all) {
      return new CallStarted(origin, streaming, conversation, Map.copyOf(all));
    }

    /** Which call of its client it belongs to. */
    public long callId() {
      return origin.callId();
    }

    /** Whether the caller reads a stream. */
    public boolean streaming() {
      return streaming;
    }

    /** The conversation that the call belongs to; empty if to none. */
    public Optional<String> conversation() {
      return Optional.ofNullable(conversation);
    }

    /**
     * The {@linkplain ChatRequest#tags() tags} of the request; empty for none, and for a turn of a
     * conversation, whose request is made only when its history has been read: {@link
     * CallEnded#tags} has them.
     */
    public Map<String, String> tags() {
      return tags;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(origin.policy());
    }

    @Override
    public CallStarted withPolicy(String name) {
      return new CallStarted(origin.with(name), streaming, conversation, tags);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof CallStarted that
          && origin.equals(that.origin)
          && streaming == that.streaming
          && Objects.equals(conversation, that.conversation)
          && tags.equals(that.tags);
    }

    @Override
    public int hashCode() {
      return Objects.hash(origin, streaming, conversation, tags);
    }

    @Override
    public String toString() {
      return "CallStarted["
          + origin
          + ", streaming="
          + streaming
          + ", conversation="
          + conversation
          + ", tags="
          + tags.keySet()
          + "]";
    }
  }

  /** An attempt begins. A hedge and a fallback are told by the kind. */
  final class AttemptStarted implements CallEvent {
    private final Origin origin;
    private final String target;
    private final Attempt.Kind kind;
    private final int number;

    private AttemptStarted(Origin origin, String target, Attempt.Kind kind, int number) {
      this.origin = origin;
      this.target = Objects.requireNonNull(target, "target");
      this.kind = Objects.requireNonNull(kind, "kind");
      this.number = number;
    }

    /** An attempt at a target. */
    public static AttemptStarted of(long callId, String target, Attempt.Kind kind, int number) {
      return new AttemptStarted(Origin.of(callId), target, kind, number);
    }

    /** Which call of its client it belongs to. */
    public long callId() {
      return origin.callId();
    }

    /** The target. */
    public String target() {
      return target;
    }

    /** Why it is made. */
    public Attempt.Kind kind() {
      return kind;
    }

    /** 1 for the call's first attempt. */
    public int number() {
      return number;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(origin.policy());
    }

    @Override
    public AttemptStarted withPolicy(String name) {
      return new AttemptStarted(origin.with(name), target, kind, number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof AttemptStarted that
          && origin.equals(that.origin)
          && target.equals(that.target)
          && kind == that.kind
          && number == that.number;
    }

    @Override
    public int hashCode() {
      return Objects.hash(origin, target, kind, number);
    }

    @Override
    public String toString() {
      return "AttemptStarted["
          + origin
          + ", target="
          + target
          + ", kind="
          + kind
          + ", number="
          + number
          + "]";
    }
  }

  /** An attempt delivered its first content. */
  final class FirstToken implements CallEvent {
    private final Origin origin;
    private final String target;
    private final Duration after;

    private FirstToken(Origin origin, String target, Duration after) {
      this.origin = origin;
      this.target = Objects.requireNonNull(target, "target");
      this.after = Objects.requireNonNull(after, "after");
    }

    /** The first content of an attempt at a target. */
    public static FirstToken of(long callId, String target, Duration after) {
      return new FirstToken(Origin.of(callId), target, after);
    }

    /** Which call of its client it belongs to. */
    public long callId() {
      return origin.callId();
    }

    /** The target. */
    public String target() {
      return target;
    }

    /** How long after the attempt's start. */
    public Duration after() {
      return after;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(origin.policy());
    }

    @Override
    public FirstToken withPolicy(String name) {
      return new FirstToken(origin.with(name), target, after);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof FirstToken that
          && origin.equals(that.origin)
          && target.equals(that.target)
          && after.equals(that.after);
    }

    @Override
    public int hashCode() {
      return Objects.hash(origin, target, after);
    }

    @Override
    public String toString() {
      return "FirstToken[" + origin + ", target=" + target + ", after=" + after + "]";
    }
  }

  /** An attempt ended, was cancelled as a loser, or was not made. */
  final class AttemptEnded implements CallEvent {
    private final Origin origin;
    private final Attempt attempt;

    private AttemptEnded(Origin origin, Attempt attempt) {
      this.origin = origin;
      this.attempt = Objects.requireNonNull(attempt, "attempt");
    }

    /** The end of an attempt. */
    public static AttemptEnded of(long callId, Attempt attempt) {
      return new AttemptEnded(Origin.of(callId), attempt);
    }

    /** Which call of its client it belongs to. */
    public long callId() {
      return origin.callId();
    }

    /** What became of it. */
    public Attempt attempt() {
      return attempt;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(origin.policy());
    }

    @Override
    public AttemptEnded withPolicy(String name) {
      return new AttemptEnded(origin.with(name), attempt);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof AttemptEnded that
          && origin.equals(that.origin)
          && attempt.equals(that.attempt);
    }

    @Override
    public int hashCode() {
      return Objects.hash(origin, attempt);
    }

    @Override
    public String toString() {
      return "AttemptEnded[" + origin + ", attempt=" + attempt + "]";
    }
  }

  /** A retry will be made. */
  final class RetryScheduled implements CallEvent {
    private final Origin origin;
    private final String target;
    private final Duration delay;
    private final boolean byServer;

    private RetryScheduled(Origin origin, String target, Duration delay, boolean byServer) {
      this.origin = origin;
      this.target = Objects.requireNonNull(target, "target");
      this.delay = Objects.requireNonNull(delay, "delay");
      this.byServer = byServer;
    }

    /** A retry at a target. */
    public static RetryScheduled of(long callId, String target, Duration delay, boolean byServer) {
      return new RetryScheduled(Origin.of(callId), target, delay, byServer);
    }

    /** Which call of its client it belongs to. */
    public long callId() {
      return origin.callId();
    }

    /** The target. */
    public String target() {
      return target;
    }

    /** How long the call waits for it. */
    public Duration delay() {
      return delay;
    }

    /** Whether the server named the delay. */
    public boolean byServer() {
      return byServer;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(origin.policy());
    }

    @Override
    public RetryScheduled withPolicy(String name) {
      return new RetryScheduled(origin.with(name), target, delay, byServer);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof RetryScheduled that
          && origin.equals(that.origin)
          && target.equals(that.target)
          && delay.equals(that.delay)
          && byServer == that.byServer;
    }

    @Override
    public int hashCode() {
      return Objects.hash(origin, target, delay, byServer);
    }

    @Override
    public String toString() {
      return "RetryScheduled["
          + origin
          + ", target="
          + target
          + ", delay="
          + delay
          + ", byServer="
          + byServer
          + "]";
    }
  }

  /**
   * A conversation's journal failed, and the conversation goes on without it, as it was told to.
   */
  final class JournalFailed implements CallEvent {
    private final Origin origin;
    private final String reason;

    private JournalFailed(Origin origin, String reason) {
      this.origin = origin;
      this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** A failure of the journal. */
    public static JournalFailed of(long callId, String reason) {
      return new JournalFailed(Origin.of(callId), reason);
    }

    /** Which call of its client it belongs to. */
    public long callId() {
      return origin.callId();
    }

    /** One sentence, with the place and without content. */
    public String reason() {
      return reason;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(origin.policy());
    }

    @Override
    public JournalFailed withPolicy(String name) {
      return new JournalFailed(origin.with(name), reason);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof JournalFailed that
          && origin.equals(that.origin)
          && reason.equals(that.reason);
    }

    @Override
    public int hashCode() {
      return Objects.hash(origin, reason);
    }

    @Override
    public String toString() {
      return "JournalFailed[" + origin + ", reason=" + reason + "]";
    }
  }

  /** A target's circuit breaker changed its state. */
  final class BreakerChanged implements CallEvent {
    private final String target;
    private final BreakerState from;
    private final BreakerState to;
    private final @Nullable String policy;

    private BreakerChanged(
        String target, BreakerState from, BreakerState to, @Nullable String policy) {
      this.target = Objects.requireNonNull(target, "target");
      this.from = Objects.requireNonNull(from, "from");
      this.to = Objects.requireNonNull(to, "to");
      this.policy = policy;
    }

    /** A change of a target's breaker. */
    public static BreakerChanged of(String target, BreakerState from, BreakerState to) {
      return new BreakerChanged(target, from, to, null);
    }

    /** The target. */
    public String target() {
      return target;
    }

    /** The state before. */
    public BreakerState from() {
      return from;
    }

    /** The state from now on. */
    public BreakerState to() {
      return to;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(policy);
    }

    @Override
    public BreakerChanged withPolicy(String name) {
      return new BreakerChanged(target, from, to, Objects.requireNonNull(name, "name"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof BreakerChanged that
          && target.equals(that.target)
          && from == that.from
          && to == that.to
          && Objects.equals(policy, that.policy);
    }

    @Override
    public int hashCode() {
      return Objects.hash(target, from, to, policy);
    }

    @Override
    public String toString() {
      return "BreakerChanged[target="
          + target
          + ", from="
          + from
          + ", to="
          + to
          + ", policy="
          + policy
          + "]";
    }
  }

  /** A call ended. */
  final class CallEnded implements CallEvent {
    private final Origin origin;
    private final Outcome outcome;
    private final @Nullable ErrorKind error;
    private final @Nullable String answeredBy;
    private final Duration duration;
    private final @Nullable AnswerFacts answer;
    private final Usage totalUsage;
    private final Map<String, String> tags;

    private CallEnded(
        Origin origin,
        Outcome outcome,
        @Nullable ErrorKind error,
        @Nullable String answeredBy,
        Duration duration,
        @Nullable AnswerFacts answer,
        Usage totalUsage,
        Map<String, String> tags) {
      this.origin = origin;
      this.outcome = Objects.requireNonNull(outcome, "outcome");
      this.error = error;
      this.answeredBy = answeredBy;
      this.duration = Objects.requireNonNull(duration, "duration");
      this.answer = answer;
      this.totalUsage = Objects.requireNonNull(totalUsage, "totalUsage");
      this.tags = Objects.requireNonNull(tags, "tags");
    }

    /** A call that was answered. */
    public static CallEnded answered(
        long callId, String by, Duration duration, AnswerFacts answer) {
      return new CallEnded(
          Origin.of(callId),
          Outcome.COMPLETE,
          null,
          Objects.requireNonNull(by, "by"),
          duration,
          Objects.requireNonNull(answer, "answer"),
          answer.usage(),
          Map.of());
    }

    /** A call that failed. */
    public static CallEnded failed(
        long callId, Outcome outcome, ErrorKind error, Duration duration) {
      return new CallEnded(
          Origin.of(callId),
          outcome,
          Objects.requireNonNull(error, "error"),
          null,
          duration,
          null,
          Usage.unknown(),
          Map.of());
    }

    /** The same with the tokens of all attempts. */
    public CallEnded withTotalUsage(Usage all) {
      return new CallEnded(origin, outcome, error, answeredBy, duration, answer, all, tags);
    }

    /** The same with the tags of its request. */
    public CallEnded withTags(Map<String, String> all) {
      return new CallEnded(
          origin, outcome, error, answeredBy, duration, answer, totalUsage, Map.copyOf(all));
    }

    /** Which call of its client it belongs to. */
    public long callId() {
      return origin.callId();
    }

    /** How it ended. */
    public Outcome outcome() {
      return outcome;
    }

    /** Why it failed; empty if it answered. */
    public Optional<ErrorKind> error() {
      return Optional.ofNullable(error);
    }

    /** The target that answered; empty if none did. */
    public Optional<String> answeredBy() {
      return Optional.ofNullable(answeredBy);
    }

    /** From the call's start. */
    public Duration duration() {
      return duration;
    }

    /** What there is to say of the answer; empty if there is none. */
    public Optional<AnswerFacts> answer() {
      return Optional.ofNullable(answer);
    }

    /**
     * The tokens of all its attempts, as far as vendors told; {@link AnswerFacts#usage} has those
     * of the answer alone.
     */
    public Usage totalUsage() {
      return totalUsage;
    }

    /** The {@linkplain ChatRequest#tags() tags} of the request; empty for none. */
    public Map<String, String> tags() {
      return tags;
    }

    @Override
    public Optional<String> policy() {
      return Optional.ofNullable(origin.policy());
    }

    @Override
    public CallEnded withPolicy(String name) {
      return new CallEnded(
          origin.with(name), outcome, error, answeredBy, duration, answer, totalUsage, tags);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof CallEnded that
          && origin.equals(that.origin)
          && outcome == that.outcome
          && Objects.equals(error, that.error)
          && Objects.equals(answeredBy, that.answeredBy)
          && duration.equals(that.duration)
          && Objects.equals(answer, that.answer)
          && totalUsage.equals(that.totalUsage)
          && tags.equals(that.tags);
    }

    @Override
    public int hashCode() {
      return Objects.hash(origin, outcome, error, answeredBy, duration, answer, totalUsage, tags);
    }

    @Override
    public String toString() {
      return "CallEnded["
          + origin
          + ", outcome="
          + outcome
          + ", error="
          + error
          + ", answeredBy="
          + answeredBy
          + ", duration="
          + duration
          + ", answer="
          + answer
          + ", totalUsage="
          + totalUsage
          + ", tags="
          + tags.keySet()
          + "]";
    }
  }

  /** An answer without its content. */
  final class AnswerFacts {
    private final String id;
    private final String model;
    private final FinishReason finishReason;
    private final Usage usage;

    private AnswerFacts(String id, String model, FinishReason finishReason, Usage usage) {
      this.id = Objects.requireNonNull(id, "id");
      this.model = Objects.requireNonNull(model, "model");
      this.finishReason = Objects.requireNonNull(finishReason, "finishReason");
      this.usage = Objects.requireNonNull(usage, "usage");
    }

    /** What there is to say of an answer. */
    public static AnswerFacts of(String id, String model, FinishReason finishReason, Usage usage) {
      return new AnswerFacts(id, model, finishReason, usage);
    }

    /** The vendor's id of the answer; empty if it sent none. */
    public String id() {
      return id;
    }

    /** The model's name in the answer; empty if the vendor sent none. */
    public String model() {
      return model;
    }

    /** Why the model stopped. */
    public FinishReason finishReason() {
      return finishReason;
    }

    /**
     * The tokens; those of an answer that a conversation kept from an earlier call were paid for
     * then, and no attempt was made.
     */
    public Usage usage() {
      return usage;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof AnswerFacts that
          && id.equals(that.id)
          && model.equals(that.model)
          && finishReason == that.finishReason
          && usage.equals(that.usage);
    }

    @Override
    public int hashCode() {
      return Objects.hash(id, model, finishReason, usage);
    }

    @Override
    public String toString() {
      return "AnswerFacts[id="
          + id
          + ", model="
          + model
          + ", finishReason="
          + finishReason
          + ", usage="
          + usage
          + "]";
    }
  }
}
