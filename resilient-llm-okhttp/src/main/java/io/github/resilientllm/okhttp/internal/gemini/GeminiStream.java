package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.EventReader;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * A Gemini answer that arrives as a stream of events. It is complete when there is a {@code
 * finishReason}, or a {@code blockReason}. What may still follow is an error, even one that is no
 * event.
 */
final class GeminiStream implements EventReader<JsonEvents> {
  private final Classifier classifier;
  private final ResponseHead head;
  private final GeminiAnswer answer;
  private final GeminiEvents objects;

  GeminiStream(Classifier classifier, ResponseHead head, GeminiAnswer answer) {
    this.classifier = classifier;
    this.head = head;
    this.answer = answer;
    this.objects = new GeminiEvents(answer);
  }

  @Override
  public String marker() {
    return "the model gave a finishReason";
  }

  @Override
  public void read(JsonEvents events) throws IOException, ProviderException {
    events.parser().nextToken();
    ErrorBody error = objects.read(events.parser());
    classifier.check(head, error == null && events.isError() ? new ErrorBody() : error);
    answer.checkFinish(head);
  }

  @Override
  public void atEnd(JsonEvents events) throws ProviderException {
    classifier.checkRest(head, events.rest());
    answer.checkContent(head);
  }
}
