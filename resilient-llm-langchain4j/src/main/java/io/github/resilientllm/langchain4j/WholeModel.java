package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A client as a model that answers at once.
 *
 * <p>It overrides what is asked and not what LangChain4j's default does then: the default makes a
 * request of the common parameters only, and those of one vendor would be lost on the way to it.
 */
final class WholeModel implements ChatModel {
  private final Settings settings;

  WholeModel(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ChatResponse chat(ChatRequest request, @Nullable ChatRequestOptions options) {
    ChatRequest filled = settings.filled(request);
    ChatRequestOptions given = options == null ? ChatRequestOptions.EMPTY : options;
    if (settings.listeners().isEmpty()) {
      return ask(filled, given);
    }
    return new Heard() {
      @Override
      public ChatResponse doChat(ChatRequest same) {
        return ask(filled, given);
      }
    }.chat(filled, given);
  }

  @Override
  public CompletableFuture<ChatResponse> chatAsync(
      ChatRequest request, @Nullable ChatRequestOptions options) {
    ChatRequest filled = settings.filled(request);
    ChatRequestOptions given = options == null ? ChatRequestOptions.EMPTY : options;
    if (settings.listeners().isEmpty()) {
      return askAsync(filled, given);
    }
    CompletableFuture<ChatResponse> asked = new CompletableFuture<>();
    CompletableFuture<ChatResponse> heard =
        new Heard() {
          @Override
          public CompletableFuture<ChatResponse> doChatAsync(ChatRequest same) {
            CompletableFuture<ChatResponse> answer = askAsync(filled, given);
            endedWith(asked, answer);
            return answer;
          }
        }.chatAsync(filled, given);
    endedWith(heard, asked);
    return heard;
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

  private ChatResponse ask(ChatRequest request, ChatRequestOptions options) {
    try {
      return OurAnswer.of(settings.llm().chat(TheirRequest.of(request, options, settings)));
    } catch (LlmException e) {
      throw OurFailure.of(e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what hears of an end has no end of its own
  private CompletableFuture<ChatResponse> askAsync(
      ChatRequest request, ChatRequestOptions options) {
    CompletableFuture<io.github.resilientllm.chat.ChatResponse> asked;
    try {
      asked = settings.llm().chatAsync(TheirRequest.of(request, options, settings));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    asked.whenComplete(
        (response, failure) -> {
          if (failure == null) {
            answer.complete(OurAnswer.of(response));
          } else {
            answer.completeExceptionally(translated(failure));
          }
        });
    endedWith(answer, asked);
    return answer;
  }

  /** Ends the other with the one that stands for it, as a derived future would not. */
  @SuppressWarnings("FutureReturnValueIgnored") // what hears of an end has no end of its own
  private static void endedWith(CompletableFuture<?> one, CompletableFuture<?> other) {
    one.whenComplete((response, failure) -> other.cancel(true)); // nothing, if it is done
  }

  private static Throwable translated(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof LlmException e ? OurFailure.of(e) : cause;
  }

  /** One call that listeners hear of; LangChain4j's own default tells them. */
  private class Heard implements ChatModel {
    @Override
    public List<ChatModelListener> listeners() {
      return settings.listeners();
    }
  }
}
