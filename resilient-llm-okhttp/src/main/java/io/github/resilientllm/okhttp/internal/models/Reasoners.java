package io.github.resilientllm.okhttp.internal.models;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The models that think for long before they say a word, though nobody asks them to: known by name,
 * whoever serves them. A name too many costs a late hedge, one too few a good answer that nobody
 * waits for; so what is in doubt is in.
 */
final class Reasoners {
  private static final Pattern OF_OTHER_MAKERS =
      Pattern.compile(
          "(?<![a-z0-9])(?:"
              + String.join(
                  "|",
                  "deepseek[-.:](?:reasoner|r\\d|v(?:[4-9]|\\d\\d)|v3\\.2-speciale)",
                  "r1(?:-1776|-distill)",
                  "qwq",
                  "qvq",
                  "qwen-?3(?!-max|.*(?:instruct|coder|embed|rerank|omni|asr|tts))",
                  "gpt-oss",
                  "magistral",
                  "grok-(?:3-mini|code|[4-9]|\\d\\d)",
                  "minimax-m\\d",
                  "glm-(?:4\\.[5-9]|[5-9]|\\d\\d|z1)",
                  "kimi-k(?:2\\.[5-9]|[3-9])",
                  "nemotron-(?:nano|3)",
                  "mimo-v\\d",
                  "step-3",
                  "seed-(?:oss|[12])",
                  "compound",
                  "model-router", // may choose one of these
                  "openrouter/auto")
              + ")");

  /** What makers call them where a model comes in both kinds. */
  private static final Pattern BY_WORD =
      Pattern.compile("(?<!non-|no-|not-)(?:thinking|reasoning|reasoner|deep-research)");

  private static final Pattern BY_DENIAL = Pattern.compile("non?-?(?:thinking|reasoning)");

  private Reasoners() {}

  static boolean include(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    if (BY_DENIAL.matcher(name).find()) {
      return false;
    }
    return OF_OTHER_MAKERS.matcher(name).find()
        || BY_WORD.matcher(name).find()
        || OpenAiModel.of(name).capabilities().thinksInSilence()
        || Claude.of(name).thinksUnasked()
        || GeminiModel.of(name).thinksUnasked();
  }
}
