package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.exception.LangChain4jException;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.langchain4j.Assistant.Streamed;
import io.github.resilientllm.policy.Fallback;
import java.io.IOException;
import java.util.List;
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
  private static final List<String> BEGINNING =
      List.of("The parcel left our house on Monday morning ", "and ");

  private static final String BEGUN = String.join("", BEGINNING);

  private final LocalVendor healthy =
      LocalVendor.answering(wire -> Wires.answer(wire, "it arrives ", "on Friday."));
  private LocalVendor sick = healthy;

  @AfterEach
  void close() {
    sick.close();
    healthy.close();
  }

  static Stream<Arguments> breaks() {
    return Stream.of(
        fault("a clean end without finish reason", wire -> broken(wire).streamEnd(), "COMPLETE"),
        fault("a cut inside the chunked body", wire -> broken(wire).cut(), "ERROR"),
        fault("a reset", wire -> broken(wire).reset(), "ERROR"),
        fault(
            "an error in the stream",
            wire -> {
              broken(wire)
                  .event("{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}");
              wire.streamEnd();
            },
            "COMPLETE"),
        fault(
            "an error chunk with finish reason error",
            wire -> {
              broken(wire)
                  .event(
                      "{\"id\":\"c1\",\"error\":{\"code\":502,\"message\":\"lost\"},\"choices\":[{"
                          + "\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}");
              wire.streamEnd();
            },
            "COMPLETE"));
  }

  static Stream<Arguments> silences() {
    return Stream.of(
        fault("a stall after two pieces", wire -> begin(wire).hang(), ""),
        fault("only comments after two pieces", wire -> begin(wire).comments(), ""));
  }

  static Stream<Arguments> faults() {
    return Stream.concat(breaks(), silences());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  @DisplayName("LangChain4j alone takes a broken answer for a whole one")
  void before(String name, LocalVendor.Script script, String first) throws Exception {
    sick = LocalVendor.answering(script);
    Assistant assistant = Assistant.with(Ladder.whole(sick), Ladder.streaming(sick));

    Streamed streamed = Streamed.of(assistant, "Where is it?", sick::pieceSeen);

    assertThat(streamed.ends.get(0)).startsWith(first);
    if (first.equals("COMPLETE")) {
      assertThat(streamed.errors).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  @DisplayName("LangChain4j alone hears nothing of a silence, whatever its time-out")
  void silenceBefore(String name, LocalVendor.Script script, String first) throws Exception {
    sick = LocalVendor.answering(script);
    Assistant assistant = Assistant.with(Ladder.quick(sick), Ladder.quickStreaming(sick));

    Streamed streamed = Streamed.begin(assistant, "Where is it?", piece -> {});

    assertThat(streamed.await(900)).as("an end after its time-out of 700 ms").isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @DisplayName("the next target goes on where an answer broke off, and the stream ends once")
  void goesOn(String name, LocalVendor.Script script, String before) throws Exception {
    sick = LocalVendor.answering(script);
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick, healthy).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", sick::pieceSeen);

    String whole = BEGUN + "it arrives on Friday.";
    assertThat(streamed.ends).containsExactly("COMPLETE " + whole);
    assertThat(streamed.shown).hasToString(whole);
    assertThat(sick.requests()).isEqualTo(1);
    assertThat(healthy.bodies().get(0)).contains("The parcel left our house");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @DisplayName("with nobody else a broken answer is one error that holds what came of it")
  void fails(String name, LocalVendor.Script script, String before) throws Exception {
    sick = LocalVendor.answering(script);
    LangChain4jModels models =
        LangChain4jModels.over(
            Ladder.over(sick)
                .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
                .build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", sick::pieceSeen);

    assertThat(streamed.ends).containsExactly("ERROR");
    assertThat(streamed.errors.get(0)).isInstanceOf(LangChain4jException.class);
    assertThat(ours(streamed).partialText()).isEqualTo(BEGUN);
    assertThat(ours(streamed).kind())
        .isIn(ErrorKind.STREAM_TRUNCATED, ErrorKind.NETWORK, ErrorKind.STALLED);
  }

  @Test
  @DisplayName("an answer that cannot be continued ends with an error and not with two beginnings")
  void noTwoBeginnings() throws Exception {
    sick = LocalVendor.answering(wire -> broken(wire).cut());
    LangChain4jModels models =
        LangChain4jModels.over(
            Ladder.over(sick, healthy)
                .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.RESTART))
                .build());
    Reply reply = new Reply(context -> sick.pieceSeen());

    models.streamingChatModel().chat("Where is it?", reply);

    assertThat(reply.await().ends).hasSize(1);
    assertThat(reply.error()).hasMessageContaining("withRestartsTold");
    assertThat(((LlmException) reply.error().getCause()).partialText()).isEqualTo(BEGUN);
    assertThat(reply.shown()).isEqualTo(BEGUN);
  }

  @Test
  @DisplayName("a handler that knows how to clear is told that the answer begins again")
  void restartIsTold() throws Exception {
    sick = LocalVendor.answering(wire -> broken(wire).cut());
    LangChain4jModels models =
        LangChain4jModels.over(
                Ladder.over(sick, healthy)
                    .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.RESTART))
                    .build())
            .withRestartsTold(true);
    Reply reply = new Reply(context -> sick.pieceSeen());

    models.streamingChatModel().chat("Where is it?", reply);

    assertThat(reply.await().response().aiMessage().text()).isEqualTo("it arrives on Friday.");
    assertThat(reply.pieces)
        .anyMatch(io.github.resilientllm.chat.ChatEvent.Restarted.class::isInstance);
  }

  @Test
  @DisplayName("a chunk whose error is null is no error")
  void nullError() throws Exception {
    sick =
        LocalVendor.answering(
            wire -> {
              wire.streamHead();
              wire.event(Wires.piece("Fine.").replace("{\"id\"", "{\"error\":null,\"id\""));
              wire.event(Wires.finish("stop"));
              wire.event("[DONE]");
              wire.streamEnd();
            });
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick).build());

    Streamed streamed =
        Streamed.of(Assistant.with(models.chatModel(), models.streamingChatModel()), "How?");

    assertThat(streamed.ends).containsExactly("COMPLETE Fine.");
  }

  @Test
  @DisplayName("a stream that is refused before its first byte goes to the next target")
  void refusedBeforeTheFirstByte() throws Exception {
    sick = LocalVendor.answering(wire -> wire.json(503, "{\"error\":{\"message\":\"busy\"}}"));
    Assistant alone = Assistant.with(Ladder.whole(sick), Ladder.streaming(sick));
    assertThat(Streamed.of(alone, "Where is it?").ends).containsExactly("ERROR");
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick, healthy).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", sick::pieceSeen);

    assertThat(streamed.ends).containsExactly("COMPLETE it arrives on Friday.");
  }

  @Test
  @DisplayName("a stream that says nothing at all goes to the next target after its time")
  void silence() throws Exception {
    sick = LocalVendor.answering(LocalVendor.Wire::hang);
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick, healthy).timeouts(Ladder.SHORT).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    Streamed streamed = Streamed.of(assistant, "Where is it?", sick::pieceSeen);

    assertThat(streamed.ends).containsExactly("COMPLETE it arrives on Friday.");
  }

  private static LlmException ours(Streamed streamed) {
    return (LlmException) streamed.errors.get(0).getCause();
  }

  private static LocalVendor.Wire begin(LocalVendor.Wire wire) throws IOException {
    Wires.begin(wire, BEGINNING);
    return wire;
  }

  /** A beginning that the client has seen before it breaks. */
  private static LocalVendor.Wire broken(LocalVendor.Wire wire) throws IOException {
    Wires.begin(wire, BEGINNING);
    wire.awaitSeen(BEGINNING.size());
    return wire;
  }

  private static Arguments fault(String name, LocalVendor.Script script, String before) {
    return Arguments.of(name, script, before);
  }
}
