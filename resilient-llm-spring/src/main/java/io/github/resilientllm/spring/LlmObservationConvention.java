package io.github.resilientllm.spring;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.spring.internal.GenAi;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  /** More tags than a metric could bear; those of further calls are made anew each time. */
  private static final int MOST_WRITTEN = 1_000;

  private static final int MOST = 16; // what a span can say, and some room for it
  private static final KeyValue STREAMED = KeyValue.of(GenAi.REQUEST_STREAM, "true");
  private static final KeyValue WHOLE = KeyValue.of(GenAi.REQUEST_STREAM, "false");
  private static final Each<Outcome> OUTCOMES =
      new Each<>(Outcome.class, outcome -> KeyValue.of("resilient.llm.outcome", lower(outcome)));
  private static final Each<FinishReason> FINISH_REASONS =
      new Each<>(
          FinishReason.class,
          reason -> KeyValue.of(GenAi.FINISH_REASONS, "[\"" + lower(reason) + "\"]"));

  private final Map<Tags, KeyValues> written = new ConcurrentHashMap<>();
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
    CallEvent.AnswerFacts answer = call.answer().orElse(null);
    ErrorKind error = call.errorKind().orElse(null);
    Tags tags = new Tags(call.vendor(), call.model(), answer == null ? "" : answer.model(), error);
    KeyValues known = written.get(tags);
    if (known != null) {
      return known;
    }
    KeyValues values = tags.values();
    if (written.size() < MOST_WRITTEN) {
      written.put(tags, values);
    }
    return values;
  }

  /** What only the span says; what is not known is left out. */
  @Override
  public KeyValues getHighCardinalityKeyValues(LlmObservationContext call) {
    CallEvent.AnswerFacts answer = call.answer().orElse(null);
    List<KeyValue> all = new ArrayList<>(MOST); // in the order of the keys, which saves sorting
    addIfThere(all, GenAi.CONVERSATION, call.conversation().orElse(null));
    all.add(call.streaming() ? STREAMED : WHOLE);
    if (answer != null) {
      all.add(FINISH_REASONS.of(answer.finishReason()));
      addIfThere(all, GenAi.RESPONSE_ID, answer.id().isEmpty() ? null : answer.id());
    }
    Duration firstContent = call.timeToFirstContent().orElse(null);
    if (firstContent != null) {
      add(all, GenAi.RESPONSE_FIRST_CHUNK, Double.toString(firstContent.toNanos() / 1e9));
    }
    if (answer != null) {
      add(all, answer.usage());
    }
    add(all, "resilient.llm.attempts", Integer.toString(call.attempts()));
    Outcome outcome = call.outcome().orElse(null);
    if (outcome != null) {
      all.add(OUTCOMES.of(outcome));
    }
    add(all, "resilient.llm.policy", call.policy());
    addIfThere(all, "resilient.llm.served_by", call.answeredBy().orElse(null));
    call.tags().forEach((tag, value) -> add(all, "resilient.llm.tag." + tag, value));
    return KeyValues.of(all);
  }

  private static void add(List<KeyValue> all, Usage usage) {
    add(all, GenAi.CACHE_WRITE_TOKENS, usage.cacheWriteTokens());
    add(all, GenAi.CACHE_READ_TOKENS, usage.cachedInputTokens());
    add(all, GenAi.INPUT_TOKENS, usage.inputTokens());
    add(all, GenAi.OUTPUT_TOKENS, usage.outputTokens());
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

  private static void addIfThere(List<KeyValue> all, String key, @Nullable String value) {
    if (value != null) {
      add(all, key, value);
    }
  }

  /** What tells the tags of one call from those of another. */
  private record Tags(String vendor, String model, String answeredWith, @Nullable ErrorKind error) {

    KeyValues values() {
      return KeyValues.of(
          KeyValue.of(GenAi.OPERATION, GenAi.CHAT),
          KeyValue.of(GenAi.PROVIDER, GenAi.provider(vendor)),
          KeyValue.of(GenAi.REQUEST_MODEL, model),
          KeyValue.of(GenAi.RESPONSE_MODEL, answeredWith.isEmpty() ? GenAi.NONE : answeredWith),
          KeyValue.of(GenAi.ERROR_TYPE, error == null ? GenAi.NONE : lower(error)));
    }
  }

  /** The values of an enum under one key, each made once. */
  private static final class Each<E extends Enum<E>> {
    private final Map<E, KeyValue> values;

    Each(Class<E> type, Function<E, KeyValue> value) {
      this.values = new EnumMap<>(type);
      for (E each : type.getEnumConstants()) {
        values.put(each, value.apply(each));
      }
    }

    KeyValue of(E each) {
      return Objects.requireNonNull(values.get(each));
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
