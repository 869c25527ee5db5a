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
 * @param <E> where its events come from
 */
public final class StreamedAnswer<E extends EventSource> implements AnswerReader {
  private final ResponseHead head;
  private final BodyBytes body;
  private final E events;
  private final EventReader<E> reader;
  private final Draft answer;
  private boolean ended;
  private boolean isFirst = true;

  /**
   * Reads nothing yet.
   *
   * @param events out of the body
   * @param reader reads them into the answer
   */
  public StreamedAnswer(
      ResponseHead head, BodyBytes body, E events, EventReader<E> reader, Draft answer) {
    this.head = head;
    this.body = body;
    this.events = events;
    this.reader = reader;
    this.answer = answer;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    while (answer.pieces().isEmpty()) {
      if (ended) {
        return null;
      }
      step();
    }
    return answer.pieces().poll();
  }

  @Override
  public Completion completion() {
    return answer.completion(head);
  }

  private void step() throws IOException, ProviderException {
    if (!advance()) {
      end();
      return;
    }
    isFirst = false;
    boolean wasComplete = answer.isComplete();
    try {
      reader.read(events);
    } catch (IOException e) { // not of the connection: the event is in memory
      if (!events.isUnfinished()) {
        throw e;
      }
      endAfterHalfAnEvent(wasComplete);
      return;
    }
    boolean goesOn = !answer.pieces().isEmpty(); // old Gemini models call each event the last one
    if (answer.isComplete() && (!wasComplete || goesOn)) {
      body.hurry();
    }
  }

  private boolean advance() throws IOException {
    if (answer.isComplete() && reader.isMarkerLast()) {
      return false;
    }
    try {
      return events.next();
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
    answer.pieces().clear();
    if (!wasComplete) {
      throw incomplete();
    }
    end();
  }

  private void end() throws IOException, ProviderException {
    ended = true;
    events.end();
    reader.atEnd(events);
    if (isFirst) {
      throw new MalformedAnswer("the stream has no events");
    }
    if (!answer.isComplete()) {
      throw incomplete();
    }
  }

  private ProviderException incomplete() {
    return head.failure(ErrorKind.STREAM_TRUNCATED, "the stream ended before " + reader.marker())
        .build();
  }
}
