package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.EventReader;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * A response that arrives as a stream of events; nothing follows its {@code response.completed} or
 * {@code response.incomplete}.
 */
final class ResponsesStream implements EventReader<JsonEvents> {

  /** Is told of each event that was read. */
  interface Listener {

    /** An event was read; whether it said that the response failed. */
    void read(boolean isFailure);
  }

  private final ResponsesProtocol protocol;
  private final ResponseHead head;
  private final ResponsesAnswer answer;
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
      ResponsesAnswer answer,
      ResponsesEvents values,
      Listener listener) {
    this.protocol = protocol;
    this.head = head;
    this.answer = answer;
    this.values = values;
    this.listener = listener;
  }

  @Override
  public String marker() {
    return "its response.completed";
  }

  @Override
  public boolean isMarkerLast() {
    return true;
  }

  @Override
  public void read(JsonEvents events) throws IOException, ProviderException {
    ErrorBody error = values.event(events.parser(), events.isError());
    listener.read(error != null || answer.status().equals("cancelled"));
    protocol.check(head, error, answer);
  }

  /** A server or a gateway that breaks off may say why outside the events. */
  @Override
  public void atEnd(JsonEvents events) throws ProviderException {
    if (!answer.isComplete()) {
      protocol.checkRest(head, events.rest());
    }
  }
}
