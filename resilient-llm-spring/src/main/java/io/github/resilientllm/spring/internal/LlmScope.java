package io.github.resilientllm.spring.internal;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an annotated method says of the model calls made inside it, on its thread, and how they
 * failed. Scopes nest; the innermost one holds. Safe for several threads.
 */
public final class LlmScope {
  /** More failures than this, swallowed one after the other, tell nothing new. */
  private static final int MAX_FAILURES = 8;

  static final ThreadLocal<@Nullable LlmScope> CURRENT = new ThreadLocal<>();

  private final @Nullable String policy;
  private final @Nullable String conversation;
  private final @Nullable Long deadline;
  private final @Nullable LlmScope origin; // of which this was carried to another thread
  private volatile boolean ended;
  private volatile @Nullable Unanswered last; // the call that failed last
  private volatile @Nullable List<Throwable>
      failures; // made when one comes, for most calls succeed

  /**
   * Creates a scope.
   *
   * @param policy whose targets and policies serve calls of the default client; null for its own
   * @param conversation the conversation that the calls belong to; null for none
   * @param deadline the {@link System#nanoTime()} by which the calls end; null for the policy's own
   */
  public LlmScope(@Nullable String policy, @Nullable String conversation, @Nullable Long deadline) {
    this.policy = policy;
    this.conversation = conversation;
    this.deadline = deadline;
    this.origin = null;
  }

  private LlmScope(LlmScope origin) {
    this.policy = origin.policy;
    this.conversation = null;
    this.deadline = origin.deadline;
    this.origin = origin;
  }

  /**
   * What of this scope goes along where a task decorator carries a thread's context to another one,
   * perhaps to work that nobody waits for: the policy, and the deadline while the method runs.
   * Never the conversation, for whether such work comes between two of its turns is chance.
   */
  LlmScope carried() {
    return new LlmScope(this);
  }

  /** The scope that this one was carried from. */
  LlmScope origin() {
    return origin == null ? this : origin;
  }

  /** Says that the method is over, with what it returned: work that goes on is on its own. */
  public void end() {
    ended = true;
  }

  private boolean isEnded() {
    return ended || (origin != null && origin.isEnded());
  }

  /** The scope that this thread is in; null if in none. */
  public static @Nullable LlmScope current() {
    return CURRENT.get();
  }

  /** Puts this thread into a scope, or out of all with null; the caller puts back what was. */
  public static void set(@Nullable LlmScope scope) {
    CURRENT.set(scope); // also null: to remove it costs more, and a null holds nothing
  }

  /** Whose targets and policies serve calls of the default client; null for its own. */
  public @Nullable String policy() {
    return policy;
  }

  /** The conversation that the calls belong to; null for none. */
  public @Nullable String conversation() {
    return conversation;
  }

  /** The {@link System#nanoTime()} by which the calls end; null for the policy's own. */
  public @Nullable Long deadline() {
    return origin != null && isEnded() ? null : deadline;
  }

  /**
   * What is left until the deadline; null without one.
   *
   * @throws LlmException if it is over
   */
  public @Nullable Duration left() {
    Long until = deadline();
    if (until == null) {
      return null;
    }
    long nanos = until - System.nanoTime();
    if (nanos <= 0) {
      throw new LlmException(
          ErrorKind.DEADLINE_EXCEEDED, "the time-out of @LlmFallback was over before the call");
    }
    return Duration.ofNanos(nanos);
  }

  /**
   * A call that failed.
   *
   * @param request as it was made
   * @param conversation that it was the next turn of; null for none
   */
  public record Unanswered(Throwable failure, ChatRequest request, @Nullable String conversation) {
    /** Shows no content. */
    @Override
    public String toString() {
      return "Unanswered[" + failure.getClass().getName() + "]";
    }
  }

  /** The last call that failed inside, if this is its failure; null if it is another's. */
  public @Nullable Unanswered unanswered(Throwable failure) {
    Unanswered call = last;
    boolean isIts = call != null && (call.failure == failure || call.failure.getCause() == failure);
    return isIts ? call : null;
  }

  /** Remembers what an inner scope does, for its method has thrown it. */
  public void learn(LlmScope inner) {
    Unanswered its = inner.origin().last;
    if (its != null) {
      origin().last = its;
    }
  }

  /** Remembers a call that failed. */
  void failed(Throwable failure, ChatRequest request, @Nullable String conversation) {
    origin().last = new Unanswered(failure, request, conversation);
    failed(failure);
  }

  /** Remembers how a call inside failed, the first few of them. */
  public synchronized void failed(Throwable failure) {
    if (origin != null) {
      origin.failed(failure);
      return;
    }
    List<Throwable> known = failures == null ? new ArrayList<>(2) : failures;
    if (known.size() < MAX_FAILURES) {
      known.add(failure);
    }
    failures = known;
  }

  /** How calls inside failed, in order. */
  public List<Throwable> failures() {
    if (failures == null) {
      return List.of();
    }
    synchronized (this) {
      return failures == null ? List.of() : List.copyOf(failures);
    }
  }
}
