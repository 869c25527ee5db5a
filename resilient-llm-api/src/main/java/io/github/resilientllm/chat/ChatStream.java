package io.github.resilientllm.chat;

import java.util.Iterator;
import java.util.function.Supplier;

/**
 * An answer as it is written, to be read by one thread and closed.
 *
 * <pre>{@code
 * try (ChatStream stream = llm.stream("Tell me a story.")) {
 *   for (ChatEvent event : stream) {
 *     if (event instanceof ChatEvent.TextDelta delta) {
 *       System.out.print(delta.text());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>The request is sent when the first event is asked for, and the network is read on the thread
 * that iterates: a slow reader slows the vendor down and buffers nothing. The call's deadline runs
 * all the same.
 */
public interface ChatStream extends Iterable<ChatEvent>, AutoCloseable {

  /**
   * The events, once: a second call returns the same iterator.
   *
   * <p>{@code hasNext} and {@code next} block until the next event and throw {@link LlmException}
   * when the call fails; after that, and after {@link ChatEvent.Finished}, there is no next event.
   */
  @Override
  Iterator<ChatEvent> iterator();

  /**
   * Reads the stream to its end and returns the whole answer.
   *
   * @throws LlmException if the call fails, or the stream was closed before its end
   */
  ChatResponse response();

  /**
   * Ends the call on the wire unless it has ended. Does nothing the second time, never throws, and
   * may be called by any thread: a reader that is blocked, or that reads on, then fails with {@link
   * ErrorKind#CANCELLED}.
   */
  @Override
  void close();

  /**
   * A stream that asks for a whole answer when its first event is read, and delivers it in one
   * piece; for clients that cannot stream, and for tests.
   */
  static ChatStream of(Supplier<ChatResponse> answer) {
    return new WholeAnswerStream(answer);
  }
}
