package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.exception.LangChain4jException;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.langchain4j.Assistant.Streamed;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.test.Script;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an AI service's streamed question meets in an outage: with LangChain4j alone, and with us.
 */
class StreamFaultTableTest {
  /** Long enough to be continued. */
  private static final String BEGUN = "The parcel left our house on Monday morning and";

  private static final int PIECES = 9;

  private final Vendor healthy = Vendor.start("healthy").says(" it arrives on Friday.");
  private final Vendor sick = Vendor.start("sick").says(BEGUN + " arrived.");
  private final Semaphore shown = new Semaphore(0);

  @AfterEach
  void close() {
    sick.close();
    healthy.close();
  }

  /** How an answer breaks after its beginning. */
  interface Break extends Consumer<Script> {}

  static Stream<Arguments> breaks() {
    return Stream.of(
        fault("a clean end without finish reason", Script::thenEndsUnfinished, "COMPLETE"),
        fault("a cut inside the chunked body", Script::thenCutsInAnEvent, "ERROR"),
        fault("a reset", Script::thenResets, "ERROR"),
        fault("an error in the stream", begun -> begun.thenFails(500, "server_error"), "COMPLETE"),
        fault(
            "an error chunk with finish reason error",
            begun ->
                begun
                    .thenSends(
                        "data: {\"id\":\"c1\",\"error\":{\"code\":502,\"message\":\"lost\"},\"choices\":[{"
                            + "\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}\n\n")
                    .thenEndsUnfinished(),
            "COMPLETE"));
  }

  static Stream<Arguments> silences() {
    return Stream.of(
        fault("a stall after the beginning", Script::thenIsSilent, ""),
        fault(
            "only comments after the beginning",
            begun -> begun.thenOnlyComments(Duration.ofMillis(50)),
            ""));
  }

