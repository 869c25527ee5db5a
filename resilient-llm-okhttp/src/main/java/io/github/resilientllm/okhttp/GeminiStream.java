package io.github.resilientllm.okhttp;

import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * A Gemini answer that arrives as a stream of events. It is complete when there is a {@code
 * finishReason}, or a {@code blockReason}. What may still follow is an error, even one that is no
 * event.
 */
final class GeminiStream extends StreamedAnswer {
  private final Classifier classifier;
  private final ResponseHead head;
  private final GeminiAnswer answer;
  private final JsonEvents events;
  private final GeminiParser objects;

  GeminiStream(Classifier classifier, ResponseHead head, BodyBytes body) throws IOException {
    this(classifier, head, body, new GeminiAnswer());
  }

  private GeminiStream(
      Classifier classifier, ResponseHead head, BodyBytes body, GeminiAnswer answer)
      throws IOException {
    super(head, body, answer, "the model gave a finishReason");
    this.classifier = classifier;
    this.head = head;
    this.answer = answer;
    this.events = new JsonEvents(body);
    this.objects = new GeminiParser(answer);
  }

  @Override
  boolean nextEvent() throws IOException {
    return events.next();
  }

  @Override
  void readEvent() throws IOException, ProviderException {
    events.parser().nextToken();
    classifier.check(head, objects.read(events.parser()));
    answer.checkFinish(head);
  }

  @Override
  boolean isUnfinished() {
    return events.isUnfinished();
  }

  @Override
  void atEnd() throws IOException, ProviderException {
    ErrorBody error = ErrorBody.parse(events.end());
    classifier.check(head, error.isEmpty() ? null : error);
    answer.checkContent(head);
  }
}
