package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message that arrives as one JSON object. */
final class AnthropicWhole implements AnswerReader {
  private final AnthropicProtocol protocol;
  private final ResponseHead head;
  private final BodyBytes body;
  private final AnthropicAnswer answer = new AnthropicAnswer();
  private boolean isRead;

  AnthropicWhole(AnthropicProtocol protocol, ResponseHead head, BodyBytes body) {
    this.protocol = protocol;
    this.head = head;
    this.body = body;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    if (!isRead) {
      read();
      isRead = true;
    }
    return answer.poll();
  }

  @Override
  public Completion completion() {
    return answer.completion(head);
  }

  private void read() throws IOException, ProviderException {
    AnthropicEvents message = new AnthropicEvents(answer);
    try (JsonParser parser = Json.FACTORY.createParser(body)) {
      protocol.checkError(head, message.read(parser));
    }
    if (!message.hasContent()) {
      throw new MalformedAnswer(
          "the answer has no content; does the base URL belong to a Messages API server?");
    }
  }
}
