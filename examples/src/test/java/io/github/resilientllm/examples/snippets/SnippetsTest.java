package io.github.resilientllm.examples.snippets;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.unauthorized;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import io.github.resilientllm.Conversation;
import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every snippet of the README, run against a local vendor. */
class SnippetsTest {
  private static final WireMockServer VENDOR =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @BeforeAll
  static void start() {
    VENDOR.start();
  }

  @AfterAll
  static void stop() {
    VENDOR.stop();
  }

  @BeforeEach
  void forget() {
    VENDOR.resetAll();
  }

  private static MappingBuilder calls() {
    return post("/v1/chat/completions");
  }

  private static LlmProvider provider(String path) {
    return OpenAi.model("test-model")
        .dialect(Dialect.OPENAI)
        .apiKey(ApiKey.of("not-a-secret"))
        .baseUrl("http://127.0.0.1:" + VENDOR.port() + path)
        .build();
  }

  private static LlmClient client() {
    return ResilientLlm.with(provider("/v1")).build();
  }

  private static void answers(String content) {
    VENDOR.stubFor(calls().willReturn(okJson(whole("\"content\":\"" + content + "\"", "stop"))));
  }

  private static String whole(String message, String finish) {
    String json =
        "{\"id\":\"1\",\"model\":\"test-model\",\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",%s},\"finish_reason\":\"%s\"}]}";
    return json.formatted(message, finish);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void firstProgram() {
    answers("Because of Rayleigh.");
    FirstProgram.ask(client(), out);
    assertThat(printed().lines())
        .containsExactly("Because of Rayleigh.", "answered by openai/test-model");
  }

  @Test
  void streaming() {
    String event = "data: {\"choices\":[{\"index\":0,\"delta\":{%s},\"finish_reason\":%s}]}\n\n";
    String events =
        event.formatted("\"content\":\"Once \"", "null")
            + event.formatted("\"content\":\"upon.\"", "null")
            + event.formatted("", "\"stop\"")
            + "data: [DONE]\n\n";
    VENDOR.stubFor(
        calls()
            .withRequestBody(containing("\"stream\":true"))
            .willReturn(okForContentType("text/event-stream", events)));
    Streaming.tell(client(), out);
    assertThat(printed().lines()).containsExactly("Once upon.", "(openai/test-model)");
  }

  @Test
  void async() {
    answers("pane");
    Async.translate(client(), List.of("bread", "loaf"), out);
    assertThat(printed().lines()).containsExactly("pane", "pane");
  }

  @Test
  void fallbacks() {
    answers("Three days.");
    VENDOR.stubFor(post("/down/chat/completions").willReturn(serverError()));
    Fallbacks.ask(Fallbacks.client(provider("/down"), provider("/v1")), out);
    assertThat(printed())
        .startsWith("second: Three days.")
        .containsPattern("first FIRST at \\d+ ms: SERVER_ERROR")
        .contains("second FALLBACK");
  }

  @Test
  void rehearsal() {
    answers("OK.");
    VENDOR.stubFor(post("/down/chat/completions").willReturn(unauthorized()));
    ResilientLlm llm =
        ResilientLlm.with(Target.of(provider("/v1")).named("first"))
            .fallback(Target.of(provider("/down")).named("second"))
            .build();
    assertThat(Rehearsal.rehearse(llm, out)).isFalse();
    assertThat(printed().lines())
        .startsWith("first can", "second can", "first answered")
        .last()
        .asString()
        .startsWith("second failed: ")
        .contains("UNAUTHORIZED");
  }

  @Test
  void waitingWork(@TempDir Path directory) throws InterruptedException {
    answers("Three days.");
    BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    try (FileOutbox store = FileOutbox.at(directory);
        Outbox outbox =
            WaitingWork.answering(
                ResilientLlm.with(provider("/v1")).build(),
                store,
                (to, text, key) -> sent.add(to + ": " + text + " (" + key + ")"))) {
      WaitingWork.submit(outbox, "ann@example.com", "How long?", "mail-4711");
      WaitingWork.submit(outbox, "ann@example.com", "How long?", "mail-4711");
      assertThat(sent.poll(30, TimeUnit.SECONDS))
          .isEqualTo("ann@example.com: Three days. (mail-4711)");
      assertThat(outbox.counts().items().values()).containsExactly(1L);
      String id = outbox.find("mail-4711").orElseThrow().item().id();
      WaitingWork.lookAfter(outbox, id, out);
      assertThat(printed().lines()).contains("DONE", "{}");
    }
  }

