package io.github.resilientllm.okhttp.internal.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** A message that arrives as one JSON object. */
final class AnthropicWhole extends WholeAnswer<AnthropicAnswer> {
  private final Classifier classifier;

  AnthropicWhole(Classifier classifier, ResponseHead head, BodyBytes body) {
    super(head, body, new AnthropicAnswer());
    this.classifier = classifier;
  }

  @Override
  protected void read(JsonParser parser) throws IOException, ProviderException {
    AnthropicEvents message = new AnthropicEvents(answer);
    classifier.check(head, message.read(parser));
    if (!message.hasContent()) {
      throw new MalformedAnswer(
          "the answer has no content; does the base URL belong to a Messages API server?");
    }
  }
}
