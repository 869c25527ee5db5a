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
  private final Inbox inbox;
  private boolean begun;

  StreamedCall(
      StreamingChatModel model, NativeRequest asked, TheirFailure failures, boolean reasonless) {
    this.model = model;
    this.asked = asked;
    this.failures = failures;
    this.inbox = new Inbox(failures, reasonless);
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
  }

  private void begin() throws ProviderException {
    if (inbox.isClosed()) {
      return; // which the next look into it tells
    }
    try {
      model.chat(asked.request(), asked.options(), new Postman(inbox));
    } catch (RuntimeException | Error e) {
      throw failures.of(e);
    }
  }
}
