package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A client as a model that answers handlers and publishers' subscribers: the streaming model from
 * LangChain4j 1.20 on, of which 1.19 lacks types.
 */
final class PublishedModel implements StreamingChatModel {
  private final Settings settings;
  private final StreamedModel handled;

  PublishedModel(Settings settings, StreamedModel handled) {
    this.settings = settings;
    this.handled = handled;
  }

  @Override
  public void chat(
      ChatRequest request,
      @Nullable ChatRequestOptions options,
      StreamingChatResponseHandler handler) {
    handled.chat(request, options, handler);
  }

  @Override
  public Flow.Publisher<ChatModelStreamingEvent> chat(ChatRequest request) {
    ChatRequest filled = settings.filled(request);
    Flow.Publisher<ChatModelStreamingEvent> events =
        subscriber ->
            subscriber.onSubscribe(new EventSubscription(subscriber, () -> ask(filled), settings));
    if (settings.listeners().isEmpty()) {
      return events;
    }
    return new StreamingChatModel() { // whose default tells the listeners
      @Override
      public List<ChatModelListener> listeners() {
        return settings.listeners();
      }

      @Override
      public Flow.Publisher<ChatModelStreamingEvent> doChat(ChatRequest same) {
        return events;
      }
    }.chat(filled);
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return handled.defaultRequestParameters();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return handled.listeners();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return handled.supportedCapabilities();
  }

  private io.github.resilientllm.chat.ChatStream ask(ChatRequest request) {
    return settings.llm().stream(TheirRequest.of(request, ChatRequestOptions.EMPTY, settings));
  }
}
