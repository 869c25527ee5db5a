package io.github.resilientllm.okhttp.internal.models;

import static io.github.resilientllm.chat.ReasoningEffort.HIGH;
import static io.github.resilientllm.chat.ReasoningEffort.LOW;
import static io.github.resilientllm.chat.ReasoningEffort.MEDIUM;
import static io.github.resilientllm.chat.ReasoningEffort.MINIMAL;
import static io.github.resilientllm.chat.ReasoningEffort.NONE;
import static io.github.resilientllm.chat.ReasoningEffort.XHIGH;

import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.provider.Capabilities;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one of OpenAI's models by its name, at OpenAI or as the name of a deployment. A
 * name of a later version is taken as the newest that is known; a name that is none of OpenAI's, as
 * most deployments have, as a model that takes everything.
 *
 * @param efforts the reasoning efforts that it takes, from the least; empty if it does not reason
 * @param sampling when it takes temperature and {@code top_p}
 * @param tools when it takes tools, in chat completions
 * @param takesParallelCalls whether it takes the switch for tool calls side by side
 * @param capabilities what it can do and hold
 */
public record OpenAiModel(
    List<ReasoningEffort> efforts,
    When sampling,
    When tools,
    boolean takesParallelCalls,
    Capabilities capabilities) {

  /** When a model takes something. */
  public enum When {
    /** Always. */
    ALWAYS,
    /** Unless it is asked to reason. */
    NOT_ASKED_TO_REASON,
    /** Only if it is told not to reason. */
    TOLD_NOT_TO_REASON,
    /** Never. */
    NEVER
  }

  private record Row(Pattern name, OpenAiModel model) {}

  private static final Capabilities ALL = Capabilities.standard();
  private static final Capabilities OLD = ALL.withJsonSchema(false);
  private static final Capabilities REASONS = ALL.withThinksInSilence(true);

  private static final List<ReasoningEffort> NO_EFFORT = List.of();
  private static final List<ReasoningEffort> USUAL = List.of(LOW, MEDIUM, HIGH);
  private static final List<ReasoningEffort> OF_5 = List.of(MINIMAL, LOW, MEDIUM, HIGH);
  private static final List<ReasoningEffort> OF_5_1 = List.of(NONE, LOW, MEDIUM, HIGH);
  private static final List<ReasoningEffort> MODERN = List.of(NONE, LOW, MEDIUM, HIGH, XHIGH);
  private static final List<ReasoningEffort> PRO = List.of(MEDIUM, HIGH, XHIGH);

  public static final OpenAiModel UNKNOWN =
      new OpenAiModel(List.of(ReasoningEffort.values()), When.ALWAYS, When.ALWAYS, true, ALL);

  /** The first row whose pattern the name begins with counts. */
  private static final List<Row> MODELS =
      List.of(
          plain("gpt-3\\.?5", OLD.withImages(false), 16_385, 4_096),
          plain("gpt-4o-(?:audio|realtime|transcribe|tts)", ALL, 0, 0),
          plain("gpt-4o", ALL, 128_000, 16_384),
          plain("gpt-4\\.1", ALL, 1_047_576, 32_768),
          plain("gpt-4\\.5", ALL, 128_000, 16_384),
          plain("gpt-4-(?:turbo|1106|0125)", OLD, 128_000, 4_096),
          plain("gpt-4-32k", OLD.withImages(false), 32_768, 0),
          plain("gpt-4(?!\\d)", OLD.withImages(false), 8_192, 0),
          plain("gpt-5(?:\\.\\d+)?-chat", ALL, 128_000, 16_384),
          reasons(
              "o1-mini",
              NO_EFFORT,
              REASONS.withImages(false).withJsonSchema(false),
              128_000,
              65_536),
          reasons(
              "o1-preview",
              NO_EFFORT,
              REASONS.withImages(false).withJsonSchema(false),
              128_000,
              32_768),
          reasons("o3-mini", USUAL, REASONS.withImages(false), 200_000, 100_000),
          reasons("o[1-9](?![a-z0-9])", USUAL, REASONS, 200_000, 100_000),
          reasons("gpt-5-pro", List.of(HIGH), REASONS, 400_000, 128_000),
          reasons("gpt-5-codex", USUAL, REASONS, 400_000, 128_000),
          reasons("gpt-5(?![\\d.])", OF_5, REASONS, 400_000, 128_000),
          new Row(begin("gpt-5\\.1-codex-max"), modern(MODERN, When.ALWAYS, 400_000)),
          new Row(begin("gpt-5\\.1(?!\\d)"), modern(OF_5_1, When.ALWAYS, 400_000)),
          new Row(begin("gpt-5\\.[23](?!\\d)-pro"), modern(PRO, When.ALWAYS, 400_000)),
          new Row(begin("gpt-5\\.[23](?!\\d)"), modern(MODERN, When.ALWAYS, 400_000)),
          new Row(begin("gpt-5\\.\\d+-pro"), modern(PRO, When.ALWAYS, 0)),
          new Row(begin("gpt-5\\.[45](?!\\d)"), modern(MODERN, When.NOT_ASKED_TO_REASON, 0)),
          new Row(begin("gpt-(?:5\\.\\d|[6-9])"), modern(MODERN, When.TOLD_NOT_TO_REASON, 0)));

  private static final Pattern START = Pattern.compile("(?<![a-z0-9])(?:gpt-\\d|o\\d(?![a-z0-9]))");

  public static OpenAiModel of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    Matcher start = START.matcher(lower);
    if (!start.find()) {
      return UNKNOWN;
    }
    Matcher rest = Pattern.compile("").matcher(lower.substring(start.start()));
    for (Row row : MODELS) {
      if (rest.usePattern(row.name()).lookingAt()) {
        return row.model();
      }
      rest.reset();
    }
    return UNKNOWN;
  }

  /**
   * The effort that it takes and that is nearest to the one that is wanted, rather less than more.
   */
  public ReasoningEffort nearest(ReasoningEffort wanted) {
    ReasoningEffort best = efforts.get(0);
    for (ReasoningEffort effort : efforts) {
      if (distance(effort, wanted) < distance(best, wanted)) {
        best = effort;
      }
    }
    return best;
  }

  /** Whether it takes temperature and {@code top_p} when it is asked for this effort, or none. */
  public boolean takesSampling(@Nullable ReasoningEffort asked) {
    return switch (sampling) {
      case ALWAYS -> true;
      case NOT_ASKED_TO_REASON -> asked == null || asked == NONE;
      case TOLD_NOT_TO_REASON -> asked == NONE;
      case NEVER -> false;
    };
  }

  private static int distance(ReasoningEffort one, ReasoningEffort other) {
    return Math.abs(one.compareTo(other)); // by their order
  }

  private static Pattern begin(String name) {
    return Pattern.compile(name);
  }

  private static Row plain(String name, Capabilities can, int window, int output) {
    Capabilities capabilities = can.withContextWindow(window).withMaxOutputTokens(output);
    return new Row(
        begin(name), new OpenAiModel(NO_EFFORT, When.ALWAYS, When.ALWAYS, true, capabilities));
  }

  private static Row reasons(
      String name, List<ReasoningEffort> efforts, Capabilities can, int window, int output) {
    Capabilities capabilities = can.withContextWindow(window).withMaxOutputTokens(output);
    return new Row(
        begin(name),
        new OpenAiModel(
            efforts,
            When.NEVER,
            When.ALWAYS,
            /* takesParallelCalls= */ name.startsWith("gpt"),
            capabilities));
  }

  private static OpenAiModel modern(List<ReasoningEffort> efforts, When tools, int window) {
    return new OpenAiModel(
        efforts,
        When.TOLD_NOT_TO_REASON,
        tools,
        true,
        REASONS.withContextWindow(window).withMaxOutputTokens(128_000));
  }
}
