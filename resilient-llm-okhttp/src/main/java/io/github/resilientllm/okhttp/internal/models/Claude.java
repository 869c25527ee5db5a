package io.github.resilientllm.okhttp.internal.models;

import io.github.resilientllm.chat.ChatRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a Claude model by its name, wherever it is served.
 *
 * @param version its version times ten, such as 37 for {@code claude-3-7-sonnet}, where 4.10 counts
 *     as 4.9; an unknown name with "claude" in it is taken as the newest
 * @param obeysToolChoice whether it can be made to call a tool
 * @param thinksAlways whether it refuses to be told not to think, in any words
 * @param isOpus whether it is of the largest of the usual families
 */
public record Claude(int version, boolean obeysToolChoice, boolean thinksAlways, boolean isOpus) {
  private static final int NEWEST = 999;
  private static final int FOREIGN = 40; // other vendors' models behind this protocol: the basics

  /** Old names have the version before the family, new ones after it; dates have 8 digits. */
  private static final Pattern NAME =
      Pattern.compile("claude-(?:[a-z]+-)?v?(\\d{1,2})(?!\\d)(?:[-.](\\d{1,2})(?!\\d))?");

  public static Claude of(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    boolean isLarge = name.contains("fable") || name.contains("mythos");
    Matcher numbers = NAME.matcher(name);
    boolean opus = name.contains("opus");
    int version = name.contains("claude") ? NEWEST : FOREIGN;
    if (numbers.find()) {
      int minor = numbers.group(2) == null ? 0 : Integer.parseInt(numbers.group(2));
      version = 10 * Integer.parseInt(numbers.group(1)) + Math.min(minor, 9);
    }
    boolean obeys = !isLarge && version < 55;
    return new Claude(version, obeys, isLarge || (opus && !obeys), opus);
  }

  /** The stop texts of a request that it takes: those of only white space are refused. */
  public static List<String> stops(ChatRequest request) {
    return request.stop().stream().filter(stop -> !stop.isBlank()).toList();
  }

  /** How it is asked to think. */
  public enum Thinking {
    /** It cannot. */
    NONE,
    /** With a budget of tokens. */
    BUDGET,
    /** As much as it sees fit, by an effort. */
    ADAPTIVE
  }

  public Thinking thinking() {
    if (version < 37) {
      return Thinking.NONE;
    }
    return version < 46 ? Thinking.BUDGET : Thinking.ADAPTIVE;
  }

  /**
   * Whether it thinks though nothing is said of it, as all do since the fifth generation; of such
   * thoughts nothing is shown.
   */
  boolean thinksUnasked() {
    return thinksAlways || version >= 50;
  }

  /** Whether it may still think between tool calls when it is told not to think. */
  public boolean thinksBetweenTools() {
    return version >= 55;
  }

  /**
   * Whether each of its thoughts is bound to all that stood before it, so that it is refused where
   * as much as the tools have changed since.
   */
  public boolean bindsThoughts() {
    return version >= 51;
  }

  /** Whether there is an effort above high and below the most. */
  public boolean hasExtraHighEffort() {
    return version >= 47;
  }

  /** Whether it takes a temperature and a {@code top_p}. */
  public boolean takesSampling() {
    return version <= 46;
  }

  /** Whether it takes both of them at once. */
  public boolean takesSamplingTwice() {
    return version <= 40;
  }

  /** Whether it can be held to a JSON Schema, in answers and in tool calls. */
  public boolean obeysSchemas() {
    return version >= 45;
  }

  /** Whether it reads PDFs. */
  public boolean readsFiles() {
    return version >= 35;
  }

  /** Whether it goes on with an answer that is the last message. */
  public boolean continuesAnswers() {
    return version < 46;
  }

  /** In tokens; 0 if unknown. */
  public int contextWindow() {
    if (version < 30) {
      return 100_000;
    }
    return version < 46 ? 200_000 : 0; // later it depends on the account
  }

  /** The most tokens of an answer; 0 if unknown. */
  public int maxOutputTokens() {
    if (version < 35) {
      return 4_096;
    }
    if (version < 37) {
      return 8_192;
    }
    if (version > 45) {
      return 0;
    }
    return isOpus && version < 45 ? 32_000 : 64_000;
  }
}
