package io.github.resilientllm.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.internal.thread.AskedFrom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one of LangChain4j's models is asked. */
final class NativeRequests {
  private NativeRequests() {}

  /**
   * The request as it was made, with what the engine has changed since; translated if it was made
   * in our words.
   *
   * @param model the only model to name; null for the one that is asked for
   */
  static NativeRequest of(ChatRequest request, @Nullable String model) {
    if (!(request.nativeRequest().orElse(null) instanceof NativeRequest asked)) {
      return new NativeRequest(
          OurRequest.of(request),
          ChatRequestOptions.EMPTY,
          request.messages().size(),
          AskedFrom.here());
    }
    int known = asked.messages();
    int all = request.messages().size();
    Integer most =
        request.maxOutputTokens().isPresent() ? request.maxOutputTokens().getAsInt() : null;
    boolean lowered = most != null && !most.equals(asked.request().maxOutputTokens());
    boolean renamed = model != null && asked.request().modelName() != null;
    if (all == known && !lowered && !renamed) {
      return asked;
    }
    List<ChatMessage> messages = new ArrayList<>(asked.request().messages());
    messages.addAll(OurRequest.messages(request.messages().subList(known, all)));
    ChatRequestParameters parameters = asked.request().parameters();
    if (lowered) {
      parameters =
          parameters.overrideWith(ChatRequestParameters.builder().maxOutputTokens(most).build());
    }
    if (renamed) {
      parameters =
          parameters.overrideWith(ChatRequestParameters.builder().modelName(model).build());
    }
    return new NativeRequest(
        dev.langchain4j.model.chat.request.ChatRequest.builder()
            .messages(messages)
            .parameters(parameters)
            .build(),
        asked.options(),
        all,
        asked.from());
  }
}
