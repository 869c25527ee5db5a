package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * An answer that arrives as server-sent events with JSON in them.
 *
 * @param <A> the vendor's answer
 */
public abstract class SseAnswer<A extends Draft> extends StreamedAnswer<A> {
  protected final JsonEvents events;

  protected SseAnswer(ResponseHead head, BodyBytes body, A answer, String marker)
      throws IOException {
    super(head, body, answer, marker);
    this.events = new JsonEvents(body);
  }

  @Override
  protected boolean nextEvent() throws IOException {
    return events.next();
  }

  @Override
  final boolean isUnfinished() {
    return events.isUnfinished();
  }

  @Override
  protected void atEnd() throws IOException, ProviderException {
    events.end();
  }
}
