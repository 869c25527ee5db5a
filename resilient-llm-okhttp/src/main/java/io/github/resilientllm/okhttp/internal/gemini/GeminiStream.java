package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.SseAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * A Gemini answer that arrives as a stream of events. It is complete when there is a {@code
 * finishReason}, or a {@code blockReason}. What may still follow is an error, even one that is no
 * event.
 */
final class GeminiStream extends SseAnswer<GeminiAnswer> {
  private final Classifier classifier;
  private final GeminiEvents objects;

  GeminiStream(Classifier classifier, ResponseHead head, BodyBytes body) throws IOException {
    super(head, body, new GeminiAnswer(), "the model gave a finishReason");
    this.classifier = classifier;
    this.objects = new GeminiEvents(answer);
  }

  @Override
  protected void readEvent() throws IOException, ProviderException {
    events.parser().nextToken();
    classifier.check(head, objects.read(events.parser()));
    answer.checkFinish(head);
  }

  @Override
  protected void atEnd() throws IOException, ProviderException {
    ErrorBody error = ErrorBody.parse(events.end());
    classifier.check(head, error.isEmpty() ? null : error);
    answer.checkContent(head);
  }
}
