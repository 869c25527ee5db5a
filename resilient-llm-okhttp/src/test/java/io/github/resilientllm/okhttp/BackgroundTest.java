package io.github.resilientllm.okhttp;

import static io.github.resilientllm.okhttp.internal.responses.ResponsesAnswerTest.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.testing.Face;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A response that runs at the vendor's by itself: whatever breaks, it is asked for once. */
class BackgroundTest {
  private static final Duration NO_TIME = Duration.ofNanos(1);

  private static final List<String> EVENTS =
      List.of(
          numbered(0, "created", "'response':{'id':'resp_1','status':'queued','output':[]}"),
          numbered(1, "in_progress", "'response':{'id':'resp_1','status':'in_progress'}"),
          numbered(2, "output_item.added", "'output_index':0,'item':{'type':'message'}"),
          text(3, "Grüße "),
          text(4, "aus 😀 "),
          text(5, "Bern"),
          numbered(
              6,
              "output_item.done",
              "'output_index':0,'item':{'type':'message','content':"
                  + "[{'type':'output_text','text':'Grüße aus 😀 Bern'}]}"),
          numbered(
              7,
              "completed",
              "'response':{'id':'resp_1','status':'completed','output':[],"
                  + "'usage':{'input_tokens':3,'output_tokens':2}}"));

  private static String numbered(int number, String type, String fields) {
    return event(
        "{'type':'response." + type + "','sequence_number':" + number + "," + fields + "}");
  }

  private static String text(int number, String text) {
    return numbered(
        number, "output_text.delta", "'output_index':0,'content_index':0,'delta':'" + text + "'");
  }

  private static LlmProvider provider(FaultServer server) {
    return OpenAi.responses("gpt-5.6")
        .dialect(Dialect.OPENAI)
        .apiKey(ApiKey.of("sk-secret"))
        .baseUrl(server.url())
        .background(NO_TIME)
        .build();
  }

  /** The events behind a number, which stands in the request's URL if it is not the first. */
  private static List<String> wanted(String request) {
    String line = request.lines().findFirst().orElseThrow();
    int after =
        line.contains("starting_after=")
            ? Integer.parseInt(line.replaceAll(".*starting_after=(\\d+).*", "$1"))
            : -1;
    return EVENTS.subList(after + 1, EVENTS.size());
  }

  private static void goOn(FaultServer.Exchange x) throws IOException {
    x.stream();
    for (String event : wanted(x.request())) {
      x.chunk(event);
    }
    x.endChunks();
  }

  private static List<String> lines(FaultServer server) {
    return server.requests().stream()
        .map(request -> request.lines().findFirst().orElseThrow().replace(" HTTP/1.1", ""))
        .toList();
  }

  @Test
  void itIsSaidSoAndStoredForAsLong() throws Exception {
    try (FaultServer server = FaultServer.start(BackgroundTest::goOn)) {
      assertThat(Collected.from(provider(server), false).text).hasToString("Grüße aus 😀 Bern");
      assertThat(server.requests().get(0))
          .contains("\"background\":true")
          .contains("\"store\":true")
          .contains("\"stream\":true");
    }
  }

