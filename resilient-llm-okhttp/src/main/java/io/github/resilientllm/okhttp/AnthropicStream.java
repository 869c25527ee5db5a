package io.github.resilientllm.okhttp;

import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** A message that arrives as a stream of events; nothing follows its {@code message_stop}. */
final class AnthropicStream extends StreamedAnswer {
  private final Classifier classifier;
  private final ResponseHead head;
  private final AnthropicAnswer answer;
  private final JsonEvents events;
  private final AnthropicEvents values;

  AnthropicStream(Classifier classifier, ResponseHead head, BodyBytes body) throws IOException {
    this(classifier, head, body, new AnthropicAnswer());
  }

  private AnthropicStream(
      Classifier classifier, ResponseHead head, BodyBytes body, AnthropicAnswer answer)
      throws IOException {
    super(head, body, answer, "its message_stop");
    this.classifier = classifier;
    this.head = head;
    this.answer = answer;
    this.events = new JsonEvents(body);
    this.values = new AnthropicEvents(answer);
  }

  @Override
  boolean nextEvent() throws IOException {
    return !answer.isComplete() && events.next();
  }

  @Override
  void readEvent() throws IOException, ProviderException {
    classifier.check(head, values.read(events.parser()));
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
