package io.github.resilientllm.okhttp;

import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * An answer that arrives as server-sent events with JSON in them.
 *
 * @param <A> the vendor's answer
 */
abstract class SseAnswer<A extends Draft> extends StreamedAnswer<A> {
  final JsonEvents events;

  SseAnswer(ResponseHead head, BodyBytes body, A answer, String marker) throws IOException {
    super(head, body, answer, marker);
    this.events = new JsonEvents(body);
  }

  @Override
  boolean nextEvent() throws IOException {
    return events.next();
  }

  @Override
  final boolean isUnfinished() {
    return events.isUnfinished();
  }

  @Override
  void atEnd() throws IOException, ProviderException {
    events.end();
  }
}