  @Test
  void aTurnThatWaits(@TempDir Path directory) throws InterruptedException {
    answers("Three days.");
    BlockingQueue<String> keys = new LinkedBlockingQueue<>();
    ResilientLlm llm = ResilientLlm.with(provider("/v1")).journal(new MemoryJournal()).build();
    try (FileOutbox store = FileOutbox.at(directory);
        Outbox outbox =
            Outbox.with(llm).store(store).handler("reply", done -> keys.add(done.text())).build()) {
      outbox.start();
      WaitingWork.submitTurn(outbox);
      assertThat(keys.poll(30, TimeUnit.SECONDS)).isEqualTo("Three days.");
      assertThat(llm.conversation("ticket-4711").unanswered()).isEmpty();
    }
  }

  @Test
  void severalKeys() {
    answers("Three days.");
    VENDOR.stubFor(post("/refused/chat/completions").willReturn(unauthorized()));
    SeveralKeys.ask(SeveralKeys.client(provider("/refused"), provider("/v1")), out);
    assertThat(printed().lines()).containsExactly("gpt/support");
  }

  @Test
  void fourVendors() {
    String address = "http://127.0.0.1:" + VENDOR.port();
    ApiKey key = ApiKey.of("not-a-secret");
    VENDOR.stubFor(calls().willReturn(unauthorized()));
    VENDOR.stubFor(post("/v1/messages").willReturn(unauthorized()));
    VENDOR.stubFor(post("/models/g:generateContent").willReturn(unauthorized()));
    String answer =
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Three"
            + " days.\"}]}},\"stopReason\":\"end_turn\"}";
    VENDOR.stubFor(post("/model/b/converse").willReturn(okJson(answer)));
    Fallbacks.ask(
        FourVendors.client(
            provider("/v1"),
            Anthropic.model("a").apiKey(key).baseUrl(address).build(),
            Gemini.model("g").apiKey(key).baseUrl(address).build(),
            Bedrock.model("b").apiKey(key).baseUrl(address).build()),
        out);
    assertThat(printed())
        .startsWith("bedrock/b: Three days.")
        .contains("openai/test-model FIRST", "anthropic/a FALLBACK", "gemini/g FALLBACK");
  }

  @Test
  void tools() {
    String toolCall =
        "\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
            + "\"function\":{\"name\":\"stock\",\"arguments\":\"{}\"}}]";
    VENDOR.stubFor(calls().atPriority(2).willReturn(okJson(whole(toolCall, "tool_calls"))));
    VENDOR.stubFor(
        calls()
            .atPriority(1)
            .withRequestBody(containing("\"tool_call_id\":\"call_1\""))
            .willReturn(okJson(whole("\"content\":\"Seven.\"", "stop"))));
    assertThat(Tools.answer(client(), "How many?", arguments -> "7")).isEqualTo("Seven.");
  }

  @Test
  void structuredOutput() {
    String ticket = "{\"subject\":\"Wet\",\"urgent\":true}";
    String content = "\"content\":\"" + ticket.replace("\"", "\\\"") + "\"";
    VENDOR.stubFor(
        calls()
            .withRequestBody(containing("json_schema"))
            .willReturn(okJson(whole(content, "stop"))));
    assertThat(StructuredOutput.ticket(client(), "Help!")).isEqualTo(ticket);
  }

  @Test
  void support() {
    answers("In Hamburg.");
    MemoryJournal journal = new MemoryJournal();
    Support.answer(Support.configured(provider("/v1"), journal), out);
    Support.answer(Support.configured(provider("/v1"), journal), out);
    assertThat(printed().lines()).hasSize(4).containsOnly("In Hamburg.");
    VENDOR.verify(
        3,
        postRequestedFor(
            urlEqualTo("/v1/chat/completions"))); // the question with a key was asked once
    Conversation chat = Support.withTools(Support.configured(provider("/v1"), journal));
    assertThat(chat.history()).hasSize(6);
    assertThat(chat.instructions()).contains("You are a support agent.");
  }

  @Test
  void policies() {
    Policies.show(Policies.client(provider("/v1")), out);
    assertThat(printed().lines())
        .containsExactly("at most 5 requests a call", "at most 30 s a call");
  }

  @Test
  void fakeInTests() {
    FakeInTests.tryOut(out);
    assertThat(printed().lines())
        .containsExactly(
            "It is on its way.", "We have received your mail and will answer by tomorrow.");
  }

  @Test
  void listener() {
    answers("Yes.");
    Listener.ask(provider("/v1"), out);
    assertThat(printed())
        .containsPattern("openai/test-model FIRST at \\d+ ms: answered")
        .contains("COMPLETE after");
  }

  @Test
  void customProvider() {
    CustomProvider.ask(new CustomProvider("Later."), out);
    assertThat(printed().lines()).containsExactly("Later.");
  }
}
