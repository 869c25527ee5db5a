package io.github.resilientllm.okhttp.internal.openai;

import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.EventReader;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * An OpenAI-shaped answer that arrives as a stream of events. It is complete when each choice has
 * its {@code finish_reason}; {@code [DONE]} does not say so.
 */
final class OpenAiStream implements EventReader<JsonEvents> {
  private final OpenAiProtocol protocol;
  private final ResponseHead head;
  private final OpenAiAnswer answer;
  private final OpenAiEvents chunks;

  OpenAiStream(OpenAiProtocol protocol, ResponseHead head, OpenAiAnswer answer) {
    this.protocol = protocol;
    this.head = head;
    this.answer = answer;
    this.chunks = new OpenAiEvents(answer);
  }

  @Override
  public String marker() {
    return "the model gave a finish_reason";
  }

  @Override
  public void read(JsonEvents events) throws IOException, ProviderException {
    protocol.check(head, chunks.read(events.parser(), events.isError()), answer);
    if (chunks.choicesAt() >= 0) {
      events.know(chunks.choicesAt());
    }
  }

  /** A server or a gateway that breaks off may say why outside the events. */
  @Override
  public void atEnd(JsonEvents events) throws ProviderException {
    if (!answer.isComplete()) {
      protocol.checkRest(head, events.rest());
    }
  }
}
