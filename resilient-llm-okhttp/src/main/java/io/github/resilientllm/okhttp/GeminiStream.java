package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A Gemini answer that arrives as a stream of events.
 *
 * <p>It is complete when there is a {@code finishReason}, or a {@code blockReason}. What may still
 * follow is an error, even one that is no event, which is worth a moment: a connection that breaks
 * then breaks nothing.
 */
final class GeminiStream implements AnswerReader {
  /** Servers end their streams at once; one that does not must not cost more. */
  private static final Duration WAIT_FOR_END = Duration.ofSeconds(2);

  private final GeminiProtocol protocol;
  private final ResponseHead head;
  private final BodyBytes body;
  private final SseReader events;
  private final EventJson json;
  private final JsonParser parser;
  private final GeminiAnswer answer = new GeminiAnswer();
  private final GeminiParser objects = new GeminiParser(answer);
  private boolean ended;
  private boolean isFirst = true;

  GeminiStream(GeminiProtocol protocol, ResponseHead head, BodyBytes body) throws IOException {
    this.protocol = protocol;
    this.head = head;
    this.body = body;
    this.events = new SseReader(body);
    this.json = new EventJson(events);
    this.parser = Json.FACTORY.createParser(json);
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    while (!answer.hasPieces()) {
      if (ended) {
        return null;
      }
      readEvent();
    }
    return answer.poll();
  }

  @Override
  public Completion completion() {
    return answer.completion(head);
  }

  private void readEvent() throws IOException, ProviderException {
    if (!advance()) {
      end();
      return;
    }
    isFirst = false;
    boolean wasComplete = answer.isComplete();
    ErrorBody error;
    try {
      parser.nextToken();
      error = objects.read(parser);
    } catch (IOException e) { // not of the connection: the event is in memory
      if (!events.isUnfinished()) {
        throw e;
      }
      endAfterHalfAnEvent(wasComplete);
      return;
    }
    protocol.checkError(head, error);
    answer.checkFinish(head);
    if (answer.isComplete()) {
      body.hurry(WAIT_FOR_END); // anew with each event: old models say STOP in all of them
    }
  }

  private boolean advance() throws IOException {
    try {
      return json.advance();
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
      throw truncated();
    }
    end();
  }

  private void end() throws IOException, ProviderException {
    ended = true;
    parser.close(); // gives its buffers back
    ErrorBody error = ErrorBody.parse(events.rest());
    protocol.checkError(head, error.isEmpty() ? null : error);
    if (isFirst) {
      throw new MalformedAnswer("the stream has no events");
    }
    if (!answer.isComplete()) {
      throw truncated();
    }
    answer.checkContent(head);
  }

  private ProviderException truncated() {
    return head.failure(
            ErrorKind.STREAM_TRUNCATED, "the stream ended before the model gave a finishReason")
        .build();
  }
}
