package io.github.resilientllm.okhttp.internal.anthropic;

import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.SseAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** A message that arrives as a stream of events; nothing follows its {@code message_stop}. */
final class AnthropicStream extends SseAnswer<AnthropicAnswer> {
  private final Classifier classifier;
  private final AnthropicEvents values;

  AnthropicStream(Classifier classifier, ResponseHead head, BodyBytes body) throws IOException {
    super(head, body, new AnthropicAnswer(), "its message_stop");
    this.classifier = classifier;
    this.values = new AnthropicEvents(answer);
  }

  @Override
  protected boolean nextEvent() throws IOException {
    return !answer.isComplete() && super.nextEvent();
  }

  @Override
  protected void readEvent() throws IOException, ProviderException {
    classifier.check(head, values.read(events.parser()));
  }
}
