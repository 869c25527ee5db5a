package io.github.resilientllm.okhttp.internal.identity;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.waiting.Aside;
import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.provider.ProviderException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * What a user's own code gives an attempt: a key, credentials. It may ask a server that hangs, and
 * nobody waits for it longer than for the attempt.
 */
public final class Supplied {
  private static final int MAX_WAITING = 256; // attempts at a time whose supplier is asked
  private static final Aside THREADS = new Aside("resilient-llm-keys", MAX_WAITING);

  private Supplied() {}

  /** Starts to ask. */
  public static <T> CompletableFuture<T> ask(Callable<T> supplier) {
    return THREADS.run(supplier);
  }

  /**
   * Waits for what was asked for.
   *
   * @param who is asked, for the message
   */
  public static <T> T await(CompletableFuture<T> asked, Closing closing, String who)
      throws ProviderException {
    try {
      T value = closing.await(asked, Long.MAX_VALUE);
      if (value != null) {
        return value;
      }
      throw failed(who, "nothing came");
    } catch (Closing.Ended e) {
      throw new ProviderException(
          ErrorKind.CANCELLED, "the attempt was closed while " + who + " was waited for");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof RejectedExecutionException) {
        throw failed(who, "it hangs in " + MAX_WAITING + " threads");
      }
      throw failed(who, cause.getClass().getName());
    }
  }

  /**
   * The vendor has refused nothing, so nothing is held against the key. The message might quote the
   * secret, so only its type is told.
   */
  private static ProviderException failed(String who, String how) {
    return new ProviderException(ErrorKind.NETWORK, who + " failed: " + how);
  }
}
