package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.line.Instants;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantsTest {

  @Test
  void readsWhatAnInstantWrites() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      long seconds = random.nextLong(-70_000_000_000L, 300_000_000_000L); // before 0, after 9999
      long nanos = random.nextLong(1_000_000_000) / (long) Math.pow(1000, i % 4) * (i % 2);
      Instant instant = Instant.ofEpochSecond(seconds, nanos * (long) Math.pow(1000, i % 3));
      assertThat(Instants.parse(instant.toString())).isEqualTo(instant);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "2024-02-29T23:59:59.1Z",
        "2024-02-29T23:59:59.12345678Z",
        "2024-02-29T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "2023-01-01T00:00:00.Z",
        "2024-02-29T23:59:59+01:00",
        "2024-02-29t23:59:59z",
        "-0001-02-28T00:00:00Z",
        "+12024-02-29T00:00:00Z"
      })
  void readsWhatTheParserReads(String text) {
    assertThat(Instants.parse(text)).isEqualTo(Instant.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2023-02-29T00:00:00Z",
        "2023-13-01T00:00:00Z",
        "2023-01-01T25:00:00Z",
        "2023-01-01T00:60:00Z",
        "2023-01-01T00:00:00",
        "2023-01-01 00:00:00Z",
        "2023-01-01T00:00:00:1Z",
        "2023-01-01T00:00:00.1234567890Z",
        "2023-01-01T00:00:00.12x4Z",
        "2023-01-01T00:00:0\u0661Z"
      })
  void refusesWhatTheParserRefuses(String text) {
    assertThatThrownBy(() -> Instants.parse(text)).isInstanceOf(DateTimeException.class);
    assertThatThrownBy(() -> Instant.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
