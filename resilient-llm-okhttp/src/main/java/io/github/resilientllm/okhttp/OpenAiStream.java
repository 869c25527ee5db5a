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
 * An OpenAI-shaped answer that arrives as a stream of events.
 *
 * <p>It is complete when each choice has its {@code finish_reason}. Neither {@code [DONE]} nor the
 * end of the stream says so. What may follow is the usage, which is worth a moment but not the
 * answer: a connection that breaks then breaks nothing.
 */
final class OpenAiStream implements AnswerReader {
  /**
   * Usage follows within milliseconds; a server that forgets to end its stream must not cost more.
   */
  private static final Duration WAIT_FOR_USAGE = Duration.ofSeconds(2);

  private final OpenAiProtocol protocol;
  private final ResponseHead head;
  private final BodyBytes body;
  private final SseReader events;
  private final EventJson json;
  private final JsonParser parser;
  private final OpenAiAnswer answer;
  private final ChunkParser chunks;
  private boolean ended;
  private boolean hurried;
  private boolean isFirst = true;

  OpenAiStream(OpenAiProtocol protocol, ResponseHead head, BodyBytes body) throws IOException {
    this.protocol = protocol;
    this.head = head;
    this.body = body;
    this.events = new SseReader(body);
    this.json = new EventJson(events);
    this.parser = Json.FACTORY.createParser(json);
    this.answer = new OpenAiAnswer(protocol.traits());
    this.chunks = new ChunkParser(answer);
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
      error = chunks.read(parser, events.isError());
    } catch (IOException e) { // not of the connection: the event is in memory
      if (!events.isUnfinished()) {
        throw e;
      }
      endAfterHalfAnEvent(wasComplete);
      return;
    }
    protocol.checkError(head, error);
    protocol.checkFinish(head, answer);
    if (answer.isComplete() && !hurried) {
      hurried = true;
      body.hurry(WAIT_FOR_USAGE);
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
    if (isFirst) {
      throw new MalformedAnswer("the stream has no events");
    }
    if (!answer.isComplete()) {
      throw truncated();
    }
  }

  private ProviderException truncated() {
    return head.failure(
            ErrorKind.STREAM_TRUNCATED, "the stream ended before the model gave a finish_reason")
        .build();
  }
}
