package io.github.resilientllm.provider;

import io.github.resilientllm.chat.ChatEvent;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt in progress, read by one thread at a time.
 *
 * <p>The first {@link #next()} sends the request. A call is closed by whoever opened it, on every
 * path.
 */
public interface ProviderCall extends AutoCloseable {

  /**
   * Blocks for the next piece of content.
   *
   * <p>Keep-alives, role announcements and empty pieces are not content and are skipped. A provider
   * of {@link ChatEvent.NativeDelta native pieces} keeps those that are not content until the next
   * content, with which they go; those behind the last content go with {@link
   * Completion#nativeResponse()}. So a call is committed to an attempt at its first content, and
   * shows nothing of one whose end is a refusal.
   *
   * @return the next piece, or null when the vendor's terminal marker was seen and the answer is
   *     complete
   * @throws ProviderException if the attempt failed, which includes a stream that ends without its
   *     terminal marker
   */
  ChatEvent.@Nullable Delta next() throws ProviderException;

  /**
   * What the vendor said about the answer.
   *
   * @throws IllegalStateException before {@link #next()} returned null
   */
  Completion completion();

  /**
   * Ends the attempt on the wire and releases all it holds. Any thread may call it, also while
   * another one is blocked in {@link #next()}, which then fails at once. Does not block, does not
   * throw, and does nothing the second time.
   */
  @Override
  void close();

  /** A call that answers at once with these pieces, for tests and for answers from a cache. */
  static ProviderCall of(Completion completion, ChatEvent.Delta... deltas) {
    Iterator<ChatEvent.Delta> pieces = List.of(deltas).iterator();
    return new ProviderCall() {
      @Override
      public ChatEvent.@Nullable Delta next() {
        return pieces.hasNext() ? pieces.next() : null;
      }

      @Override
      public Completion completion() {
        if (pieces.hasNext()) {
          throw new IllegalStateException("The answer has not been read to its end");
        }
        return completion;
      }

      @Override
      public void close() {}
    };
  }
}
