package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that arrives event by event.
 *
 * <p>It is complete when the vendor's terminal marker has come; the end of the stream does not say
 * so. What may follow, such as the usage, is worth a moment but not the answer: a connection that
 * breaks then breaks nothing.
 *
 * @param <A> the vendor's answer
 */
public abstract class StreamedAnswer<A extends Draft> implements AnswerReader {
  protected final ResponseHead head;
  protected final A answer;
  private final BodyBytes body;
  private final String marker;
  private boolean ended;
  private boolean isFirst = true;

  /**
   * Reads nothing yet.
   *
   * @param marker what a stream must not end before, for the message
   */
  protected StreamedAnswer(ResponseHead head, BodyBytes body, A answer, String marker) {
    this.head = head;
    this.body = body;
    this.answer = answer;
    this.marker = marker;
  }

  @Override
  public final ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    while (!answer.hasPieces()) {
      if (ended) {
        return null;
      }
      step();
    }
    return answer.poll();
  }

  @Override
  public final Completion completion() {
    return answer.completion(head);
  }

  /** Blocks for the next event; false if no more are to be read. */
  protected abstract boolean nextEvent() throws IOException;

  /** Reads the event, which is in memory, into the answer. */
  protected abstract void readEvent() throws IOException, ProviderException;

  /** Whether the event was cut by the end of the stream. */
  boolean isUnfinished() {
    return false;
  }

  /** Throws what stands against the answer when no more events come. */
  protected abstract void atEnd() throws IOException, ProviderException;

  protected final ProviderException truncated(String message) {
    return head.failure(ErrorKind.STREAM_TRUNCATED, message).build();
  }

  private void step() throws IOException, ProviderException {
    if (!advance()) {
      end();
      return;
    }
    isFirst = false;
    boolean wasComplete = answer.isComplete();
    try {
      readEvent();
    } catch (IOException e) { // not of the connection: the event is in memory
      if (!isUnfinished()) {
        throw e;
      }
      endAfterHalfAnEvent(wasComplete);
      return;
    }
    boolean goesOn = answer.hasPieces(); // old Gemini models say in each event that it is the last
    if (answer.isComplete() && (!wasComplete || goesOn)) {
      body.hurry();
    }
  }

  private boolean advance() throws IOException {
    try {
      return nextEvent();
    } catch (MalformedAnswer e) {
      throw e;
    } catch (IOException e) {
      if (answer.isComplete()) {
        return false;
      }
      throw e;
    }
  }

  /** Only what came before it counts: an error could stand in the half that is missing. */
  private void endAfterHalfAnEvent(boolean wasComplete) throws IOException, ProviderException {
    answer.dropPieces();
    if (!wasComplete) {
      throw incomplete();
    }
    end();
  }

  private void end() throws IOException, ProviderException {
    ended = true;
    atEnd();
    if (isFirst) {
      throw new MalformedAnswer("the stream has no events");
    }
    if (!answer.isComplete()) {
      throw incomplete();
    }
  }

  private ProviderException incomplete() {
    return truncated("the stream ended before " + marker);
  }
}
