package io.github.resilientllm.test.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The vendors' own clients for Node read of a vendor on loopback what ours read of it, so that what
 * our tests play is what the vendors send. Runs with {@code -Dpeers=true}, for it gets the clients
 * from the npm registry.
 */
class OwnClientsTest {
  private static final String OPENAI = "openai@7.59.0";
  private static final String ANTHROPIC = "@anthropic-ai/sdk@1.10.0";

  private static final Path SCRIPTS = Path.of("src/test/resources/peers");
  private static final Path HERE = Path.of("target/peers").toAbsolutePath();

  private enum Peer {
    CHAT(
        WireTest.Format.OPENAI,
        OPENAI,
        "RateLimitError 429 rate_limit_exceeded",
        "APIError undefined server_error"),
    RESPONSES(
        WireTest.Format.RESPONSES,
        OPENAI,
        "RateLimitError 429 rate_limit_exceeded",
        "APIError undefined server_error"),
    MESSAGES(
        WireTest.Format.ANTHROPIC,
        ANTHROPIC,
        "RateLimitError 429 rate_limit_error",
        "APIError undefined api_error");

    private final WireTest.Format format;
    private final String client;
    private final String refused;
    private final String broken;

    Peer(WireTest.Format format, String client, String refused, String broken) {
      this.format = format;
      this.client = client;
      this.refused = refused;
      this.broken = broken;
    }
  }

  @BeforeEach
  void onlyIfAskedFor() {
    assumeTrue(Boolean.getBoolean("peers"), "runs with -Dpeers=true");
  }

  @ParameterizedTest
  @EnumSource
  void aLocalVendorIsReadLikeTheRealOne(Peer peer) throws Exception {
    try (LocalVendor vendor = LocalVendor.start(OwnClientsTest::reply)) {
      ResilientLlm llm = peer.format.client(vendor);
      ChatRequest track = asked("Where is it?");
      Message call = llm.chat(track).message();
      ToolResult result = ToolResult.of(llm.chat(track).toolCalls().get(0).id(), "in Hamburg");

      assertThat(read(peer.client, peer.name().toLowerCase(Locale.ROOT), vendor.root()))
          .containsExactly(
              "whole: " + said(llm.chat(asked("How are you?"))),
              "streamed: " + said(streamed(llm, asked("How are you?"))),
              "call: " + said(llm.chat(track)),
              "streamed call: " + said(streamed(llm, track)),
              "told: "
                  + said(
                      llm.chat(
                          track.toBuilder().message(call).message(Message.tool(result)).build())),
              "refused: " + peer.refused,
              "broken: " + peer.broken);
    }
  }

  private static Reply reply(Question question) {
    return switch (question.toolResults().isEmpty() ? question.text() : "told") {
      case "Where is it?" -> new Reply.ToolUse("track", "{\"parcel\":\"4711\"}");
      case "Too much?" -> new Reply.Refusal(429, "rate_limit_exceeded", "Slow down.", 0);
      case "And then?" ->
          new Reply.Played(
              "one two three",
              Duration.ZERO,
              List.of(
                  new Step.Words(2),
                  new Step.Failure(new Reply.Refusal(500, "server_error", "Lost.", 0)),
                  new Step.EndOfBody()));
      default -> Reply.Answer.of("one \"two\" three", Duration.ZERO, Duration.ZERO);
    };
  }

  private static ChatRequest asked(String question) {
    return ChatRequest.builder()
        .user(question)
        .tool(Tool.of("track", "Where a parcel is.", "{\"type\":\"object\"}"))
        .build();
  }

  private static ChatResponse streamed(ResilientLlm llm, ChatRequest request) {
    try (ChatStream stream = llm.stream(request)) {
      return stream.response();
    }
  }

  private static String said(ChatResponse answer) {
    return String.join(
        " ",
        answer.text(),
        calls(answer),
        answer.vendorFinishReason(),
        Long.toString(answer.usage().outputTokens().orElseThrow()));
  }

  private static String calls(ChatResponse answer) {
    return answer.toolCalls().stream()
        .map(call -> call.id() + " " + call.name() + " " + call.arguments())
        .toList()
        .toString();
  }

  /** With a thought, and two calls side by side; a stream that broke off is attached to again. */
  @Test
  void aResponseWithAllThatThereIsIsReadLikeOurs() throws Exception {
    List<String> events = FullResponse.events();
    try (SocketServer server =
        SocketServer.start(
            0,
            plain -> plain,
            (request, exchange) -> {
              if (request.method().equals("GET")) {
                assertThat(request.path() + "?" + request.query())
                    .startsWith("/v1/responses/resp_1?")
                    .contains("stream=true", "starting_after=9");
                stream(exchange, events.subList(10, events.size()));
              } else if (request.body().replace(" ", "").contains("\"background\":true")) {
                stream(exchange, events.subList(0, 10));
              } else if (request.body().replace(" ", "").contains("\"stream\":true")) {
                stream(exchange, events);
              } else {
                String body = FullResponse.completed();
                exchange.head(
                    200, "application/json", Map.of(), "Content-Length: " + body.length());
                exchange.send(body);
              }
            })) {
      String root = "http://127.0.0.1:" + server.port();
      OpenAi.Builder ours = OpenAi.responses("gpt-5.6").baseUrl(root + "/v1");
      ResilientLlm llm = ResilientLlm.with(ours.build()).retry(Retry.none()).build();
      ResilientLlm background =
          ResilientLlm.with(ours.background().build()).retry(Retry.none()).build();

      assertThat(read(OPENAI, "attached", root))
          .containsExactly(
              "whole: " + full(llm.chat(asked("Will it rain?"))),
              "streamed: " + full(streamed(llm, asked("Will it rain?"))),
              "rest: .");
      assertThat(full(streamed(background, asked("Will it rain?"))))
          .startsWith("Let me see. [call_1 f {}, call_2 f {}]");
    }
  }

  private static void stream(Exchange exchange, List<String> events) throws IOException {
    exchange.head(200, "text/event-stream", Map.of(), "Transfer-Encoding: chunked");
    exchange.chunk(Wire.bytes(String.join("", events)));
    exchange.endChunks();
  }

  private static String full(ChatResponse answer) {
    Stream<String> sealed =
        answer.message().parts().stream()
            .filter(Part.Reasoning.class::isInstance)
            .map(thought -> ((Part.Reasoning) thought).vendorData().orElseThrow().data())
            .map(data -> data.replaceFirst(".*\"encrypted_content\":\"([^\"]*)\".*", "$1"));
    return String.join(
        " ",
        answer.text(),
        calls(answer),
        String.join(",", sealed.toList()),
        Long.toString(answer.usage().outputTokens().orElseThrow()));
  }

  /** What a client for Node prints, line by line. */
  private static List<String> read(String client, String script, String url) throws Exception {
    install(client);
    for (String file : List.of("asks.mjs", script + ".mjs")) {
      Files.writeString(HERE.resolve(file), Files.readString(SCRIPTS.resolve(file)));
    }
    return run("node", script + ".mjs", url).lines().toList();
  }

  private static void install(String client) throws Exception {
    Path installed =
        HERE.resolve("node_modules").resolve(client.substring(0, client.lastIndexOf('@')));
    Files.createDirectories(HERE);
    if (Files.exists(installed)) {
      return;
    }
    String said;
    try {
      said = run("npm", "install", client, "--no-audit", "--no-fund", "--prefix", HERE.toString());
    } catch (IOException e) {
      said = "there is no npm: " + e.getMessage();
    }
    assumeTrue(Files.exists(installed), said);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Path out = HERE.resolve("out.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(HERE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out);
  }
}
