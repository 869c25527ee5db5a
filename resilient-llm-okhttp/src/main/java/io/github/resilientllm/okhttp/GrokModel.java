package io.github.resilientllm.okhttp;

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
final class GrokModel {
  /** Models that think, and refuse texts to stop at. */
  static final String STOPLESS = "(?!.*non-reasoning)grok-(?:3-mini|[4-9]|build|code|latest).*";

  private record Row(Pattern name, OpenAiModel model) {}

  private static final Capabilities SILENT = Capabilities.standard().withThinksInSilence(true);

  /** The first row whose pattern the name begins with counts. */
  private static final List<Row> MODELS =
      List.of(
          row(".*non-reasoning", List.of(), Capabilities.standard()),
          row("grok-3-mini", List.of(LOW, HIGH), SILENT),
          row("grok-[12](?!\\d)|grok-3", List.of(), Capabilities.standard()),
          row("grok-(?:build|code)", List.of(), SILENT),
          row("grok-4(?:-|$)", List.of(), SILENT),
          row("grok-4[.-](?:1|20)(?!\\d)", List.of(), SILENT),
          row("grok-4\\.3", List.of(NONE, LOW, MEDIUM, HIGH, XHIGH), SILENT),
          row("grok-4\\.[56]", List.of(LOW, MEDIUM, HIGH), SILENT),
          row("grok-", List.of(LOW, MEDIUM, HIGH, XHIGH), SILENT));

  private GrokModel() {}

  static OpenAiModel of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Row row : MODELS) {
      if (row.name().matcher(lower).lookingAt()) {
        return row.model();
      }
    }
    return OpenAiModel.UNKNOWN;
  }

  private static Row row(String name, List<ReasoningEffort> efforts, Capabilities can) {
    return new Row(
        Pattern.compile(name),
        new OpenAiModel(efforts, OpenAiModel.When.ALWAYS, OpenAiModel.When.ALWAYS, true, can));
  }
}