  static Stream<Arguments> faults() {
    return Stream.concat(breaks(), silences());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  @DisplayName("LangChain4j alone takes a broken answer for a whole one")
  void before(String name, Break broken, String first) throws Exception {
    broken.accept(begun());
    Assistant assistant =
        Assistant.with(Ladder.whole(sick.baseUrl()), Ladder.streaming(sick.baseUrl()));

    Streamed streamed = Streamed.of(assistant, "Where is it?", shown::release);

    assertThat(streamed.ends.get(0)).startsWith(first);
    if (first.equals("COMPLETE")) {
      assertThat(streamed.errors).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  @DisplayName("LangChain4j alone hears nothing of a silence, whatever its time-out")
  void silenceBefore(String name, Break broken, String first) throws Exception {
    broken.accept(begun());
    Assistant assistant =
        Assistant.with(Ladder.quick(sick.baseUrl()), Ladder.quickStreaming(sick.baseUrl()));

    Streamed streamed = Streamed.begin(assistant, "Where is it?", piece -> {});

    assertThat(streamed.await(900)).as("an end after its time-out of 700 ms").isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @DisplayName("the next target goes on where an answer broke off, and the stream ends once")
  void goesOn(String name, Break broken, String before) throws Exception {
    broken.accept(begun());
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick.baseUrl(), healthy.baseUrl()).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", shown::release);

    String whole = BEGUN + " it arrives on Friday.";
    assertThat(streamed.ends).containsExactly("COMPLETE " + whole);
    assertThat(streamed.shown).hasToString(whole);
    assertThat(sick.requests()).hasSize(1);
    assertThat(healthy.requests().get(0).question().body()).contains("The parcel left our house");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @DisplayName("with nobody else a broken answer is one error that holds what came of it")
  void fails(String name, Break broken, String before) throws Exception {
    broken.accept(begun());
    LangChain4jModels models =
        LangChain4jModels.over(
            Ladder.over(sick.baseUrl())
                .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
                .build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", shown::release);

    assertThat(streamed.ends).containsExactly("ERROR");
    assertThat(streamed.errors.get(0)).isInstanceOf(LangChain4jException.class);
    assertThat(ours(streamed).partialText()).isEqualTo(BEGUN);
    assertThat(ours(streamed).kind())
        .isIn(ErrorKind.STREAM_TRUNCATED, ErrorKind.NETWORK, ErrorKind.STALLED);
  }

  @Test
  @DisplayName("an answer that cannot be continued ends with an error and not with two beginnings")
  void noTwoBeginnings() throws Exception {
    begun().thenCuts();
    LangChain4jModels models =
        LangChain4jModels.over(
            Ladder.over(sick.baseUrl(), healthy.baseUrl())
                .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.RESTART))
                .build());
    Reply reply = new Reply(context -> shown.release());

    models.streamingChatModel().chat("Where is it?", reply);

    assertThat(reply.await().ends).hasSize(1);
    assertThat(reply.error()).hasMessageContaining("withRestartsTold");
    assertThat(((LlmException) reply.error().getCause()).partialText()).isEqualTo(BEGUN);
    assertThat(reply.shown()).isEqualTo(BEGUN);
  }

  @Test
  @DisplayName("a handler that knows how to clear is told that the answer begins again")
  void restartIsTold() throws Exception {
    begun().thenCuts();
    LangChain4jModels models =
        LangChain4jModels.over(
                Ladder.over(sick.baseUrl(), healthy.baseUrl())
                    .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.RESTART))
                    .build())
            .withRestartsTold(true);
    Reply reply = new Reply(context -> shown.release());

    models.streamingChatModel().chat("Where is it?", reply);

    assertThat(reply.await().response().aiMessage().text()).isEqualTo(" it arrives on Friday.");
    assertThat(reply.pieces)
        .anyMatch(io.github.resilientllm.chat.ChatEvent.Restarted.class::isInstance);
  }

  @Test
  @DisplayName("a chunk whose error is null is no error")
  void nullError() throws Exception {
    sick.says("Fine.")
        .streams(1)
        .thenSends("data: {\"error\":null,\"choices\":[]}\n\n")
        .thenGoesOn();
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick.baseUrl()).build());

    Streamed streamed =
        Streamed.of(Assistant.with(models.chatModel(), models.streamingChatModel()), "How?");

    assertThat(streamed.ends).containsExactly("COMPLETE Fine.");
  }

  @Test
  @DisplayName("a stream that is refused before its first byte goes to the next target")
  void refusedBeforeTheFirstByte() throws Exception {
    sick.is(Trouble.DOWN);
    Assistant alone =
        Assistant.with(Ladder.whole(sick.baseUrl()), Ladder.streaming(sick.baseUrl()));
    assertThat(Streamed.of(alone, "Where is it?").ends).containsExactly("ERROR");
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick.baseUrl(), healthy.baseUrl()).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", shown::release);

    assertThat(streamed.ends).containsExactly("COMPLETE  it arrives on Friday.");
  }

  @Test
  @DisplayName("a stream that says nothing at all goes to the next target after its time")
  void silence() throws Exception {
    sick.is(Trouble.SILENT);
    LangChain4jModels models =
        LangChain4jModels.over(
            Ladder.over(sick.baseUrl(), healthy.baseUrl()).timeouts(Ladder.SHORT).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", shown::release);

    assertThat(streamed.ends).containsExactly("COMPLETE  it arrives on Friday.");
  }

  private static LlmException ours(Streamed streamed) {
    return (LlmException) streamed.errors.get(0).getCause();
  }

  /** An answer whose beginning the client has seen: what is under way is lost in a break. */
  private Script begun() {
    return sick.streams(PIECES).thenAwaits(this::awaitShown);
  }

  private void awaitShown() {
    try {
      assertThat(shown.tryAcquire(PIECES, 20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Arguments fault(String name, Break broken, String before) {
    return Arguments.of(name, broken, before);
  }
}
