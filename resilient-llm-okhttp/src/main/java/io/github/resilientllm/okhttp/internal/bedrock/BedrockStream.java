package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.EventHeaders;
import io.github.resilientllm.okhttp.internal.stream.EventReader;
import io.github.resilientllm.okhttp.internal.stream.EventStreamReader;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Arrays;

/**
 * A Converse answer that arrives as a stream of frames. It is complete when {@code messageStop} has
 * come and no frame after it is cut; the usage follows.
 */
final class BedrockStream implements EventReader<EventStreamReader> {
  private final BedrockProtocol protocol;
  private final ResponseHead head;
  private final BedrockAnswer answer;
  private final BedrockEvents event;

  BedrockStream(BedrockProtocol protocol, ResponseHead head, BedrockAnswer answer) {
    this.protocol = protocol;
    this.head = head;
    this.answer = answer;
    this.event = new BedrockEvents(answer);
  }

  @Override
  public String marker() {
    return "the model gave a stopReason";
  }

  @Override
  public void read(EventStreamReader frames) throws IOException, ProviderException {
    EventHeaders headers = frames.headers();
    switch (headers.messageType()) {
      case "event" -> {
        event.read(headers.name(), frames);
        protocol.checkStop(head, answer);
      }
      case "exception", "error" ->
          throw protocol.failureInside(head, headers.name(), payload(frames));
      case "" -> throw new MalformedAnswer("a frame does not say what it is");
      default -> {
        // a kind of message that does not concern the answer
      }
    }
  }

  @Override
  public void atEnd(EventStreamReader frames) throws ProviderException {
    if (!frames.isAtBoundary()) {
      throw head.failure(ErrorKind.STREAM_TRUNCATED, "the stream ended in the middle of a frame")
          .build();
    }
  }

  private static byte[] payload(EventStreamReader frames) {
    return Arrays.copyOfRange(frames.buffer(), frames.payloadFrom(), frames.payloadTo());
  }
}
