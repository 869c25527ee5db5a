package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a call has tried so far; used by the thread that holds the call. */
final class CallReport {
  /** An exception's message lists this many attempts; {@code attempts()} has them all. */
  private static final int SHOWN = 4;

  private List<Attempt> attempts = List.of();
  private @Nullable List<ProviderException> failures;
  private @Nullable String refusal;

  void add(Attempt attempt) {
    if (attempts.isEmpty()) {
      attempts = List.of(attempt); // the only one of almost every call
      return;
    }
    if (attempts.size() == 1) {
      attempts = new ArrayList<>(attempts);
    }
    attempts.add(attempt);
  }

  void add(ProviderException failure) {
    if (failures == null) {
      failures = new ArrayList<>(2);
    }
    failures.add(failure);
  }

  /** The words with which the model refused, if it did; they stand for the answer. */
  void refusal(@Nullable String text) {
    refusal = text;
  }

  /** All attempts in the order of their start. */
  List<Attempt> attempts() {
    if (attempts.size() > 1) {
      attempts.sort(Comparator.comparing(Attempt::startedAfter));
    }
    return attempts;
  }

  LlmException failure(ErrorKind kind, String partialText, long nanos) {
    List<Attempt> all = attempts();
    int decisive = decisive(kind);
    ProviderException last = failures == null ? null : failures.get(decisive);
    Duration retryAfter = last == null ? null : last.retryAfter().orElse(null);
    LlmException failure =
        new LlmException(
            kind,
            message(all, last, nanos),
            all,
            partialText.isEmpty() && refusal != null ? refusal : partialText,
            retryAfter,
            last);
    for (int i = 0; failures != null && i < failures.size(); i++) {
      if (i != decisive) {
        failure.addSuppressed(failures.get(i));
      }
    }
    return failure;
  }

  /**
   * The place of the failure that the call's end is told by: the last one; of refusals for the
   * targets' sake the first, for that is what the one whom the caller asked first had against it.
   */
  private int decisive(ErrorKind kind) {
    for (int i = 0; failures != null && i < failures.size(); i++) {
      if (kind == ErrorKind.NOT_FOR_THIS_TARGET && failures.get(i).kind() == kind) {
        return i;
      }
    }
    return failures == null ? 0 : failures.size() - 1;
  }

  private static String message(List<Attempt> all, @Nullable ProviderException last, long nanos) {
    long made = all.stream().filter(a -> a.kind() != Attempt.Kind.SKIPPED).count();
    StringBuilder text =
        new StringBuilder()
            .append(made == 1 ? "1 attempt" : made + " attempts")
            .append(" in ")
            .append(nanos / 1_000_000)
            .append(" ms");
    if (all.isEmpty() && last != null) {
      text.append(": ").append(last.getMessage());
    }
    int from = Math.max(0, all.size() - SHOWN);
    for (int i = from; i < all.size(); i++) {
      text.append(i == from ? (from > 0 ? ": ...; " : ": ") : "; ").append(all.get(i));
    }
    return text.toString();
  }
}
