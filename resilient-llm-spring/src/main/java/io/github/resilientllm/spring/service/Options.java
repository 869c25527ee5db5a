package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.spring.LlmOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@link LlmOptions} on an interface and on its method ask for. */
final class Options {
  private Options() {}

  /**
   * Those of a method.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if no model could be asked so
   */
  static Consumer<ChatRequest.Builder> of(Site site) {
    List<LlmOptions> said = new ArrayList<>(); // the method's last, for it counts more
    add(site.service().getAnnotation(LlmOptions.class), said);
    add(Objects.requireNonNull(site.method()).getAnnotation(LlmOptions.class), said);
    Consumer<ChatRequest.Builder> options = request -> said.forEach(each -> fill(each, request));
    try {
      ChatRequest unused = ChatRequest.of("?").withDefaults(options);
    } catch (IllegalArgumentException e) {
      throw site.wrong("Its @LlmOptions are wrong: " + e.getMessage() + ".", "Correct them.");
    }
    return options;
  }

  private static void add(@Nullable LlmOptions options, List<LlmOptions> to) {
    if (options != null) {
      to.add(options);
    }
  }

  private static void fill(LlmOptions options, ChatRequest.Builder request) {
    if (!Double.isNaN(options.temperature())) {
      request.temperature(options.temperature());
    }
    if (!Double.isNaN(options.topP())) {
      request.topP(options.topP());
    }
    if (options.maxOutputTokens() != 0) {
      request.maxOutputTokens(options.maxOutputTokens());
    }
    if (options.reasoningEffort().length > 0) {
      request.reasoningEffort(options.reasoningEffort()[0]);
    }
    if (options.stop().length > 0) {
      request.stop(options.stop());
    }
  }
}
