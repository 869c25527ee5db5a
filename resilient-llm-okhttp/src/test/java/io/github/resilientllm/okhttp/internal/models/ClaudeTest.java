package io.github.resilientllm.okhttp.internal.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model's generation is read from each form of its name, dates and prefixes aside. */
class ClaudeTest {

  @ParameterizedTest
  @CsvSource({
    "claude-3-haiku-20240307, 30, 4096",
    "claude-3-5-sonnet-20241022, 35, 8192",
    "claude-3-7-sonnet-latest, 37, 64000",
    "claude-sonnet-4-20250514, 40, 64000",
    "claude-opus-4-0, 40, 32000",
    "claude-opus-4-1-20250805, 41, 32000",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0, 45, 64000",
    "claude-opus-4-10, 49, 0",
    "claude-opus-4-11-20270101, 49, 0",
    "claude-sonnet-4@20250514, 40, 64000",
    "anthropic/claude-opus-4.5, 45, 64000",
    "Claude-Opus-5, 50, 0",
    "claude-fable-5, 50, 0",
    "claude-mythos-preview, 999, 0",
    "some-other-model-4.6, 40, 64000",
  })
  void versionAndLimit(String name, int version, int maxOutputTokens) {
    Claude claude = Claude.of(name);
    assertThat(claude.version()).isEqualTo(version);
    assertThat(claude.maxOutputTokens()).isEqualTo(maxOutputTokens);
  }

  @ParameterizedTest
  @CsvSource({
    "claude-3-5-haiku-latest, NONE, true, false, true, true",
    "claude-3-7-sonnet-latest, BUDGET, true, false, true, true",
    "claude-sonnet-4-5, BUDGET, true, true, true, true",
    "claude-opus-4-6, ADAPTIVE, true, true, false, true",
    "claude-opus-4-7, ADAPTIVE, false, true, false, true",
    "claude-fable-5, ADAPTIVE, false, true, false, false",
    "claude-opus-5, ADAPTIVE, false, true, false, true",
    "claude-sonnet-5-5, ADAPTIVE, false, true, false, false",
  })
  void whatAGenerationCan(
      String name,
      Claude.Thinking thinking,
      boolean sampling,
      boolean schemas,
      boolean continues,
      boolean choice) {
    Claude claude = Claude.of(name);
    assertThat(claude.thinking()).isEqualTo(thinking);
    assertThat(claude.takesSampling()).isEqualTo(sampling);
    assertThat(claude.obeysSchemas()).isEqualTo(schemas);
    assertThat(claude.continuesAnswers()).isEqualTo(continues);
    assertThat(claude.obeysToolChoice()).isEqualTo(choice);
  }
}
