package io.github.resilientllm.okhttp.internal.head;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.Fixtures;
import io.github.resilientllm.provider.Pacing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What headers say about rate limits, vendor by vendor. */
class PacingHeadersTest {

  @ParameterizedTest
  @CsvSource({"6ms, 6", "8.64s, 8640", "2m7.93s, 127930", "6m0s, 360000", "0s, 0"})
  void openAiAndItsLikesNameDurations(String reset, long millis) {
    Headers headers =
        Headers.of(
            "X-RateLimit-Limit-Requests", "10000",
            "X-RateLimit-Remaining-Requests", "9999",
            "X-RateLimit-Reset-Requests", reset,
            "x-ratelimit-limit-tokens", "200000",
            "x-ratelimit-remaining-tokens", "199123",
            "x-ratelimit-reset-tokens", "263ms");
    assertThat(PacingHeaders.in(headers))
        .isEqualTo(
            Pacing.nothing()
                .withRequests(10_000, 9999, Duration.ofMillis(millis))
                .withTokens(200_000, 199_123, Duration.ofMillis(263)));
  }

  @Test
  void anthropicNamesInstantsWhichAreReadByItsOwnClock() {
    Headers headers =
        Headers.of(
            "date", "Tue, 26 Mar 2024 19:59:50 GMT",
            "anthropic-ratelimit-requests-limit", "50",
            "anthropic-ratelimit-requests-remaining", "49",
            "anthropic-ratelimit-requests-reset", "2024-03-26T20:00:00Z");
    assertThat(PacingHeaders.in(headers))
        .isEqualTo(Pacing.nothing().withRequests(50, 49, Duration.ofSeconds(10)));
    assertThat(PacingHeaders.in(headers.newBuilder().removeAll("date").build())).isNull();
    Headers past = headers.newBuilder().set("date", "Tue, 26 Mar 2024 20:00:01 GMT").build();
    assertThat(PacingHeaders.in(past))
        .isEqualTo(Pacing.nothing().withRequests(50, 49, Duration.ZERO));
  }

  @Test
  void mistralPutsTheTimeIntoTheName() {
    Headers headers =
        Headers.of(
            "x-ratelimit-limit-req-10-second", "60",
            "x-ratelimit-remaining-req-10-second", "59",
            "x-ratelimit-limit-tokens-minute", "500000",
            "x-ratelimit-remaining-tokens-minute", "499000");
    assertThat(PacingHeaders.in(headers))
        .isEqualTo(
            Pacing.nothing()
                .withRequests(60, 59, Duration.ofSeconds(10))
                .withTokens(500_000, 499_000, Duration.ofMinutes(1)));
  }

  @Test
  void togetherCountsRequestsOnly() {
    Headers headers =
        Headers.of(
            "x-ratelimit-limit", "10", "x-ratelimit-remaining", "9", "x-ratelimit-reset", "1");
    assertThat(PacingHeaders.in(headers))
        .isEqualTo(Pacing.nothing().withRequests(10, 9, Duration.ofSeconds(1)));
  }

  @Test
  void aLimitThatIsNotNamedIsUnknown() {
    Headers headers =
        Headers.of("x-ratelimit-remaining-requests", "9", "x-ratelimit-reset-requests", "1s");
    assertThat(PacingHeaders.in(headers))
        .isEqualTo(Pacing.nothing().withRequests(0, 9, Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "-1s",
        "NaN",
        "7" // of what, Azure does not say
      })
  void aResetThatIsNoneIsIgnored(String reset) {
    Headers headers =
        Headers.of(
            "date", "Tue, 26 Mar 2024 19:59:50 GMT",
            "x-ratelimit-remaining-requests", "0",
            "x-ratelimit-reset-requests", reset);
    assertThat(PacingHeaders.in(headers)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "many", "9.5", "99999999999999999999"})
  void aCountThatIsNoneIsIgnored(String count) {
    Headers headers =
        Headers.of("x-ratelimit-remaining-requests", count, "x-ratelimit-reset-requests", "1s");
    assertThat(PacingHeaders.in(headers)).isNull();
  }

  @Test
  void anErrorCarriesWhatItsHeadersSay() {
    Headers headers =
        Headers.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1s");
    assertThat(
            new ResponseHead("test", 429, headers, Words.OF_NO_SECRET)
                .failure(ErrorKind.RATE_LIMITED, "scripted")
                .build()
                .pacing())
        .contains(Pacing.nothing().withRequests(0, 0, Duration.ofSeconds(1)));
  }

  @Test
  void everyRecordedHeaderIsUnderstood() throws IOException {
    int read = 0;
    for (Path file : headerFiles()) {
      JsonNode http = Fixtures.JSON.readTree(Files.readAllBytes(file));
      Headers.Builder builder = new Headers.Builder();
      for (Map.Entry<String, JsonNode> header : http.path("http").path("headers").properties()) {
        builder.set(header.getKey(), header.getValue().asText());
      }
      Headers headers = builder.build();
      String reset = headers.get("x-ratelimit-reset-requests");
      boolean complete =
          (headers.get("x-ratelimit-remaining-requests") != null
                  && reset != null
                  && !reset.matches("\\d+"))
              || (headers.get("anthropic-ratelimit-requests-reset") != null
                  && headers.get("date") != null);
      if (complete) {
        assertThat(PacingHeaders.in(headers)).as("%s", file).isNotNull();
        read++;
      }
    }
    assertThat(read).isPositive();
  }

  private static List<Path> headerFiles() throws IOException {
    try (Stream<Path> files = Files.walk(Fixtures.root())) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> text(file).contains("ratelimit"))
          .sorted()
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
