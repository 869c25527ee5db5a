package io.github.resilientllm.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.vendor.Seen;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VendorTest {

  /** What the SDKs of OpenAI, Anthropic, Google, Azure and AWS read. */
  @Test
  void aChildProcessFindsItInItsEnvironmentAndNoKeyOfOurs() {
    try (Vendor vendor = Vendor.start("a")) {
      Map<String, String> environment = vendor.environment();
      assertThat(environment)
          .containsEntry("OPENAI_BASE_URL", vendor.baseUrl())
          .containsEntry("ANTHROPIC_BASE_URL", vendor.root())
          .containsEntry("GOOGLE_GEMINI_BASE_URL", vendor.root())
          .containsEntry("AZURE_OPENAI_ENDPOINT", vendor.root())
          .containsEntry("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", vendor.root());
      assertThat(environment.entrySet())
          .filteredOn(entry -> entry.getKey().matches(".*(KEY|TOKEN).*"))
          .hasSize(5)
          .allMatch(entry -> entry.getValue().equals("not-a-secret"));
    }
  }

  @Test
  void aVendorRemembersTheCallsThatItObserved() {
    try (Vendor a = Vendor.start("a");
        Vendor b = Vendor.start("b")) {
      Call call = Call.of(() -> "from the cache", a);
      assertThat(a.calls()).containsExactly(call);
      assertThat(b.calls()).isEmpty();
      assertThat(a.forgets().calls()).isEmpty();
    }
  }

  @Test
  void whatARequestBroughtIsSeenAndItsKeyOnlyAsTheKey() {
    try (Vendor vendor = Vendor.start("a")) {
      ask(vendor);
      Seen seen = vendor.requests().get(0);
      assertThat(seen.question().body()).contains("\"content\":\"Where is it?\"");
      assertThat(seen.key()).isEqualTo("not-a-secret");
      assertThat(seen.headers()).containsKey("user-agent").doesNotContainKey("authorization");
      assertThat(seen.headers().values()).noneMatch(value -> value.contains("not-a-secret"));
    }
  }

  @Test
  void aToolIsCalledAndAfterItTheVendorIsWell() {
    try (Vendor vendor = Vendor.start("a")) {
      vendor.callsTool("track", "{\"parcel\":\"4711\"}").once();
      assertThat(ask(vendor).toolCalls())
          .singleElement()
          .satisfies(call -> assertThat(call.name()).isEqualTo("track"))
          .satisfies(call -> assertThat(call.arguments()).isEqualTo("{\"parcel\":\"4711\"}"));
      assertThat(ask(vendor).text()).isEqualTo(vendor.answer());
    }
  }

  @Test
  void aClientThatGivesUpIsSeenToLeaveAndOneThatHearsAllIsNot() throws InterruptedException {
    try (Vendor vendor = Vendor.start("a")) {
      ask(vendor);
      assertThat(vendor.awaitClientLeft(Duration.ofMillis(1))).isFalse();
      vendor.streams(2).thenIsSilent();
      try (ChatStream stream = client(vendor).stream("Where is it?")) {
        assertThat(stream.iterator().next()).isNotNull();
      }
      assertThat(vendor.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void aBreakWaitsUntilItsClientHasShownWhatCameBefore() {
    CountDownLatch shown = new CountDownLatch(2);
    try (Vendor vendor = Vendor.start("a");
        ChatStream stream = client(vendor).stream("Where is it?")) {
      vendor.streams(2).thenAwaits(() -> await(shown)).thenResets();
      LlmException failure =
          catchThrowableOfType(
              LlmException.class, () -> stream.forEach(event -> shown.countDown()));
      assertThat(failure.partialText()).isEqualTo("a-1 a-2");
    }
  }

  /** A client may pass over what has not even the form of its vendor's events. */
  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, 'data: \\{[^}\n]+\n\n'",
    "/v1/messages, 'event: content_block_delta\ndata: \\{[^}\n]+\n\n'"
  })
  void aGarbledEventIsOneOfTheProtocolInWhichItIsAsked(String path, String garbled)
      throws Exception {
    try (Vendor vendor = Vendor.start("a")) {
      vendor.streams(1).tokens().thenGarblesAnEvent();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(vendor.root() + path))
              .POST(HttpRequest.BodyPublishers.ofString("{\"stream\":true,\"messages\":[]}"))
              .build();
      String body =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      assertThat(body).containsPattern(garbled).contains("a-1", "a-2", "a-60");
    }
  }

  /** Or a fault that is meant for the answer would meet the search before it. */
  @Test
  void whatAVendorDoesNotSpeakIsRefusedAndMeetsNoScript() throws Exception {
    try (Vendor vendor = Vendor.start("a")) {
      vendor.callsTool("track", "{}").once();
      HttpRequest search =
          HttpRequest.newBuilder(URI.create(vendor.baseUrl() + "/embeddings"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"model\":\"m\",\"input\":\"Where is it?\"}"))
              .build();
      HttpResponse<String> refused =
          HttpClient.newHttpClient().send(search, HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(404);
      assertThat(refused.body()).contains("\"error\"", "/v1/embeddings");
      assertThat(vendor.requests()).isEmpty();
      assertThat(vendor.unreached()).isNotEmpty();
      assertThat(ask(vendor).toolCalls()).hasSize(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ChatResponse ask(Vendor vendor) {
    return client(vendor)
        .chat(
            ChatRequest.builder()
                .user("Where is it?")
                .tool(Tool.of("track", "Where a parcel is.", "{\"type\":\"object\"}"))
                .build());
  }

  private static ResilientLlm client(Vendor vendor) {
    return ResilientLlm.with(
            OpenAi.model("m").baseUrl(vendor.baseUrl()).apiKey(ApiKey.of("not-a-secret")).build())
        .retry(Retry.none())
        .build();
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Vendor.start("a b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"a b\"");
    assertThatThrownBy(() -> Vendor.startSecure("")).isInstanceOf(IllegalArgumentException.class);
  }
}
