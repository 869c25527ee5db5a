package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatEvent.Continued;
import io.github.resilientllm.chat.ChatEvent.Finished;
import io.github.resilientllm.chat.ChatEvent.Restarted;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.ChatEvent.ToolCallDelta;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Fallback.MidStream;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that breaks off after its first token. */
class MidStreamTest {
  private static final Script BROKEN =
      script().says("The quick ").says("brown ").fails(ErrorKind.STREAM_TRUNCATED);

  private final VirtualTime time = new VirtualTime();

  private ResilientLlm client(MidStream way, ScriptedProvider... vendors) {
    return VirtualClient.with(time, vendors)
        .retry(Retry.none())
        .fallbackPolicy(Fallback.standard().withMidStream(way))
        .build();
  }

  private ScriptedProvider broken() {
    return ScriptedProvider.of("broken", time, BROKEN);
  }

  @Test
  void byDefaultItRestartsAndSaysSo() throws Exception {
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("A whole one."));
    ResilientLlm llm = VirtualClient.with(time, broken(), next).retry(Retry.none()).build();
    time.run(
        () -> {
          Face.End end = Face.STREAM.call(llm, time);
          assertThat(end.events())
              .startsWith(
                  new TextDelta("The quick "),
                  new TextDelta("brown "),
                  new Restarted("next/m", ErrorKind.STREAM_TRUNCATED),
                  new TextDelta("A whole one."))
              .last()
              .isInstanceOf(Finished.class);
          assertThat(end.text()).isEqualTo("A whole one.");
          assertThat(end.response().seams()).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Face.class,
      names = {"BLOCKING", "ASYNC"})
  void aCallerWhoSawNothingGetsOnlyTheWholeAnswer(Face face) throws Exception {
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("A whole one."));
    for (MidStream way : List.of(MidStream.FAIL, MidStream.RESTART)) {
      ResilientLlm llm = client(way, broken(), next);
      time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("A whole one."));
    }
  }

  @Test
  void itFailsWithThePartialTextIfAskedTo() throws Exception {
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("A whole one."));
    ResilientLlm llm = client(MidStream.FAIL, broken(), next);
    time.run(
        () -> {
          LlmException failure = Face.STREAM.call(llm, time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
          assertThat(failure.outcome()).isEqualTo(Outcome.TRUNCATED);
          assertThat(failure.partialText()).isEqualTo("The quick brown ");
          assertThat(failure).hasMessageNotContaining("quick");
        });
    assertThat(next.attempts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void itContinuesOnAnotherTargetAndMarksTheSeam(Face face) throws Exception {
    String half = "The quick brown fox, as everybody knows, ";
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("jumps."));
    ResilientLlm llm = client(MidStream.CONTINUE, brokenAfter(half), next);
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo(half + "jumps.");
          assertThat(end.response().seams()).containsExactly(half.length());
          assertThat(end.response().answeredBy()).isEqualTo("next/m");
          if (face == Face.STREAM) {
            assertThat(end.events())
                .contains(new Continued("next/m", ErrorKind.STREAM_TRUNCATED, half.length()));
          }
        });
    List<Message> sent = next.requests().get(0).messages();
    assertThat(sent)
        .extracting(Message::role)
        .containsExactly(Role.USER, Role.ASSISTANT, Role.USER);
    assertThat(sent.get(1).text()).isEqualTo(half);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void soLittleThatNobodyCouldTellAContinuationFromANewBeginningBeginsAgain(Face face)
      throws Exception {
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("11 apples"));
    ResilientLlm llm = client(MidStream.CONTINUE, brokenAfter("1"), next);
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("11 apples"));
    assertThat(next.requests().get(0).messages()).hasSize(1);
  }

  @Test
  void halfACharacterIsNotSentToWhoContinues() throws Exception {
    String half = "The quick brown fox is easily drawn: ";
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("\udd8a"));
    ResilientLlm llm = client(MidStream.CONTINUE, brokenAfter(half + "\ud83e"), next);
    time.run(() -> assertThat(Face.STREAM.call(llm, time).text()).isEqualTo(half + "\ud83e\udd8a"));
    assertThat(next.requests().get(0).messages().get(1).text()).isEqualTo(half);
  }

  private ScriptedProvider brokenAfter(String half) {
    return ScriptedProvider.of(
        "broken", time, script().says(half).fails(ErrorKind.STREAM_TRUNCATED));
  }

  @Test
  void halfAToolCallOrHalfAJsonIsRestartedAndNeverContinued() throws Exception {
    ScriptedProvider toolBroken =
        ScriptedProvider.of(
            "broken",
            time,
            script()
                .says("I look it up.")
                .piece(new ToolCallDelta(0, "id", "weather", "{\"ci"))
                .fails(ErrorKind.NETWORK));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("Sunny."));
    ResilientLlm tools = client(MidStream.CONTINUE, toolBroken, next);
    ResilientLlm json = client(MidStream.CONTINUE, broken(), next);
    time.run(
        () -> {
          Face.End end = Face.STREAM.call(tools, time);
          assertThat(end.text()).isEqualTo("Sunny.");
          assertThat(end.response().toolCalls()).isEmpty();
          ChatRequest request =
              ChatRequest.builder().user("As JSON").responseFormat(ResponseFormat.json()).build();
          end = Face.STREAM.call(json, request, time);
          assertThat(end.events()).anyMatch(event -> event instanceof Restarted);
        });
  }

  @Test
  void whenNothingElseAnswersTheErrorHasWhatWasSaid() throws Exception {
    ScriptedProvider next = ScriptedProvider.of("next", time, fail(ErrorKind.OVERLOADED));
    for (MidStream way : MidStream.values()) {
      ResilientLlm llm = client(way, broken(), next);
      time.run(
          () -> {
            LlmException failure = Face.STREAM.call(llm, time).error();
            assertThat(failure.partialText()).isEqualTo("The quick brown ");
            assertThat(failure.outcome()).isEqualTo(Outcome.TRUNCATED);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamThatFallsSilentIsGivenUpAfterTheStallTime(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, script().says("The ").stalls());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, silent, next)
            .retry(Retry.none())
            .hedge(Hedge.extraLoad(0.01)) // streams on the wire
            .timeouts(Timeouts.deadline(Duration.ofMinutes(1)).withStall(Duration.ofSeconds(5)))
            .build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(end.response().attempts().get(0).error()).contains(ErrorKind.STALLED);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(5));
        });
    assertThat(silent.open()).isZero();
  }

  @Test
  void aSlowReaderIsNoStall() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, script().says("The ").says("end.").done());
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .timeouts(Timeouts.deadline(Duration.ofMinutes(1)).withStall(Duration.ofSeconds(1)))
            .build();
    time.run(
        () -> {
          try (var stream = llm.stream("q")) {
            for (ChatEvent unused : stream) {
              time.pass(Duration.ofSeconds(5));
            }
            assertThat(stream.response().text()).isEqualTo("The end.");
          }
        });
  }

  @Test
  void toolCallsArePutTogetherByIndex() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            script()
                .piece(new ToolCallDelta(1, "a", "first", "{\"x\""))
                .piece(new ToolCallDelta(7, "b", "second", ""))
                .piece(new ToolCallDelta(1, "", "", ":1}"))
                .piece(new ToolCallDelta(7, "", "", "{}"))
                .done());
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () ->
            assertThat(Face.STREAM.call(llm, time).response().toolCalls())
                .extracting(call -> call.id() + call.name() + call.arguments())
                .containsExactly("afirst{\"x\":1}", "bsecond{}"));
  }
}
