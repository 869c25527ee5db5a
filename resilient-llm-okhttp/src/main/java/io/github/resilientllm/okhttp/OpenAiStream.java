package io.github.resilientllm.okhttp;

import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * An OpenAI-shaped answer that arrives as a stream of events. It is complete when each choice has
 * its {@code finish_reason}; {@code [DONE]} does not say so.
 */
final class OpenAiStream extends StreamedAnswer {
  private final OpenAiProtocol protocol;
  private final ResponseHead head;
  private final OpenAiAnswer answer;
  private final JsonEvents events;
  private final ChunkParser chunks;

  OpenAiStream(OpenAiProtocol protocol, ResponseHead head, BodyBytes body) throws IOException {
    this(protocol, head, body, new OpenAiAnswer(protocol.traits()));
  }

  private OpenAiStream(
      OpenAiProtocol protocol, ResponseHead head, BodyBytes body, OpenAiAnswer answer)
      throws IOException {
    super(head, body, answer, "the model gave a finish_reason");
    this.protocol = protocol;
    this.head = head;
    this.answer = answer;
    this.events = new JsonEvents(body);
    this.chunks = new ChunkParser(answer);
  }

  @Override
  boolean nextEvent() throws IOException {
    return events.next();
  }

  @Override
  void readEvent() throws IOException, ProviderException {
    protocol.check(head, chunks.read(events.parser(), events.isError()), answer);
  }

  @Override
  boolean isUnfinished() {
    return events.isUnfinished();
  }

  @Override
  void atEnd() throws IOException {
    events.end();
  }
}
