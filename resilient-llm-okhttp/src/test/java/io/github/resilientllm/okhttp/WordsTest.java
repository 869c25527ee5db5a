package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.provider.LlmProvider;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of a server are repeated only if they show neither a prompt nor a secret. */
class WordsTest {
  private static final String KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"; // of a shape without a sign
  private static final String OWN = "team-secret-0123456789";
  private static final Words WORDS = new Words(List.of(KEY, OWN));

  @ParameterizedTest
  @ValueSource(strings = {"invalid_api_key", "rate_limit_exceeded", "429", "req_task-1.2:3"})
  void codesAndIdsAreShown(String word) {
    assertThat(WORDS.mayShow(word, 40)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "über", "a\nb", "{}"})
  void whatIsNoWordIsNotShown(String text) {
    assertThat(WORDS.mayShow(text, 40)).isFalse();
  }

  @Test
  void whatIsLongerThanAnyCodeIsNotShown() {
    assertThat(WORDS.mayShow("x".repeat(40), 40)).isTrue();
    assertThat(WORDS.mayShow("x".repeat(41), 40)).isFalse();
    assertThat(WORDS.mayShow(null, 40)).isFalse();
  }

  @Test
  void noEightCharactersOfASecretAreShown() {
    for (int from = 0; from + 8 <= KEY.length(); from++) {
      assertThat(WORDS.mayShow("bad_" + KEY.substring(from, from + 8), 40)).isFalse();
    }
    assertThat(WORDS.mayShow(KEY, 40)).isFalse();
    assertThat(WORDS.mayShow("key:" + OWN, 40)).isFalse();
    assertThat(new Words(List.of("short")).mayShow("a.short.1", 40)).isFalse();
    assertThat(new Words(List.of("")).mayShow("anything", 40)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sk-1", "bad:sk-proj-1", "gsk_1", "AIza1", "ABSK1", "eyJhbGciOi", "ya29.a"})
  void whatBeginsLikeAKeyIsNotShown(String word) {
    assertThat(Words.OF_NO_SECRET.mayShow(word, 40)).isFalse();
  }

  static List<VendorBuilder<?>> frontDoors() {
    return List.of(
        OpenAi.model("m"),
        Anthropic.model("m"),
        Gemini.model("m"),
        Bedrock.model("m").region("eu-central-1"));
  }

  @ParameterizedTest
  @MethodSource("frontDoors")
  void aServerThatEchoesSecretsPutsThemIntoNoMessage(VendorBuilder<?> builder) throws Exception {
    String body =
        "{\"error\":{\"message\":\"m\",\"type\":\"%s\",\"code\":\"bad_key\",\"innererror\":{\"code\":\"%s\"}}}"
            .formatted(KEY, OWN);
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(401, body, "x-request-id: " + KEY, "x-amzn-requestid: " + OWN))) {
      Collected got = Collected.from(at(server, builder), false);
      assertThat(got.failure).hasMessageContaining("HTTP 401, code bad_key");
      assertThat(got.failure.requestId()).isEmpty();
      assertThat(got.failure.toString()).doesNotContain(KEY, OWN);
    }
  }

  private static LlmProvider at(FaultServer server, VendorBuilder<?> builder) {
    builder.apiKey(ApiKey.of(KEY)).header("X-Own", OWN);
    if (builder instanceof OpenAi.Builder openAi) {
      return openAi.baseUrl(server.url()).build();
    }
    if (builder instanceof Anthropic.Builder anthropic) {
      return anthropic.baseUrl(server.url()).build();
    }
    return builder instanceof Gemini.Builder gemini
        ? gemini.baseUrl(server.url()).build()
        : ((Bedrock.Builder) builder).baseUrl(server.url()).build();
  }
}
