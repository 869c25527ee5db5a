package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.internal.thread.AskedFrom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A client as a model that answers a handler piece by piece, on every LangChain4j that we run on.
 */
final class StreamedModel implements StreamingChatModel {
  private final Settings settings;

  StreamedModel(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void chat(
      ChatRequest request,
      @Nullable ChatRequestOptions options,
      StreamingChatResponseHandler handler) {
    Objects.requireNonNull(handler, "handler");
    ChatRequest filled = settings.filled(request);
    ChatRequestOptions given = options == null ? ChatRequestOptions.EMPTY : options;
    if (settings.listeners().isEmpty()) {
      ask(filled, given, handler);
      return;
    }
    new StreamingChatModel() { // whose default tells the listeners
      @Override
      public List<ChatModelListener> listeners() {
        return settings.listeners();
      }

      @Override
      public void doChat(ChatRequest same, StreamingChatResponseHandler observed) {
        ask(filled, given, observed);
      }
    }.chat(filled, given, handler);
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    ChatRequestParameters set = settings.defaults();
    return set == null ? DefaultChatRequestParameters.EMPTY : set;
  }

  @Override
  public List<ChatModelListener> listeners() {
    return settings.listeners();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return settings.capabilities();
  }

  private void ask(
      ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
    ChatStream stream = settings.llm().stream(TheirRequest.of(request, options, settings));
    HandlerRun run = new HandlerRun(stream, handler, settings.restartsTold());
    try {
      settings.executor().execute(AskedFrom.here().around(run));
    } catch (RejectedExecutionException e) {
      run.refused(e);
    }
  }
}
