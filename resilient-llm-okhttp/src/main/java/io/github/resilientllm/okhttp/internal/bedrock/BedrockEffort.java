package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ReasoningEffort;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model on Bedrock is told how much to think: in the words of its maker, which Converse
 * passes on to it unread.
 */
enum BedrockEffort {
  /** It cannot be told. */
  NONE,
  /** {@code thinking: {type: enabled, budget_tokens: 2048}}: Claude from 3.7 to 4.5. */
  BUDGET,
  /** {@code thinking: {type: adaptive}, output_config: {effort: low}}: later ones. */
  ADAPTIVE,
  /** The same, and it cannot be told not to: Fable, Mythos, and all since 5.5. */
  ADAPTIVE_ALWAYS,
  /** The same without {@code xhigh}: Claude 4.6. */
  ADAPTIVE_TO_HIGH,
  /** {@code reasoningConfig: {type: enabled, maxReasoningEffort: low}}: Nova 2. */
  NOVA,
  /** {@code reasoning_effort: low}: open models. */
  FLAT,
  /** {@code reasoning: {effort: low}}: OpenAI's own. */
  NESTED;

  private static final int MIN_BUDGET = 1024; // less is refused

  /**
   * The fields for the model.
   *
   * @param maxTokens of the whole answer, thoughts included; empty for the model's own limit
   * @return no fields if nothing needs to be said; empty if it cannot think as much or as little
   */
  Optional<Map<String, Object>> fields(ReasoningEffort effort, OptionalInt maxTokens) {
    boolean thinks = effort != ReasoningEffort.NONE;
    return switch (this) {
      case NONE -> thinks ? Optional.empty() : Optional.of(Map.of());
      case BUDGET -> thinks ? budget(effort, maxTokens) : Optional.of(Map.of());
      case ADAPTIVE, ADAPTIVE_ALWAYS, ADAPTIVE_TO_HIGH ->
          Optional.of(
              thinks
                  ? Map.of(
                      "thinking",
                      adaptive(),
                      "output_config",
                      Map.of("effort", word(lacks(effort) ? ReasoningEffort.HIGH : effort)))
                  : off());
      case NOVA ->
          Optional.of(
              Map.of(
                  "reasoningConfig",
                  thinks
                      ? Map.of("type", "enabled", "maxReasoningEffort", ofThree(effort))
                      : Map.of("type", "disabled")));
      case FLAT -> Optional.of(Map.of("reasoning_effort", word(effort)));
      case NESTED -> Optional.of(Map.of("reasoning", Map.of("effort", word(effort))));
    };
  }

  /** Whether it is a Claude that thinks as much as it sees fit. */
  boolean isAdaptive() {
    return this == ADAPTIVE || this == ADAPTIVE_ALWAYS || this == ADAPTIVE_TO_HIGH;
  }

  /** Whether the next lower effort is asked for. */
  boolean lacks(ReasoningEffort effort) {
    return this == ADAPTIVE_TO_HIGH && effort == ReasoningEffort.XHIGH;
  }

  /** Whether a model that is told so takes neither temperature nor topP. */
  boolean excludesSampling(ReasoningEffort effort) {
    return switch (this) {
      case BUDGET, ADAPTIVE, ADAPTIVE_ALWAYS, ADAPTIVE_TO_HIGH -> effort != ReasoningEffort.NONE;
      case NOVA -> effort != ReasoningEffort.NONE && ofThree(effort).equals("high");
      default -> false;
    };
  }

  /** At most half of the answer is for thoughts. */
  private static Optional<Map<String, Object>> budget(
      ReasoningEffort effort, OptionalInt maxTokens) {
    int wanted =
        switch (effort) {
          case NONE, MINIMAL -> MIN_BUDGET;
          case LOW -> 2_048;
          case MEDIUM -> 8_192;
          case HIGH -> 16_384;
          case XHIGH, MAX -> 24_576; // the smallest of these models writes 32,000 tokens
        };
    int budget = Math.min(wanted, maxTokens.orElse(Integer.MAX_VALUE) / 2);
    return budget < MIN_BUDGET
        ? Optional.empty()
        : Optional.of(Map.of("thinking", Map.of("type", "enabled", "budget_tokens", budget)));
  }

  /** The latest models stream no thoughts unless asked to, and are silent while they think. */
  private Map<String, Object> adaptive() {
    return this == ADAPTIVE_TO_HIGH
        ? Map.of("type", "adaptive")
        : Map.of("type", "adaptive", "display", "summarized");
  }

  private Map<String, Object> off() {
    return this == ADAPTIVE_ALWAYS ? Map.of() : Map.of("thinking", Map.of("type", "disabled"));
  }

  private static String word(ReasoningEffort effort) {
    return effort == ReasoningEffort.MINIMAL ? "low" : effort.name().toLowerCase(Locale.ROOT);
  }

  private static String ofThree(ReasoningEffort effort) {
    return switch (effort) {
      case NONE, MINIMAL, LOW -> "low";
      case MEDIUM -> "medium";
      case HIGH, XHIGH, MAX -> "high";
    };
  }
}
