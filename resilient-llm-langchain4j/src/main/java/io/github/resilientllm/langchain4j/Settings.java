package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.ResponseFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the models over one client have in common.
 *
 * @param allNative whether every target is one of LangChain4j's models, so that nothing of a
 *     request needs a word in our vocabulary to arrive
 * @param capabilities what all targets can, so that no request is made that only some of them serve
 * @param defaults what a request leaves open; null if nothing is set
 * @param restartsTold whether a stream goes on when its answer begins again
 */
record Settings(
    LlmClient llm,
    boolean allNative,
    Set<Capability> capabilities,
    @Nullable ChatRequestParameters defaults,
    List<ChatModelListener> listeners,
    boolean restartsTold,
    Executor executor) {

  Settings {
    listeners = List.copyOf(listeners);
  }

  /** Those of a client of which nothing else is said; its targets do not change. */
  static Settings of(LlmClient llm) {
    return of(llm, llm instanceof ResilientLlm ladder ? List.of(ladder) : List.of());
  }

  /** Those of a client of which its ladders are known; without any, nothing is. */
  static Settings of(LlmClient llm, List<ResilientLlm> ladders) {
    return new Settings(
        llm,
        !ladders.isEmpty() && ladders.stream().allMatch(Settings::isNative),
        ladders.stream().allMatch(Settings::takesSchemas)
            ? Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA)
            : Set.of(),
        null,
        List.of(),
        false,
        ModelThreads.SHARED);
  }

  Settings withDefaults(ChatRequestParameters parameters) {
    return new Settings(
        llm, allNative, capabilities, parameters, listeners, restartsTold, executor);
  }

  Settings withListeners(List<ChatModelListener> some) {
    return new Settings(llm, allNative, capabilities, defaults, some, restartsTold, executor);
  }

  Settings withRestartsTold(boolean told) {
    return new Settings(llm, allNative, capabilities, defaults, listeners, told, executor);
  }

  Settings withExecutor(Executor threads) {
    return new Settings(llm, allNative, capabilities, defaults, listeners, restartsTold, threads);
  }

  /**
   * The request as it is to be asked: with the defaults, and without what a memory has dropped; the
   * same object if there is neither.
   */
  ChatRequest filled(ChatRequest request) {
    ChatRequest whole = Dropped.without(request);
    if (defaults == null) {
      return whole;
    }
    return ChatRequest.builder()
        .messages(whole.messages())
        .parameters(defaults.overrideWith(request.parameters()))
        .build();
  }

  private static boolean isNative(ResilientLlm ladder) {
    return ladder.targets().stream()
        .allMatch(target -> target.vendor().startsWith(LangChain4jProvider.VENDOR));
  }

  private static boolean takesSchemas(ResilientLlm ladder) {
    return ladder.check(schemaProbe()).stream().allMatch(check -> check.obstacle() == null);
  }

  private static io.github.resilientllm.chat.ChatRequest schemaProbe() {
    return io.github.resilientllm.chat.ChatRequest.builder()
        .user("?")
        .responseFormat(ResponseFormat.jsonSchema("probe", "{\"type\":\"object\"}"))
        .nativeRequest(Capability.RESPONSE_FORMAT_JSON_SCHEMA)
        .build();
  }
}
