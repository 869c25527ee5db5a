package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A Converse answer that arrives as a stream of frames.
 *
 * <p>It is complete when {@code messageStop} has come and no frame after it is cut. What follows is
 * the usage, which is worth a moment but not the answer.
 */
final class BedrockStream implements AnswerReader {
  /**
   * Usage follows within milliseconds; a server that forgets to end its stream must not cost more.
   */
  private static final Duration WAIT_FOR_USAGE = Duration.ofSeconds(2);

  private final BedrockProtocol protocol;
  private final ResponseHead head;
  private final BodyBytes body;
  private final EventStreamReader frames;
  private final BedrockAnswer answer;
  private final BedrockEvent event;
  private boolean isFirst = true;
  private boolean ended;

  BedrockStream(BedrockProtocol protocol, ResponseHead head, BodyBytes body) {
    this.protocol = protocol;
    this.head = head;
    this.body = body;
    this.frames = new EventStreamReader(body);
    this.answer = protocol.newAnswer();
    this.event = new BedrockEvent(answer);
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    while (!answer.hasPieces()) {
      if (ended) {
        return null;
      }
      readFrame();
    }
    return answer.poll();
  }

  @Override
  public Completion completion() {
    return answer.completion(head);
  }

  private void readFrame() throws IOException, ProviderException {
    if (!advance()) {
      end();
      return;
    }
    isFirst = false;
    EventHeaders headers = frames.headers();
    switch (headers.messageType()) {
      case "event" -> readEvent(headers.name());
      case "exception", "error" -> throw protocol.failureInside(head, headers.name(), payload());
      case "" -> throw new MalformedAnswer("a frame does not say what it is");
      default -> {
        // a kind of message that does not concern the answer
      }
    }
  }

  private void readEvent(String name) throws IOException, ProviderException {
    boolean wasComplete = answer.isComplete();
    event.read(name, frames);
    if (!wasComplete && answer.isComplete()) {
      protocol.checkStop(head, answer);
      body.hurry(WAIT_FOR_USAGE);
    }
  }

  /** After the end of the answer, a connection that breaks between two frames breaks nothing. */
  private boolean advance() throws IOException {
    try {
      return frames.next();
    } catch (MalformedAnswer e) {
      throw e;
    } catch (IOException e) {
      if (answer.isComplete()) {
        return false;
      }
      throw e;
    }
  }

  private void end() throws IOException, ProviderException {
    ended = true;
    if (isFirst && frames.isAtBoundary()) {
      throw new MalformedAnswer("the stream has no events");
    }
    if (!answer.isComplete()) {
      throw truncated("the stream ended before the model gave a stopReason");
    }
    if (!frames.isAtBoundary()) {
      throw truncated("the stream ended in the middle of a frame");
    }
  }

  private byte[] payload() {
    return Arrays.copyOfRange(frames.buffer(), frames.payloadFrom(), frames.payloadTo());
  }

  private ProviderException truncated(String message) {
    return head.failure(ErrorKind.STREAM_TRUNCATED, message).build();
  }
}
