package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A handler that notes all it hears. */
final class Reply implements StreamingChatResponseHandler {
  final List<Object> pieces = new CopyOnWriteArrayList<>();
  final List<Object> ends = new CopyOnWriteArrayList<>();

  @SuppressWarnings("JdkObsolete") // another thread writes it
  private final StringBuffer text = new StringBuffer();

  private final CountDownLatch end = new CountDownLatch(1);
  private final Consumer<PartialResponseContext> each;

  Reply() {
    this(context -> {});
  }

  /** One that does something with each piece of text. */
  Reply(Consumer<PartialResponseContext> each) {
    this.each = each;
  }

  /** The text of the pieces. */
  String shown() {
    return text.toString();
  }

  /** Waits for the end. */
  Reply await() throws InterruptedException {
    if (!end.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("no end after 20 s; shown: " + text);
    }
    return this;
  }

  ChatResponse response() {
    return (ChatResponse) ends.get(0);
  }

  Throwable error() {
    return (Throwable) ends.get(0);
  }

  @Override
  public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
    pieces.add(piece);
    text.append(piece.text());
    each.accept(context);
  }

  @Override
  public void onPartialToolCall(PartialToolCall piece, PartialToolCallContext context) {
    pieces.add(piece);
  }

  @Override
  public void onCompleteToolCall(CompleteToolCall call) {
    pieces.add(call);
  }

  @Override
  public void onUnmappedRawEvent(Object event) {
    pieces.add(event);
  }

  @Override
  public void onCompleteResponse(ChatResponse response) {
    ends.add(response);
    end.countDown();
  }

  @Override
  public void onError(Throwable error) {
    ends.add(error);
    end.countDown();
  }
}
