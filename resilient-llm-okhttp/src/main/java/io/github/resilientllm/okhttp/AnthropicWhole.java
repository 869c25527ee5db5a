package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** A message that arrives as one JSON object. */
final class AnthropicWhole extends WholeAnswer {
  private final Classifier classifier;
  private final ResponseHead head;
  private final AnthropicAnswer answer;

  AnthropicWhole(Classifier classifier, ResponseHead head, BodyBytes body) {
    this(classifier, head, body, new AnthropicAnswer());
  }

  private AnthropicWhole(
      Classifier classifier, ResponseHead head, BodyBytes body, AnthropicAnswer answer) {
    super(head, body, answer);
    this.classifier = classifier;
    this.head = head;
    this.answer = answer;
  }

  @Override
  void read(JsonParser parser) throws IOException, ProviderException {
    AnthropicEvents message = new AnthropicEvents(answer);
    classifier.check(head, message.read(parser));
    if (!message.hasContent()) {
      throw new MalformedAnswer(
          "the answer has no content; does the base URL belong to a Messages API server?");
    }
  }
}
