package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.SseAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * A response that arrives as a stream of events; nothing follows its {@code response.completed} or
 * {@code response.incomplete}.
 */
final class ResponsesStream extends SseAnswer<ResponsesAnswer> {

  /** Is told of each event that was read. */
  interface Listener {

    /** An event was read; whether it said that the response failed. */
    void read(boolean isFailure);
  }

  private final ResponsesProtocol protocol;
  private final ResponsesEvents values;
  private final Listener listener;

  /**
   * Reads on into an answer that may have begun.
   *
   * @param values reads into the answer
   */
  ResponsesStream(
      ResponsesProtocol protocol,
      ResponseHead head,
      BodyBytes body,
      ResponsesAnswer answer,
      ResponsesEvents values,
      Listener listener)
      throws IOException {
    super(head, body, answer, "its response.completed");
    this.protocol = protocol;
    this.values = values;
    this.listener = listener;
  }

  @Override
  protected boolean nextEvent() throws IOException {
    return !answer.isComplete() && super.nextEvent();
  }

  @Override
  protected void readEvent() throws IOException, ProviderException {
    ErrorBody error = values.event(events.parser(), events.isError());
    listener.read(error != null || answer.status().equals("cancelled"));
    protocol.check(head, error, answer);
  }
}
