package io.github.resilientllm.okhttp.internal.models;

import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.provider.Capabilities;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a Gemini model tells of it.
 *
 * @param name as it is sent to the vendor
 * @param generation ten times the version, 25 for Gemini 2.5; a name without a version, such as
 *     {@code gemini-flash-latest}, is taken for a model of today, and one that is not of a Gemini
 *     for one with the basics only
 */
public record GeminiModel(String name, int generation) {
  private static final Pattern VERSION = Pattern.compile("gemini-(\\d)(?:\\.(\\d))?(?![\\d.])");
  private static final Pattern GEMINI = Pattern.compile("(?:(?:.*/)?models/)?gemini.*");
  private static final int TODAY = 99;
  private static final int FOREIGN = 0; // Gemma, and models that were tuned: the basics
  private static final int WINDOW = 1 << 20;

  public static GeminiModel of(String name) {
    Matcher version = VERSION.matcher(name);
    if (!version.find()) {
      return new GeminiModel(name, GEMINI.matcher(name).matches() ? TODAY : FOREIGN);
    }
    String minor = version.group(2);
    int tens = 10 * Integer.parseInt(version.group(1));
    return new GeminiModel(name, minor == null ? tens : tens + Integer.parseInt(minor));
  }

  /**
   * Whether it is of the third generation or later: signs each step of its tool calls and wants the
   * signature back, takes images in a tool's result, and tools beside a schema for the answer.
   */
  public boolean isModern() {
    return generation >= 30;
  }

  /** Whether it can think, and be held to the schemas of its tools. */
  public boolean thinks() {
    return generation >= 25;
  }

  /** Whether it fetches images by their URL, as all do since 2.5. */
  public boolean fetches() {
    return generation >= 25;
  }

  /** Whether it thinks though nothing is said of it: all but Lite, and what draws or speaks. */
  public boolean thinksUnasked() {
    boolean speaks = name.matches(".*(tts|audio|live|embedding).*");
    boolean draws = name.contains("image") && !isModern();
    return thinks() && !name.contains("lite") && !speaks && !draws;
  }

  /** Models that draw, speak or listen have windows of their own, which are not known here. */
  public Capabilities capabilities() {
    boolean isText =
        name.matches("(models/)?gemini-\\d.*") && !name.matches(".*(image|tts|audio|live).*");
    if (!isText) {
      return Capabilities.standard();
    }
    int window = name.contains("gemini-1.5-pro") ? 2 * WINDOW : WINDOW;
    return Capabilities.standard()
        .withContextWindow(window)
        .withMaxOutputTokens(thinks() ? 1 << 16 : 1 << 13);
  }

  /** The {@code thinkingConfig} for an effort; only for a model that thinks. */
  public Map<String, Object> thinking(ReasoningEffort effort) {
    return isModern()
        ? Map.of("thinkingLevel", level(effort))
        : Map.of("thinkingBudget", budget(effort));
  }

  /** Whether the effort is given in full, and not only the nearest that there is. */
  public boolean canThink(ReasoningEffort effort) {
    return switch (effort) {
      case NONE -> !thinks() || (!isModern() && !isPro());
      case XHIGH -> thinks() && !isModern() && isPro();
      default -> thinks();
    };
  }

  private String level(ReasoningEffort effort) {
    return switch (effort) {
      case NONE, MINIMAL -> hasMinimal() ? "MINIMAL" : "LOW";
      case LOW -> "LOW";
      case MEDIUM -> "MEDIUM";
      case HIGH, XHIGH, MAX -> "HIGH";
    };
  }

  /** In tokens, as Google itself translates OpenAI's words. */
  private int budget(ReasoningEffort effort) {
    return switch (effort) {
      case NONE -> isPro() ? 128 : 0;
      case MINIMAL -> 512;
      case LOW -> 1024;
      case MEDIUM -> 8192;
      case HIGH -> 24576;
      case XHIGH, MAX -> isPro() ? 32768 : 24576;
    };
  }

  /** Pro has never had it, and Flash has lost it with 3.7. */
  private boolean hasMinimal() {
    return !isPro() && generation < 37;
  }

  private boolean isPro() {
    return name.contains("-pro");
  }
}
