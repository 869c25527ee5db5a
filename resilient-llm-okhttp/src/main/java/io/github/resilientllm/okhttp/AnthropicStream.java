package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message that arrives as a stream of events; it is complete at {@code message_stop}. */
final class AnthropicStream implements AnswerReader {
  private final AnthropicProtocol protocol;
  private final ResponseHead head;
  private final SseReader sse;
  private final EventJson json;
  private final JsonParser parser;
  private final AnthropicAnswer answer = new AnthropicAnswer();
  private final AnthropicEvents events = new AnthropicEvents(answer);
  private boolean isComplete;
  private boolean isFirst = true;

  AnthropicStream(AnthropicProtocol protocol, ResponseHead head, BodyBytes body)
      throws IOException {
    this.protocol = protocol;
    this.head = head;
    this.sse = new SseReader(body);
    this.json = new EventJson(sse);
    this.parser = Json.FACTORY.createParser(json);
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    while (!answer.hasPieces()) {
      if (isComplete) {
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
    if (!json.advance()) {
      if (isFirst) {
        throw new MalformedAnswer("the stream has no events");
      }
      throw truncated();
    }
    isFirst = false;
    ErrorBody error;
    try {
      error = events.read(parser);
    } catch (IOException e) { // not of the connection: the event is in memory
      if (sse.isUnfinished()) {
        throw truncated();
      }
      throw e;
    }
    protocol.checkError(head, error);
    if (events.type().equals("message_stop")) {
      isComplete = true;
      parser.close(); // gives its buffers back
    }
  }

  private ProviderException truncated() {
    return head.failure(ErrorKind.STREAM_TRUNCATED, "the stream ended before its message_stop")
        .build();
  }
}
