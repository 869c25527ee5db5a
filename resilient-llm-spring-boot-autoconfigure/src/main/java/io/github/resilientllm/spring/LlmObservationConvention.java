package io.github.resilientllm.spring;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.spring.internal.GenAi;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What an observation of a call is named and says; a bean of this type replaces it.
 *
 * <p>By default it keeps to OpenTelemetry's conventions for generative AI, version 1.41, and adds
 * {@code resilient.llm.policy}, {@code .served_by}, {@code .attempts} and {@code .outcome} to the
 * span. Content is never among it.
 *
 * <pre>{@code
 * @Bean
 * LlmObservationConvention withTenant(Tenants tenants) {
 *   return new LlmObservationConvention() {
 *     @Override
 *     public KeyValues getHighCardinalityKeyValues(LlmObservationContext call) {
 *       return super.getHighCardinalityKeyValues(call).and("tenant", tenants.current());
 *     }
 *   };
 * }
 * }</pre>
 */
public class LlmObservationConvention implements ObservationConvention<LlmObservationContext> {
  private final String name;

  /** A convention with OpenTelemetry's name for the metric. */
  public LlmObservationConvention() {
    this(GenAi.OPERATION_DURATION);
  }

  /** A convention with another name for the metric. */
  public LlmObservationConvention(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  @Override
  public String getName() {
    return name;
  }

  /** The span's name, such as {@code chat gpt-4.1-mini}. */
  @Override
  public String getContextualName(LlmObservationContext call) {
    return GenAi.CHAT + " " + call.model();
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof LlmObservationContext;
  }

  /** The tags of the metric; always the same keys. */
  @Override
  public KeyValues getLowCardinalityKeyValues(LlmObservationContext call) {
    String answeredWith = call.answer().map(CallEvent.AnswerFacts::model).orElse("");
    return KeyValues.of(
        KeyValue.of(GenAi.OPERATION, GenAi.CHAT),
        KeyValue.of(GenAi.PROVIDER, GenAi.provider(call.vendor())),
        KeyValue.of(GenAi.REQUEST_MODEL, call.model()),
        KeyValue.of(GenAi.RESPONSE_MODEL, answeredWith.isEmpty() ? GenAi.NONE : answeredWith),
        KeyValue.of(
            GenAi.ERROR_TYPE,
            call.errorKind().map(LlmObservationConvention::lower).orElse(GenAi.NONE)));
  }

  /** What only the span says; what is not known is left out. */
  @Override
  public KeyValues getHighCardinalityKeyValues(LlmObservationContext call) {
    KeyValues all =
        KeyValues.of(
            KeyValue.of("resilient.llm.policy", call.policy()),
            KeyValue.of("resilient.llm.attempts", Integer.toString(call.attempts())),
            KeyValue.of(GenAi.REQUEST_STREAM, Boolean.toString(call.streaming())));
    if (call.conversation().isPresent()) {
      all = all.and(GenAi.CONVERSATION, call.conversation().get());
    }
    if (call.outcome().isPresent()) {
      all = all.and("resilient.llm.outcome", lower(call.outcome().get()));
    }
    if (call.answeredBy().isPresent()) {
      all = all.and("resilient.llm.served_by", call.answeredBy().get());
    }
    if (call.timeToFirstContent().isPresent()) {
      double seconds = call.timeToFirstContent().get().toNanos() / 1e9;
      all = all.and(GenAi.RESPONSE_FIRST_CHUNK, Double.toString(seconds));
    }
    return call.answer().isPresent() ? with(all, call.answer().get()) : all;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static KeyValues with(KeyValues all, CallEvent.AnswerFacts answer) {
    KeyValues more = all.and(GenAi.FINISH_REASONS, "[\"" + lower(answer.finishReason()) + "\"]");
    if (!answer.id().isEmpty()) {
      more = more.and(GenAi.RESPONSE_ID, answer.id());
    }
    Usage usage = answer.usage();
    more = with(more, GenAi.INPUT_TOKENS, usage.inputTokens());
    more = with(more, GenAi.OUTPUT_TOKENS, usage.outputTokens());
    more = with(more, GenAi.CACHE_READ_TOKENS, usage.cachedInputTokens());
    more = with(more, GenAi.CACHE_WRITE_TOKENS, usage.cacheWriteTokens());
    return with(more, GenAi.REASONING_TOKENS, usage.reasoningTokens());
  }

  private static KeyValues with(KeyValues all, String key, OptionalLong tokens) {
    return tokens.isPresent() ? all.and(key, Long.toString(tokens.getAsLong())) : all;
  }
}
