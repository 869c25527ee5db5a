package io.github.resilientllm.okhttp.internal.openai;

import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.SseAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * An OpenAI-shaped answer that arrives as a stream of events. It is complete when each choice has
 * its {@code finish_reason}; {@code [DONE]} does not say so.
 */
final class OpenAiStream extends SseAnswer<OpenAiAnswer> {
  private final OpenAiProtocol protocol;
  private final OpenAiEvents chunks;

  OpenAiStream(OpenAiProtocol protocol, ResponseHead head, BodyBytes body) throws IOException {
    super(head, body, new OpenAiAnswer(protocol.traits()), "the model gave a finish_reason");
    this.protocol = protocol;
    this.chunks = new OpenAiEvents(answer);
  }

  @Override
  protected void readEvent() throws IOException, ProviderException {
    protocol.check(head, chunks.read(events.parser(), events.isError()), answer);
    if (chunks.choicesAt() >= 0) {
      events.know(chunks.choicesAt());
    }
  }
}
