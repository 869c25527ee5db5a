package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.provider.CallOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A scribe whose every failure is one of the journal: behind it are a journal, keys and redactors
 * of the application, and a call fails in one way, whatever they throw. A question that is wrong in
 * itself stays the caller's mistake.
 */
final class GuardedScribe implements Scribe {
  private final Scribe scribe;

  GuardedScribe(Scribe scribe) {
    this.scribe = scribe;
  }

  @Override
  public @Nullable String conversation() {
    return scribe.conversation();
  }

  @Override
  public @Nullable ChatRequest ask(long callId, long deadline) {
    try {
      return scribe.ask(callId, deadline);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw e; // what is asked is wrong; the caller made it, and nothing has been sent
    } catch (RuntimeException | Error e) {
      throw unwritten(e);
    }
  }

  @Override
  public ChatResponse answer() {
    return guarded(scribe::answer);
  }

  @Override
  public long toolNanos() {
    return guarded(scribe::toolNanos);
  }

  @Override
  public String saidBefore() {
    return guarded(scribe::saidBefore);
  }

  @Override
  public ErrorKind brokenBy() {
    return guarded(scribe::brokenBy);
  }

  @Override
  public @Nullable ChatRequest fit(ChatRequest request, int contextWindow) {
    return guarded(() -> scribe.fit(request, contextWindow));
  }

  @Override
  public CallOptions options(String target, CallOptions options) {
    return guarded(() -> scribe.options(target, options));
  }

  @Override
  public void attempted(String target, Attempt.Kind kind) {
    guarded(
        () -> {
          scribe.attempted(target, kind);
          return null;
        });
  }

  @Override
  public void said(ChatEvent event) {
    guarded(
        () -> {
          scribe.said(event);
          return null;
        });
  }

  @Override
  public ChatResponse answered(ChatResponse response) {
    return guarded(() -> scribe.answered(response));
  }

  @Override
  public void failed(LlmException failure) {
    Quietly.run(() -> scribe.failed(failure)); // the call has failed already, and says why
  }

  @Override
  public void cancel() {
    Quietly.run(scribe::cancel);
  }

  @SuppressWarnings("NullAway") // passes on what is nullable where the method says so
  private static <T extends @Nullable Object> T guarded(Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException | Error e) {
      throw unwritten(e);
    }
  }

  /**
   * What to throw instead: also for a class that is missing, but not for a machine without memory.
   */
  private static RuntimeException unwritten(Throwable e) {
    if (e instanceof JournalException || e instanceof LlmException) {
      return (RuntimeException) e;
    }
    if (e instanceof VirtualMachineError broken) {
      throw broken;
    }
    return new JournalException(
        JournalException.Reason.FAILED, "its journal threw " + e.getClass().getName(), e);
  }
}
