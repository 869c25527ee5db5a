package io.github.resilientllm.okhttp;

import static io.github.resilientllm.okhttp.internal.responses.ResponsesAnswerTest.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process ends in the middle of an answer that runs on: the next one hears it, and asks nothing.
 */
class LeftBehindTest {
  private static final List<String> EVENTS =
      List.of(
          event(
              "{'type':'response.created','sequence_number':0,"
                  + "'response':{'id':'resp_1','status':'queued','output':[]}}"),
          text(1, "Three "),
          text(2, "days, mostly."),
          event(
              "{'type':'response.completed','sequence_number':3,"
                  + "'response':{'id':'resp_1','status':'completed','output':[]}}"));

  private static final int MOST_LOOKS = 100_000; // some seconds

  @TempDir Path dir;

  private static String text(int number, String text) {
    return event(
        "{'type':'response.output_text.delta','sequence_number':"
            + number
            + ",'output_index':0,'content_index':0,'delta':'"
            + text
            + "'}");
  }

  private static LlmProvider provider(FaultServer server) {
    return OpenAi.responses("gpt-5.6")
        .dialect(Dialect.OPENAI)
        .apiKey(ApiKey.of("sk-secret"))
        .baseUrl(server.url())
        .background(Duration.ofNanos(1))
        .build();
  }

  private static Conversation chat(Path journal, FaultServer server) {
    return ResilientLlm.with(Target.of(provider(server)).named("gpt"))
        .journal(FileJournal.at(journal))
        .retry(Retry.none())
        .build()
        .conversation("c");
  }

  private static List<String> lines(FaultServer server) {
    return server.requests().stream()
        .map(request -> request.lines().findFirst().orElseThrow().replace(" HTTP/1.1", ""))
        .toList();
  }

  /** What the disk has of a conversation while a process is in the middle of it. */
  private Path asAKilledProcessLeavesIt(FaultServer server) throws IOException {
    Path image = Files.createDirectory(dir.resolve("image"));
    try (ChatStream stream = chat(dir.resolve("first"), server).stream("How long?")) {
      Iterator<ChatEvent> pieces = stream.iterator();
      assertThat(pieces.next()).isEqualTo(new ChatEvent.TextDelta("Three "));
      String kept = "";
      for (int i = 0; i < MOST_LOOKS && !kept.contains("Three "); i++) { // it is written aside
        kept = Files.readString(dir.resolve("first/c-c.jsonl"));
      }
      Files.writeString(image.resolve("c-c.jsonl"), kept);
    }
    return image;
  }

  private static FaultServer.Script beginning() {
    return x -> x.stream().chunk(String.join("", EVENTS.subList(0, 2))).hang();
  }

  private static void all(FaultServer.Exchange x) throws IOException {
    x.stream().chunk(String.join("", EVENTS)).endChunks();
  }

  @ParameterizedTest
  @EnumSource(Conversation.Resume.class)
  void theNextProcessHearsItFromItsBeginning(Conversation.Resume how) throws Exception {
    Path image;
    try (FaultServer first = FaultServer.start(beginning(), x -> x.respond(200, "{}"))) {
      image = asAKilledProcessLeavesIt(first);
    }
    try (FaultServer server = FaultServer.start(LeftBehindTest::all)) {
      Conversation chat = chat(image, server);
      assertThat(chat.unanswered()).isPresent();
      ChatResponse answer = chat.resume(how);
      assertThat(answer.text()).isEqualTo("Three days, mostly.");
      assertThat(lines(server)).containsExactly("GET /v1/responses/resp_1?stream=true");
      assertThat(chat.unanswered()).isEmpty();
    }
  }

  @Test
  void whatIsGoneIsAskedForAgain() throws Exception {
    Path image;
    try (FaultServer first = FaultServer.start(beginning(), x -> x.respond(200, "{}"))) {
      image = asAKilledProcessLeavesIt(first);
    }
    try (FaultServer server = FaultServer.start(x -> x.respond(404, "{}"), LeftBehindTest::all)) {
      assertThat(chat(image, server).resume().text()).isEqualTo("Three days, mostly.");
      assertThat(lines(server))
          .containsExactly("GET /v1/responses/resp_1?stream=true", "POST /v1/responses");
    }
  }

  /** What this process has given up is cancelled, and not heard again. */
  @Test
  void whatWasGivenUpInOrderIsAskedForAgain() throws Exception {
    Path journal = dir.resolve("j");
    try (FaultServer server =
        FaultServer.start(beginning(), x -> x.respond(200, "{}"), LeftBehindTest::all)) {
      Conversation chat = chat(journal, server);
      try (ChatStream stream = chat.stream("How long?")) {
        assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("Three "));
        assertThat(server.awaitRequest()).isTrue();
      }
      assertThat(server.awaitRequest()).isTrue(); // the cancel
      assertThat(chat.resume().text()).isEqualTo("Three days, mostly.");
      assertThat(lines(server))
          .containsExactly(
              "POST /v1/responses", "POST /v1/responses/resp_1/cancel", "POST /v1/responses");
    }
  }

  @Test
  void theHandleIsToldOnceAndBeforeAnyWord() throws Exception {
    List<String> told = new ArrayList<>();
    try (FaultServer server = FaultServer.start(LeftBehindTest::all)) {
      CallOptions options = CallOptions.streamed().tellingHandle(handle -> told.add(handle));
      try (ProviderCall call = provider(server).newCall(ChatRequest.of("Hi"), options)) {
        assertThat(call.next()).isEqualTo(new ChatEvent.TextDelta("Three "));
        assertThat(told).containsExactly("resp_1");
        assertThat(call.next()).isNotNull();
        assertThat(call.next()).isNull();
      }
      assertThat(told).containsExactly("resp_1");
    }
  }

  @Test
  void aConnectionThatBreaksSaysNothingOfWhatWasLeftBehind() throws Exception {
    CallOptions options = CallOptions.streamed().attachingTo("resp_1");
    try (FaultServer server = FaultServer.start(FaultServer.Exchange::cut);
        ProviderCall call = provider(server).newCall(ChatRequest.of("Hi"), options)) {
      ErrorKind kind = null;
      try {
        call.next();
      } catch (ProviderException e) {
        kind = e.kind();
      }
      assertThat(kind).isEqualTo(ErrorKind.NETWORK);
      assertThat(lines(server)).containsExactly("GET /v1/responses/resp_1?stream=true");
    }
  }

  @Test
  void aHandleThatIsNoneIsNoPath() throws Exception {
    CallOptions options = CallOptions.streamed().attachingTo("../admin?x=");
    try (FaultServer server = FaultServer.start(LeftBehindTest::all);
        ProviderCall call = provider(server).newCall(ChatRequest.of("Hi"), options)) {
      assertThat(call.next()).isEqualTo(new ChatEvent.TextDelta("Three "));
      assertThat(lines(server)).containsExactly("POST /v1/responses");
    }
  }
}
