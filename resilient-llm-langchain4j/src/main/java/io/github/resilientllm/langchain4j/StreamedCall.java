package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import org.jspecify.annotations.Nullable;

/** An attempt for a streamed answer, which LangChain4j's model pushes and the engine pulls. */
final class StreamedCall implements ProviderCall {
  private final StreamingChatModel model;
  private final NativeRequest asked;
  private final TheirFailure failures;
  private final Exchange exchange = new Exchange();
  private final Inbox inbox;
  private boolean begun;

  StreamedCall(
      StreamingChatModel model, NativeRequest asked, TheirFailure failures, boolean reasonless) {
    this.model = model;
    this.asked = asked;
    this.failures = failures;
    this.inbox = new Inbox(failures, exchange, reasonless);
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    if (!begun) {
      begun = true;
      begin();
    }
    return inbox.next();
  }

  @Override
  public Completion completion() {
    return inbox.completion();
  }

  @Override
  public void close() {
    inbox.close();
    exchange.close();
  }

  private void begin() throws ProviderException {
    if (inbox.isClosed()) {
      return; // which the next look into it tells
    }
    Postman postman = new Postman(inbox);
    try {
      exchange.here(
          () -> {
            asked.from().around(() -> model.chat(asked.request(), asked.options(), postman)).run();
            return postman;
          });
    } catch (Throwable e) { // a checked one too, from languages that check none
      throw failures.of(e, exchange.headers());
    }
  }
}
