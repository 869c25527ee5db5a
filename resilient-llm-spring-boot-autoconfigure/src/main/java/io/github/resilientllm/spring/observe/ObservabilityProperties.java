package io.github.resilientllm.spring.observe;

import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.ClassUtils;

/**
 * What {@code resilient-llm.observability.*} says.
 *
 * @param genAiMetrics Whether to emit the metrics gen_ai.client.* of OpenTelemetry's conventions.
 *     By default unless Spring AI or LangChain4j is there, whose metrics of these names have other
 *     tags or another type.
 * @param tags The names of a request's tags that the timer resilient.llm.operation and spans show;
 *     none by default. A timer shows 100 values of each at most.
 * @param events How many events the endpoint resilientllmevents remembers, 1 to 65536.
 */
@ConfigurationProperties("resilient-llm.observability")
public record ObservabilityProperties(
    @DefaultValue("auto") GenAiMetrics genAiMetrics,
    @DefaultValue List<String> tags,
    @DefaultValue("256") int events) {
  private static final int MOST_EVENTS = 65_536;

  /** Those that the meters have themselves; a registry takes no key twice. */
  private static final Set<String> TAKEN = Set.of("policy", "served.by", "outcome", "error.type");

  /** When there are metrics by OpenTelemetry's conventions. */
  public enum GenAiMetrics {
    /** Unless somebody else emits them. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF
  }

  /** Checks the names of tags and the number of events. */
  public ObservabilityProperties {
    tags = List.copyOf(tags);
    for (String tag : tags) {
      if (TAKEN.contains(tag)) {
        throw new IllegalArgumentException(
            "resilient-llm.observability.tags has " + tag + ", which the meter says itself");
      }
    }
    if (events < 1 || events > MOST_EVENTS) {
      throw new IllegalArgumentException(
          "resilient-llm.observability.events is 1 to " + MOST_EVENTS + ", not " + events);
    }
  }

  /** Whether metrics by OpenTelemetry's conventions are emitted. */
  boolean emitsGenAi(ClassLoader classes) {
    return switch (genAiMetrics) {
      case ON -> true;
      case OFF -> false;
      case AUTO ->
          !ClassUtils.isPresent("org.springframework.ai.chat.model.ChatModel", classes)
              && !ClassUtils.isPresent("dev.langchain4j.model.chat.ChatModel", classes);
    };
  }
}
