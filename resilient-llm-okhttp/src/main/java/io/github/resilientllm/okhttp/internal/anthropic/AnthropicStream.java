package io.github.resilientllm.okhttp.internal.anthropic;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.EventReader;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** A message that arrives as a stream of events; nothing follows its {@code message_stop}. */
final class AnthropicStream implements EventReader<JsonEvents> {
  private final Classifier classifier;
  private final ResponseHead head;
  private final AnthropicAnswer answer;
  private final AnthropicEvents values;

  AnthropicStream(Classifier classifier, ResponseHead head, AnthropicAnswer answer) {
    this.classifier = classifier;
    this.head = head;
    this.answer = answer;
    this.values = new AnthropicEvents(answer);
  }

  @Override
  public String marker() {
    return "its message_stop";
  }

  @Override
  public boolean isMarkerLast() {
    return true;
  }

  @Override
  public void read(JsonEvents events) throws IOException, ProviderException {
    ErrorBody error = values.read(events.parser());
    classifier.check(head, error == null && events.isError() ? new ErrorBody() : error);
    if (answer.isComplete() && !answer.hasStopReason()) {
      throw head.failure(
              ErrorKind.STREAM_TRUNCATED, "the message stopped before the model gave a stop_reason")
          .build();
    }
  }

  /** A server or a gateway that breaks off may say why outside the events. */
  @Override
  public void atEnd(JsonEvents events) throws ProviderException {
    if (!answer.isComplete()) {
      classifier.checkRest(head, events.rest());
    }
  }
}
