package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests ask for that do not say it themselves.
 *
 * @param temperature The sampling temperature, 0 to 2. By default the vendor's.
 * @param topP The nucleus sampling mass, 0 to 1. By default the vendor's.
 * @param maxOutputTokens The most tokens of an answer. By default the vendor's.
 * @param reasoningEffort How much a model thinks before it answers. By default the vendor's.
 * @param seed A seed, for answers that are alike. By default none.
 * @param stop Texts before which an answer ends. By default none.
 * @param bestEffort Whether a target that lacks one of them is asked without it, instead of being
 *     passed over. False by default.
 */
record OptionsProperties(
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer maxOutputTokens,
    @Nullable ReasoningEffort reasoningEffort,
    @Nullable Long seed,
    @Nullable List<String> stop,
    @Nullable Boolean bestEffort) {
  static final OptionsProperties NONE =
      new OptionsProperties(null, null, null, null, null, null, null);

  /** These, and those of another one where these say nothing. */
  OptionsProperties over(OptionsProperties base) {
    OptionsProperties both =
        new OptionsProperties(
            first(temperature, base.temperature),
            first(topP, base.topP),
            first(maxOutputTokens, base.maxOutputTokens),
            first(reasoningEffort, base.reasoningEffort),
            first(seed, base.seed),
            first(stop, base.stop),
            first(bestEffort, base.bestEffort));
    ChatRequest unused = ChatRequest.of("?").withDefaults(both::fill); // refuses what is wrong now
    return both;
  }

  /** Sets what they say. */
  void fill(ChatRequest.Builder request) {
    if (temperature != null) {
      request.temperature(temperature);
    }
    if (topP != null) {
      request.topP(topP);
    }
    if (maxOutputTokens != null) {
      request.maxOutputTokens(maxOutputTokens);
    }
    if (reasoningEffort != null) {
      request.reasoningEffort(reasoningEffort);
    }
    if (seed != null) {
      request.seed(seed);
    }
    if (stop != null) {
      request.stop(stop.toArray(String[]::new));
    }
    if (Boolean.TRUE.equals(bestEffort)) {
      request.bestEffort();
    }
  }

  private static <T> @Nullable T first(@Nullable T set, @Nullable T inherited) {
    return set != null ? set : inherited;
  }
}
