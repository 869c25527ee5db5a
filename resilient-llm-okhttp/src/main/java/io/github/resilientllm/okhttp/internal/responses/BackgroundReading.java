package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
import io.github.resilientllm.okhttp.internal.stream.StreamedAnswer;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Optional;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The reading of one response over several connections, of which each goes on where the one before
 * broke off: what was read of an event by half is nothing, what was read whole comes no more. Used
 * by one thread, but for {@link #bookmark()}.
 */
final class BackgroundReading implements Protocol {
  private final ResponsesProtocol protocol;
  private final ResponsesAnswer answer;
  private final ResponsesEvents events;
  private final CallOptions options;
  private volatile @Nullable ResponsesBookmark bookmark;
  private volatile boolean isOver;

  /**
   * Has read nothing.
   *
   * @param options is told the response's id
   */
  BackgroundReading(ResponsesProtocol protocol, CallOptions options) {
    this.protocol = protocol;
    this.options = options;
    this.answer = new ResponsesAnswer(protocol.vendor());
    this.events = new ResponsesEvents(answer, /* passesOverKnown= */ true);
  }

  /**
   * Where it stands; null as long as the vendor has not said which response it is, and for ever if
   * it does not number its events.
   */
  @Nullable ResponsesBookmark bookmark() {
    return bookmark;
  }

  /** Whether the vendor itself has ended the response, so that there is nothing to attach to. */
  boolean isOver() {
    return isOver;
  }

  @Override
  public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
      throws IOException {
    if (!body.beginsJson()) {
      ResponsesStream stream = new ResponsesStream(protocol, head, answer, events, this::read);
      return new StreamedAnswer<>(head, body, new JsonEvents(body), stream, answer);
    }
    if (bookmark != null) {
      throw new MalformedAnswer("what was to go on as a stream came whole");
    }
    return new WholeAnswer(head, body, new ResponsesWhole(protocol, head, answer, events), answer);
  }

  /** An event was read. */
  private void read(boolean isFailure) {
    isOver = isFailure || answer.isComplete();
    if (!ResponsesBookmark.isId(answer.id()) || events.sequence() < 0) {
      return;
    }
    if (bookmark == null) {
      options.tellHandle(answer.id());
    }
    bookmark = new ResponsesBookmark(answer.id(), events.sequence());
  }

  @Override
  public ProviderException failure(ResponseHead head, byte[] body) {
    return protocol.failure(head, body);
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return protocol.cannotServe(request);
  }

  @Override
  public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
    return protocol.write(request, streaming);
  }
}
