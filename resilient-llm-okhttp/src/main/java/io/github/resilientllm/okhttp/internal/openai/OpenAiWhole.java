package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** An OpenAI-shaped answer that arrives as one JSON object, where a missing reason is no cut. */
final class OpenAiWhole implements WholeAnswer.Reader {
  private final OpenAiProtocol protocol;
  private final ResponseHead head;
  private final OpenAiAnswer answer;

  OpenAiWhole(OpenAiProtocol protocol, ResponseHead head, OpenAiAnswer answer) {
    this.protocol = protocol;
    this.head = head;
    this.answer = answer;
  }

  @Override
  public void read(JsonParser parser) throws IOException, ProviderException {
    OpenAiEvents chunk = new OpenAiEvents(answer);
    protocol.check(head, chunk.read(parser, false), answer);
    if (!answer.hasStarted()) {
      throw new MalformedAnswer(
          chunk.hasChoices()
              ? "the answer's choices are empty"
              : "the answer has no choices; does the base URL belong to a chat completions server?");
    }
  }
}
