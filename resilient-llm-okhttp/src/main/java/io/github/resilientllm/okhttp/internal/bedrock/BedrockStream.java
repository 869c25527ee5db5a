package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.EventHeaders;
import io.github.resilientllm.okhttp.internal.stream.EventStreamReader;
import io.github.resilientllm.okhttp.internal.stream.StreamedAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Arrays;

/**
 * A Converse answer that arrives as a stream of frames. It is complete when {@code messageStop} has
 * come and no frame after it is cut; the usage follows.
 */
final class BedrockStream extends StreamedAnswer<BedrockAnswer> {
  private final BedrockProtocol protocol;
  private final EventStreamReader frames;
  private final BedrockEvents event;

  BedrockStream(BedrockProtocol protocol, ResponseHead head, BodyBytes body) {
    super(head, body, protocol.newAnswer(), "the model gave a stopReason");
    this.protocol = protocol;
    this.frames = new EventStreamReader(body);
    this.event = new BedrockEvents(answer);
  }

  @Override
  protected boolean nextEvent() throws IOException {
    return frames.next();
  }

  @Override
  protected void readEvent() throws IOException, ProviderException {
    EventHeaders headers = frames.headers();
    switch (headers.messageType()) {
      case "event" -> {
        event.read(headers.name(), frames);
        protocol.checkStop(head, answer);
      }
      case "exception", "error" -> throw protocol.failureInside(head, headers.name(), payload());
      case "" -> throw new MalformedAnswer("a frame does not say what it is");
      default -> {
        // a kind of message that does not concern the answer
      }
    }
  }

  @Override
  protected void atEnd() throws ProviderException {
    if (!frames.isAtBoundary()) {
      throw truncated("the stream ended in the middle of a frame");
    }
  }

  private byte[] payload() {
    return Arrays.copyOfRange(frames.buffer(), frames.payloadFrom(), frames.payloadTo());
  }
}
