package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.outbox.OutboxException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for a store; what it throws is what it says. */
final class Stores {
  private Stores() {}

  static <T> T done(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof OutboxException failure ? failure : e;
    }
  }
}
