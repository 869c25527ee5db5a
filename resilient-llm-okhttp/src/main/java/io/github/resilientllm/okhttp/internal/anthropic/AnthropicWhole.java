package io.github.resilientllm.okhttp.internal.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** A message that arrives as one JSON object. */
final class AnthropicWhole implements WholeAnswer.Reader {
  private final Classifier classifier;
  private final ResponseHead head;
  private final AnthropicEvents message;

  AnthropicWhole(Classifier classifier, ResponseHead head, AnthropicAnswer answer) {
    this.classifier = classifier;
    this.head = head;
    this.message = new AnthropicEvents(answer);
  }

  @Override
  public void read(JsonParser parser) throws IOException, ProviderException {
    classifier.check(head, message.read(parser));
    if (!message.hasContent()) {
      throw new MalformedAnswer(
          "the answer has no content; does the base URL belong to a Messages API server?");
    }
  }
}
