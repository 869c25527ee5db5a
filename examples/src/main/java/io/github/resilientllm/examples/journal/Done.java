package io.github.resilientllm.examples.journal;

import io.github.resilientllm.journal.JournalException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for a journal; what it throws is what it says. */
final class Done {
  private Done() {}

  static <T> T of(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException failed) {
        throw failed;
      }
      throw e;
    }
  }
}