  /** Cut at every seventh byte of its stream, it is the same answer, and there was one request. */
  @Test
  void cutAnywhereItGoesOnWithoutASeam() throws Exception {
    byte[] all = String.join("", EVENTS).getBytes(StandardCharsets.UTF_8);
    int knownFrom = EVENTS.get(0).getBytes(StandardCharsets.UTF_8).length;
    for (int length = knownFrom; length < all.length - 2; length += 7) {
      byte[] beginning = Arrays.copyOf(all, length);
      try (FaultServer server =
          FaultServer.start(
              x -> x.head(200, "Content-Type: text/event-stream").send(beginning).cut(),
              BackgroundTest::goOn)) {
        Collected got = Collected.from(provider(server), true);
        assertThat(got.text.toString()).as("cut at %d", length).isEqualTo("Grüße aus 😀 Bern");
        assertThat(got.completion.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(got.completion.usage().outputTokens()).hasValue(2);
        assertThat(lines(server)).hasSize(2);
        assertThat(lines(server).get(0)).isEqualTo("POST /v1/responses");
        assertThat(lines(server).get(1))
            .startsWith("GET /v1/responses/resp_1?stream=true&starting_after=");
      }
    }
  }

  @Test
  void itGoesOnAfterEachOfManyBreaksAndBadAnswersBetween() throws Exception {
    List<FaultServer.Script> scripts = new ArrayList<>();
    scripts.add(x -> x.stream().chunk(EVENTS.get(0)).reset());
    for (int i = 1; i < EVENTS.size(); i++) {
      String next = EVENTS.get(i);
      scripts.add(x -> x.respond(503, "{\"error\":{\"code\":\"server_is_overloaded\"}}"));
      scripts.add(FaultServer.Exchange::cut);
      scripts.add(x -> x.stream().chunk(next).cut());
    }
    try (FaultServer server = FaultServer.start(scripts.toArray(FaultServer.Script[]::new))) {
      Collected got = Collected.from(provider(server), true);
      assertThat(got.failure).isNull();
      assertThat(got.text.toString()).isEqualTo("Grüße aus 😀 Bern");
      assertThat(lines(server).stream().filter(line -> line.startsWith("POST"))).hasSize(1);
    }
  }

  @Test
  void whatIsSentAgainIsNotHeardAgain() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(String.join("", EVENTS.subList(0, 5))).cut(),
            x -> x.stream().chunk(String.join("", EVENTS)).endChunks())) {
      assertThat(Collected.from(provider(server), true).text).hasToString("Grüße aus 😀 Bern");
    }
  }

  @Test
  void itIsGivenUpAfterSomeAttemptsInVainWithItsOwnFailure() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(String.join("", EVENTS.subList(0, 4))).cut(),
            x -> x.respond(500, "{}"))) {
      Collected got = Collected.from(provider(server), true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      assertThat(got.text.toString()).isEqualTo("Grüße ");
      assertThat(lines(server).stream().filter(line -> line.startsWith("GET"))).hasSize(6);
    }
  }

  /** A response that is gone, or a key that has ended, says nothing against the model. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 400})
  void aResponseThatIsGoneIsABrokenStream(int status) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(String.join("", EVENTS.subList(0, 4))).cut(),
            x -> x.respond(status, "{}"))) {
      Collected got = Collected.from(provider(server), true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      assertThat(lines(server).stream().filter(line -> line.startsWith("GET"))).hasSize(1);
    }
  }

  @Test
  void whatFailedAtTheVendorsIsNotAttachedTo() throws Exception {
    String failed =
        numbered(
            1,
            "failed",
            "'response':{'id':'resp_1','status':'failed','error':{'code':'server_error'}}");
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(EVENTS.get(0) + failed).endChunks())) {
      assertThat(Collected.from(provider(server), true).failure.kind())
          .isEqualTo(ErrorKind.SERVER_ERROR);
      assertThat(lines(server)).containsExactly("POST /v1/responses");
    }
  }

  @Test
  void withoutNumbersThereIsNothingToAttachTo() throws Exception {
    String bare = EVENTS.get(0).replace("\"sequence_number\":0,", "");
    try (FaultServer server = FaultServer.start(x -> x.stream().chunk(bare).cut())) {
      assertThat(Collected.from(provider(server), true).failure.kind())
          .isEqualTo(ErrorKind.NETWORK);
      assertThat(lines(server)).containsExactly("POST /v1/responses");
    }
  }

  @Test
  void whoGivesItUpCancelsItAtTheVendors() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(String.join("", EVENTS.subList(0, 4))).hang(),
            x -> x.respond(200, "{}"))) {
      try (ProviderCall call =
          provider(server).newCall(ChatRequest.of("Hi"), CallOptions.streamed())) {
        assertThat(call.next()).isEqualTo(new ChatEvent.TextDelta("Grüße "));
        assertThat(server.awaitRequest()).isTrue();
      }
      assertThat(server.awaitRequest()).isTrue();
      assertThat(lines(server).get(1)).isEqualTo("POST /v1/responses/resp_1/cancel");
      assertThat(server.requests().get(1)).contains("Bearer sk-secret");
    }
  }

  /** Through the engine, by all its faces, a cut is not even an attempt of its own. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void theEngineSeesOneAttempt(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(String.join("", EVENTS.subList(0, 4))).cut(),
            BackgroundTest::goOn)) {
      ResilientLlm llm = ResilientLlm.with(provider(server)).retry(Retry.none()).build();
      Face.End end = face.call(llm, Time.system());
      assertThat(end.response().text()).isEqualTo("Grüße aus 😀 Bern");
      assertThat(end.response().attempts()).hasSize(1);
    }
  }

  @Test
  void chatCompletionsHaveNoBackground() {
    assertThatThrownBy(() -> OpenAi.model("gpt-4.1").background().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("OpenAi.responses");
    assertThatThrownBy(() -> AzureOpenAi.deployment("d").background().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("AzureOpenAi.responses");
  }
}
