package io.github.resilientllm.okhttp.internal.models;

import static io.github.resilientllm.chat.ReasoningEffort.HIGH;
import static io.github.resilientllm.chat.ReasoningEffort.LOW;
import static io.github.resilientllm.chat.ReasoningEffort.MEDIUM;
import static io.github.resilientllm.chat.ReasoningEffort.NONE;
import static io.github.resilientllm.chat.ReasoningEffort.XHIGH;

import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.provider.Capabilities;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is known of one of xAI's models by its name: which efforts it takes, for the others are a
 * 400. A name of a later version is taken as the newest that is known.
 */
public final class GrokModel {
  /** Models that think, and refuse texts to stop at. */
  public static final String STOPLESS =
      "(?!.*non-reasoning)grok-(?:3-mini|[4-9]|build|code|latest).*";

  private record Row(Pattern name, OpenAiModel model) {}

  /** The first row whose pattern the name begins with counts. */
  private static final List<Row> MODELS =
      List.of(
          row(".*non-reasoning", List.of(), 0),
          row("grok-3-mini", List.of(LOW, HIGH), 0),
          row("grok-[123](?!\\d)", List.of(), 0),
          row("grok-(?:build|code)", List.of(), 256_000),
          row("grok-4(?:-|$)", List.of(), 0),
          row("grok-4[.-](?:1|20)(?!\\d)", List.of(), 0),
          row("grok-4\\.3", List.of(NONE, LOW, MEDIUM, HIGH, XHIGH), 1_000_000),
          row("grok-4\\.[56]", List.of(LOW, MEDIUM, HIGH), 0),
          row("grok-4\\.7", List.of(LOW, MEDIUM, HIGH, XHIGH), 500_000),
          row("grok-", List.of(LOW, MEDIUM, HIGH, XHIGH), 0));

  private GrokModel() {}

  public static OpenAiModel of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Row row : MODELS) {
      if (row.name().matcher(lower).lookingAt()) {
        return row.model();
      }
    }
    return OpenAiModel.UNKNOWN;
  }

  private static Row row(String name, List<ReasoningEffort> efforts, int window) {
    return new Row(
        Pattern.compile(name),
        new OpenAiModel(
            efforts,
            OpenAiModel.When.ALWAYS,
            OpenAiModel.When.ALWAYS,
            /* takesParallelCalls= */ true,
            Capabilities.standard().withContextWindow(window)));
  }
}
