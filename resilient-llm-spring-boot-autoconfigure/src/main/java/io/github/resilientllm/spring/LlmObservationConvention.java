package io.github.resilientllm.spring;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.spring.internal.GenAi;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.ArrayList;
import java.util.List;
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
    List<KeyValue> all = new ArrayList<>();
    add(all, "resilient.llm.policy", call.policy());
    add(all, "resilient.llm.attempts", Integer.toString(call.attempts()));
    add(all, GenAi.REQUEST_STREAM, Boolean.toString(call.streaming()));
    call.conversation().ifPresent(id -> add(all, GenAi.CONVERSATION, id));
    call.outcome().ifPresent(outcome -> add(all, "resilient.llm.outcome", lower(outcome)));
    call.answeredBy().ifPresent(target -> add(all, "resilient.llm.served_by", target));
    call.timeToFirstContent()
        .map(time -> Double.toString(time.toNanos() / 1e9))
        .ifPresent(seconds -> add(all, GenAi.RESPONSE_FIRST_CHUNK, seconds));
    call.answer().ifPresent(answer -> add(all, answer));
    return KeyValues.of(all);
  }

  private static void add(List<KeyValue> all, CallEvent.AnswerFacts answer) {
    add(all, GenAi.FINISH_REASONS, "[\"" + lower(answer.finishReason()) + "\"]");
    if (!answer.id().isEmpty()) {
      add(all, GenAi.RESPONSE_ID, answer.id());
    }
    Usage usage = answer.usage();
    add(all, GenAi.INPUT_TOKENS, usage.inputTokens());
    add(all, GenAi.OUTPUT_TOKENS, usage.outputTokens());
    add(all, GenAi.CACHE_READ_TOKENS, usage.cachedInputTokens());
    add(all, GenAi.CACHE_WRITE_TOKENS, usage.cacheWriteTokens());
    add(all, GenAi.REASONING_TOKENS, usage.reasoningTokens());
  }

  private static void add(List<KeyValue> all, String key, OptionalLong tokens) {
    if (tokens.isPresent()) {
      add(all, key, Long.toString(tokens.getAsLong()));
    }
  }

  private static void add(List<KeyValue> all, String key, String value) {
    all.add(KeyValue.of(key, value));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
