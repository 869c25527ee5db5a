package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An OpenAI-shaped answer that arrives as one JSON object. */
final class OpenAiWhole implements AnswerReader {
  private final OpenAiProtocol protocol;
  private final ResponseHead head;
  private final BodyBytes body;
  private final OpenAiAnswer answer;
  private boolean isRead;

  OpenAiWhole(OpenAiProtocol protocol, ResponseHead head, BodyBytes body) {
    this.protocol = protocol;
    this.head = head;
    this.body = body;
    this.answer = new OpenAiAnswer(protocol.traits());
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

  /** The end of the JSON is the end of the answer, so a missing finish_reason is no cut. */
  private void read() throws IOException, ProviderException {
    ChunkParser chunk = new ChunkParser(answer);
    try (JsonParser parser = Json.FACTORY.createParser(body)) {
      protocol.checkError(head, chunk.read(parser, false));
    }
    if (!answer.hasStarted()) {
      throw new MalformedAnswer(
          chunk.hasChoices()
              ? "the answer's choices are empty"
              : "the answer has no choices; does the base URL belong to a chat completions server?");
    }
    protocol.checkFinish(head, answer);
  }
}
