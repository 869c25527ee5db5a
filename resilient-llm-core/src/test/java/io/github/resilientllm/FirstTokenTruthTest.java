package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallEvent.FirstToken;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told, learnt and concluded from an attempt's first content, and only from that. */
class FirstTokenTruthTest {
  private static final Script EMPTY =
      script()
          .after(Duration.ofMillis(300))
          .done(Completion.of(FinishReason.STOP, Usage.unknown()));

  private final VirtualTime time = new VirtualTime();
  private final List<CallEvent> heard = new ArrayList<>();

  // What is told and learnt

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatIsNotStreamedHasNoFirstToken(Face face) throws Exception {
    for (Hedge hedge : List.of(Hedge.none(), Hedge.extraLoad(0.1))) {
      ScriptedProvider vendor =
          ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(1), "hello"));
      ResilientLlm llm = client(whole(vendor)).hedge(hedge).listener(heard::add).build();
      time.run(
          () ->
              assertThat(face.call(llm, time).response().attempts())
                  .extracting(Attempt::timeToFirstToken)
                  .allMatch(Optional::isEmpty));
      assertThat(heard).noneMatch(FirstToken.class::isInstance);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anEmptyAnswerHasNoFirstToken(Face face) throws Exception {
    for (Hedge hedge : List.of(Hedge.none(), Hedge.extraLoad(0.1))) {
      ScriptedProvider vendor = ScriptedProvider.of("v", time, EMPTY);
      ResilientLlm llm = client(Target.of(vendor)).hedge(hedge).listener(heard::add).build();
      time.run(() -> assertThat(face.call(llm, time).text()).isEmpty());
      assertThat(heard).noneMatch(FirstToken.class::isInstance);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theFirstTokenOfAStreamedAnswerIsToldAsItWasMeasured(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofMillis(700), "hello"));
    ResilientLlm llm =
        client(Target.of(vendor)).hedge(Hedge.extraLoad(0.1)).listener(heard::add).build();
    time.run(() -> face.call(llm, time));
    assertThat(heard).contains(FirstToken.of(1, "v/m", Duration.ofMillis(700)));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void answersThatAreNotStreamedTeachNoHedgeToHurry(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(1), "hello"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hedged"));
    for (double extraLoad : new double[] {0.05, 1}) {
      ResilientLlm llm =
          client(whole(vendor)).fallback(next).hedge(Hedge.extraLoad(extraLoad)).build();
      time.run(
          () -> {
            for (int i = 0; i < 60; i++) {
              assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("v/m");
            }
          });
    }
    assertThat(next.attempts()).as("hedges of 120 calls, each answered after 1 s of 3").isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void emptyAnswersTeachNoHedgeToHurry(Face face) throws Exception {
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v", time, n -> n < 60 ? EMPTY : answerAfter(Duration.ofSeconds(1), "hello"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hedged"));
    ResilientLlm llm =
        client(Target.of(vendor)).fallback(next).hedge(Hedge.extraLoad(0.05)).build();
    time.run(
        () -> {
          for (int i = 0; i < 61; i++) {
            face.call(llm, time);
          }
        });
    assertThat(next.attempts()).isZero();
  }

  // What a probe says

  @Test
  void aProbeIsJudgedAtItsFirstContentHoweverSlowlyItIsRead() throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of(
            "first", time, fail(ErrorKind.NETWORK), script().says("a").says("b").done());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = probed(first, next).build();
    time.run(
        () -> {
          llm.chat("q");
          time.pass(Duration.ofSeconds(10));
          try (ChatStream stream = llm.stream("q")) {
            Iterator<ChatEvent> events = stream.iterator();
            assertThat(events.next()).isEqualTo(new ChatEvent.TextDelta("a"));
            assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
            assertThat(llm.chat("q").answeredBy()).isEqualTo("first/m");
            time.pass(Duration.ofSeconds(5));
            assertThat(stream.response().text()).isEqualTo("ab");
          }
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aLongAnswerOfAProbeKeepsNobodyAway(Face face) throws Exception {
    Script longAnswer = script().says("a").after(Duration.ofSeconds(9)).says("b").done();
    ScriptedProvider first =
        ScriptedProvider.of("first", time, fail(ErrorKind.NETWORK), longAnswer, answer("back"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = probed(first, next).hedge(Hedge.extraLoad(0.1)).build();
    time.run(
        () -> {
          face.call(llm, time);
          time.pass(Duration.ofSeconds(10));
          time.execute(() -> assertThat(face.call(llm, time).text()).isEqualTo("ab"));
          time.pass(Duration.ofSeconds(1));
          assertThat(face.call(llm, time).text()).isEqualTo("back");
        });
  }

  @Test
  void aStreamThatIsLeftAfterItsFirstContentWasAProbeThatAnswered() throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of(
            "first", time, fail(ErrorKind.NETWORK), script().says("a").says("b").done());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = probed(first, next).build();
    time.run(
        () -> {
          llm.chat("q");
          time.pass(Duration.ofSeconds(10));
          try (ChatStream stream = llm.stream("q")) {
            stream.iterator().next();
          }
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
        });
  }

  @Test
  void aProbeThatBreaksOffAfterItsFirstContentIsOneFailureOfAClosedBreaker() throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of(
            "first",
            time,
            fail(ErrorKind.NETWORK),
            fail(ErrorKind.NETWORK),
            script().says("a").fails(ErrorKind.STREAM_TRUNCATED),
            answer("back"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = probed(first, next).breaker(Breaker.opensAfter(2, 4)).build();
    time.run(
        () -> {
          llm.chat("q");
          llm.chat("q");
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.OPEN);
          time.pass(Duration.ofSeconds(10));
          assertThat(Face.STREAM.call(llm, time).text()).isEqualTo("hello");
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
          assertThat(llm.chat(ChatRequest.of("q")).answeredBy()).isEqualTo("first/m");
        });
  }

  private ResilientLlm.Builder probed(ScriptedProvider first, ScriptedProvider next) {
    return VirtualClient.with(time, first, next)
        .retry(Retry.none())
        .breaker(Breaker.opensAfter(1, 4).withOpenFor(Duration.ofSeconds(10)));
  }

  private ResilientLlm.Builder client(Target first) {
    return ResilientLlm.with(first).time(time).executor(time).random(() -> 0.5);
  }

  private static Target whole(ScriptedProvider vendor) {
    return Target.of(vendor).withCapabilities(Capabilities.standard().withStreaming(false));
  }
}
