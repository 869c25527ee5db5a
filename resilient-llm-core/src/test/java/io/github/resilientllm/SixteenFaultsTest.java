package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The sixteen faults by which a public scorecard judges clients, in their full timings: two
 * targets, a and b, and no other setting.
 *
 * <p>An answer is sixty tokens, one each 20 ms, the first after 200 ms. The same faults on the wire
 * are those of {@code SixteenFaultsOnTheWireTest}, in the module of the vendors.
 */
class SixteenFaultsTest {
  private static final int TOKENS = 60;
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration GAP = Duration.ofMillis(20);
  private static final Usage USED = Usage.of(11, TOKENS);

  private final VirtualTime time = new VirtualTime();
  private final List<CallEvent> heard = new ArrayList<>();
  private final ScriptedProvider b = ScriptedProvider.of("b", time, well());

  @ParameterizedTest(name = "1 a first 429 that asks for 2 s, {0}")
  @EnumSource(Face.class)
  void aDelayIsWaitedForAndTheSameTargetAskedAgain(Face face) throws Exception {
    ScriptedProvider a = a(fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(2)), well());
    assertAnswered(face, a, "a/m", Duration.ofSeconds(10));
    assertThat(a.attempts()).isEqualTo(2);
    assertThat(a.startedAtMillis().get(1)).isGreaterThanOrEqualTo(2000);
    assertThat(b.attempts()).isZero();
  }

  @ParameterizedTest(name = "2 429 for ever, without a delay, {0}")
  @EnumSource(Face.class)
  void aLimitWithoutEndIsNotHammered(Face face) throws Exception {
    ScriptedProvider a = a(fail(ErrorKind.RATE_LIMITED));
    assertAnswered(face, a, "b/m", Duration.ofSeconds(30));
    assertThat(a.attempts()).isLessThanOrEqualTo(6);
    assertThat(a.startedAtMillis().stream().filter(millis -> millis <= 3000).count())
        .isLessThanOrEqualTo(4);
  }

  @ParameterizedTest(name = "3 500 once, {0}")
  @EnumSource(Face.class)
  void oneServerErrorIsRetriedWhereItHappened(Face face) throws Exception {
    ScriptedProvider a = a(fail(ErrorKind.SERVER_ERROR), well());
    assertAnswered(face, a, "a/m", Duration.ofSeconds(10));
    assertThat(a.attempts()).isEqualTo(2);
    assertThat(b.attempts()).isZero();
  }

  @ParameterizedTest(name = "4 503 for ever, {0}")
  @EnumSource(Face.class)
  void aTargetWithoutCapacityIsLeftForTheOther(Face face) throws Exception {
    ScriptedProvider a = a(fail(ErrorKind.OVERLOADED));
    assertAnswered(face, a, "b/m", Duration.ofSeconds(15));
    assertThat(a.attempts()).isLessThanOrEqualTo(4);
  }

  @ParameterizedTest(name = "5 a reset before the headers, once, {0}")
  @EnumSource(Face.class)
  void aResetIsRetriedUnseen(Face face) throws Exception {
    ScriptedProvider a = a(fail(ErrorKind.NETWORK), well());
    assertAnswered(face, a, "a/m", Duration.ofSeconds(10));
    assertThat(a.attempts()).isEqualTo(2);
  }

  @ParameterizedTest(name = "6 accepts and never answers, {0}")
  @EnumSource(Face.class)
  void aSilentTargetIsAskedOnce(Face face) throws Exception {
    ScriptedProvider a = a(hang());
    assertAnswered(face, a, "b/m", Duration.ofSeconds(100));
    assertThat(a.attempts()).isEqualTo(1);
  }

  @Test
  void seventhAFirstTokenAfterTwentySecondsIsNotWaitedFor() throws Exception {
    ScriptedProvider a = a(said(script().after(Duration.ofSeconds(20)), TOKENS).done());
    assertAnswered(Face.STREAM, a, "b/m", Duration.ofSeconds(15));
  }

  @ParameterizedTest(name = "8 cut after 40 tokens of 60, {0}")
  @EnumSource(Face.class)
  void aCutAnswerIsAWholeAnswerOrNone(Face face) throws Exception {
    ScriptedProvider a =
        a(said(script().after(FIRST), 40).fails(ErrorKind.STREAM_TRUNCATED), well());
    Face.End end = assertAnswered(face, a, null, Duration.ofSeconds(15));
    assertThat(end.response().seams()).isEmpty();
  }

  @Test
  void ninthASilenceInTheMiddleIsEnded() throws Exception {
    Script silent =
        said(said(script().after(FIRST), 20).after(Duration.ofSeconds(30)), 40).done(done());
    assertAnswered(Face.STREAM, a(silent), null, Duration.ofSeconds(45));
  }

  /** What a provider makes of it: a broken answer, once. */
  @ParameterizedTest(name = "10 an event that is no JSON, {0}")
  @EnumSource(Face.class)
  void aMalformedEventSpoilsNoAnswer(Face face) throws Exception {
    ScriptedProvider a =
        a(said(script().after(FIRST), 30).fails(ErrorKind.MALFORMED_RESPONSE), well());
    assertAnswered(face, a, null, Duration.ofSeconds(15));
  }

  @ParameterizedTest(name = "11 complete, with its last marker missing, {0}")
  @EnumSource(Face.class)
  void aCompleteAnswerEndsAtOnceWithItsUsage(Face face) throws Exception {
    ScriptedProvider a = a(well());
    Face.End end = assertAnswered(face, a, "a/m", Duration.ofSeconds(2));
    assertThat(end.response().usage()).isEqualTo(USED);
    assertThat(a.attempts()).isEqualTo(1);
  }

  @ParameterizedTest(name = "12 400, too long for the context, {0}")
  @EnumSource(Face.class)
  void aRequestTooLongForOneIsAnsweredByTheOther(Face face) throws Exception {
    ScriptedProvider a = a(fail(ErrorKind.CONTEXT_TOO_LONG));
    assertAnswered(face, a, "b/m", Duration.ofSeconds(5));
    assertThat(a.attempts()).isEqualTo(1);
  }

  @ParameterizedTest(name = "13 400, against the content policy, {0}")
  @EnumSource(Face.class)
  void aFilteredQuestionIsOneCleanError(Face face) throws Exception {
    ScriptedProvider a = a(fail(ErrorKind.CONTENT_FILTERED));
    ResilientLlm llm = VirtualClient.with(time, a, b).build();
    time.run(
        () -> {
          LlmException failure = face.call(llm, time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
          assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(5));
        });
    assertThat(a.attempts()).isEqualTo(1);
    assertThat(b.attempts()).isZero();
  }

  @ParameterizedTest(name = "14 cut, and b takes no trailing message of an assistant, {0}")
  @EnumSource(Face.class)
  void theFallbackIsNotGivenTheBeginningOfItsAnswer(Face face) throws Exception {
    ScriptedProvider a = a(said(script().after(FIRST), 40).fails(ErrorKind.STREAM_TRUNCATED));
    ResilientLlm llm = VirtualClient.with(time, a, b).build();
    time.run(() -> assertWhole(face.call(llm, time), "b/m"));
    assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(20));
    assertThat(b.requests())
        .allSatisfy(
            request ->
                assertThat(request.messages().get(request.messages().size() - 1).role())
                    .isEqualTo(Role.USER));
  }

  @ParameterizedTest(name = "15 down for a minute, 20 requests 4 s apart, {0}")
  @EnumSource(Face.class)
  void anOutageOfAMinuteIsSeenByNobodyAndOverWhenItIsOver(Face face) throws Exception {
    Duration back = Duration.ofMinutes(1);
    ScriptedProvider a =
        new ScriptedProvider(
            "a",
            time,
            n -> time.elapsed().compareTo(back) < 0 ? fail(ErrorKind.OVERLOADED) : well());
    ResilientLlm llm = VirtualClient.with(time, a, b).build();
    List<String> after = new ArrayList<>();
    time.run(
        () -> {
          for (int i = 0; i < 30; i++) {
            Duration start = time.elapsed();
            ChatResponse response = face.call(llm, time).response();
            assertThat(response).as("request %d", i).isNotNull();
            assertThat(time.elapsed().minus(start)).isLessThan(Duration.ofSeconds(10));
            if (start.compareTo(back.plusSeconds(30)) >= 0) {
              after.add(response.answeredBy());
            }
            time.pass(start.plusSeconds(4).minus(time.elapsed()));
          }
        });
    assertThat(after).isNotEmpty().containsOnly("a/m");
    // ten failures open the breaker, and then one probe each ten seconds
    assertThat(a.startedAtMillis().stream().filter(millis -> millis < 60_000).count())
        .isLessThanOrEqualTo(10 + 6);
  }

  @ParameterizedTest(name = "16 503, and who answered is told, {0}")
  @EnumSource(Face.class)
  void theAnswerSaysWhoseItIsAndWhatItCost(Face face) throws Exception {
    Completion done =
        Completion.builder(FinishReason.STOP)
            .usage(USED)
            .vendorFinishReason("stop")
            .from("id", "model-b")
            .answered(200, "r")
            .build();
    ScriptedProvider other =
        ScriptedProvider.of("b", time, said(script().after(FIRST), TOKENS).done(done));
    ResilientLlm llm = VirtualClient.with(time, a(fail(ErrorKind.OVERLOADED)), other).build();
    time.run(
        () -> {
          ChatResponse response = face.call(llm, time).response();
          assertThat(response.answeredBy()).isEqualTo("b/m");
          assertThat(response.model()).isEqualTo("model-b");
          assertThat(response.usage()).isEqualTo(USED);
        });
  }

  // The clocks that make 7 and 9 of it must not cut off who only thinks.

  @Test
  void aModelWithoutAnotherOneAtHandHasTimeForItsFirstToken() throws Exception {
    ScriptedProvider a = a(said(script().after(Duration.ofSeconds(20)), TOKENS).done(done()));
    ResilientLlm llm = VirtualClient.with(time, a).build();
    time.run(() -> assertWhole(Face.STREAM.call(llm, time), "a/m"));
    assertThat(a.attempts()).isEqualTo(1);
  }

  @Test
  void aModelThatIsAskedToReasonIsNotAbandonedForItsSilence() throws Exception {
    ScriptedProvider a = a(said(script().after(Duration.ofSeconds(50)), TOKENS).done(done()));
    ResilientLlm llm = VirtualClient.with(time, a, b).build();
    ChatRequest hard =
        ChatRequest.builder().user("Prove it.").reasoningEffort(ReasoningEffort.HIGH).build();
    time.run(() -> assertWhole(Face.STREAM.call(llm, hard, time), "a/m"));
    assertThat(b.attempts()).isZero();
  }

  private Face.End assertAnswered(
      Face face, ScriptedProvider a, @Nullable String by, Duration within) throws Exception {
    ResilientLlm llm = VirtualClient.with(time, a, b).listener(heard::add).build();
    Face.End[] end = new Face.End[1];
    time.run(
        () -> {
          end[0] = face.call(llm, time);
          assertThat(time.elapsed()).isLessThanOrEqualTo(within);
        });
    assertWhole(end[0], by);
    assertThat(a.open() + b.open()).isZero();
    return end[0];
  }

  private static void assertWhole(Face.End end, @Nullable String by) {
    assertThat(end.text()).isEqualTo("token ".repeat(TOKENS));
    if (by != null) {
      assertThat(end.response().answeredBy()).isEqualTo(by);
    }
  }

  private ScriptedProvider a(Script... scripts) {
    return ScriptedProvider.of("a", time, scripts);
  }

  private static Script well() {
    return said(script().after(FIRST), TOKENS).done(done());
  }

  private static Completion done() {
    return Completion.of(FinishReason.STOP, USED);
  }

  private static Script said(Script script, int tokens) {
    for (int i = 0; i < tokens; i++) {
      script.says("token ").after(GAP);
    }
    return script;
  }
}
