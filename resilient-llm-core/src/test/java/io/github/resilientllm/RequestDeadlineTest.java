package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a short deadline does, one of a request and one of a client. */
class RequestDeadlineTest {
  private final VirtualTime time = new VirtualTime();

  private static ChatRequest within(int millis) {
    return ChatRequest.builder().user("q").timeout(Duration.ofMillis(millis)).build();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTimeThatNanosecondsCannotHoldIsLongerThanTheClients(Face face) throws Exception {
    ResilientLlm llm = VirtualClient.with(time, ScriptedProvider.of("v", time, hang())).build();
    ChatRequest patient =
        ChatRequest.builder().user("q").timeout(Duration.ofSeconds(Long.MAX_VALUE)).build();
    time.run(
        () ->
            assertThat(face.call(llm, patient, time).error().kind())
                .isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED));
    assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofMinutes(2));
  }

  // One of a request

  @ParameterizedTest
  @EnumSource(Face.class)
  void requestsInAHurryDoNotOpenTheBreakerForEverybody(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofMillis(150), "hello"));
    for (Hedge hedge : new Hedge[] {Hedge.none(), Hedge.extraLoad(0.1)}) {
      ResilientLlm llm =
          VirtualClient.with(time, vendor).hedge(hedge).breaker(Breaker.opensAfter(2, 4)).build();
      time.run(
          () -> {
            for (int i = 0; i < 20; i++) {
              face.call(llm, within(200), time);
            }
            assertThat(llm.breakers()).containsEntry("v/m", BreakerState.CLOSED);
            assertThat(llm.targets().get(0).failures()).isZero();
            assertThat(face.call(llm, time).text()).isEqualTo("hello");
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void noClockThatARequestShortenedCountsAgainstTheVendor(Face face) throws Exception {
    for (Script late :
        new Script[] {
          hang(),
          script().says("half").stalls(),
          script().says("a").after(Duration.ofSeconds(3)).says("b").done()
        }) {
      ScriptedProvider vendor = ScriptedProvider.of("v", time, late);
      ResilientLlm llm =
          VirtualClient.with(time, vendor)
              .retry(Retry.none())
              .breaker(Breaker.opensAfter(1, 4))
              .build();
      time.run(
          () -> {
            assertThat(face.call(llm, within(2000), time).error()).isNotNull();
            assertThat(llm.breakers()).containsEntry("v/m", BreakerState.CLOSED);
            assertThat(llm.targets().get(0).failures()).isZero();
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aProbeThatOnlyARequestsHurryEndedGivesItsSlotBack(Face face) throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of("first", time, fail(ErrorKind.NETWORK), hang(), answer("back"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, first, next)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(10)))
            .build();
    time.run(
        () -> {
          face.call(llm, time);
          time.pass(Duration.ofSeconds(10));
          face.call(llm, within(200), time);
          assertThat(llm.breakers()).doesNotContainEntry("first/m", BreakerState.CLOSED);
          assertThat(face.call(llm, time).text()).isEqualTo("back");
        });
  }

  /** The other side: what the client's own clocks end does count. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void theClientsOwnClocksCount(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, hang());
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 4))
            .deadline(Duration.ofSeconds(10))
            .build();
    time.run(
        () -> {
          assertThat(face.call(llm, within(60_000), time).error().kind())
              .isEqualTo(ErrorKind.TIMEOUT);
          assertThat(llm.breakers()).containsEntry("v/m", BreakerState.OPEN);
        });
  }

  // One of a client

  @ParameterizedTest
  @ValueSource(ints = {400, 100, 20, 1})
  void aShortDeadlineAloneContradictsNothing(int millis) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).deadline(Duration.ofMillis(millis)).build();
    time.run(() -> assertThat(llm.chat("q").text()).isEqualTo("hello"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRetryFitsIntoAShortDeadline(Face face) throws Exception {
    for (ErrorKind kind : new ErrorKind[] {ErrorKind.NETWORK, ErrorKind.RATE_LIMITED}) {
      ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(kind), answer("hello"));
      ResilientLlm llm = VirtualClient.with(time, vendor).deadline(Duration.ofMillis(400)).build();
      time.run(
          () -> {
            Duration before = time.elapsed();
            assertThat(face.call(llm, time).text()).isEqualTo("hello");
            assertThat(time.elapsed().minus(before)).isLessThan(Duration.ofMillis(400));
          });
    }
  }

  @Test
  void aHedgeOfWhichOnlyTheShareIsSetFollowsAShortDeadline() throws Exception {
    ScriptedProvider late = ScriptedProvider.of("late", time, hang());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, late, next)
            .hedge(Hedge.extraLoad(0.1))
            .deadline(Duration.ofSeconds(2))
            .build();
    time.run(
        () -> {
          assertThat(llm.chat("q").answeredBy()).isEqualTo("next/m");
          assertThat(time.elapsed()).isLessThan(Duration.ofMillis(500)); // before it timed out
        });
  }

  @Test
  void whatIsSetToContradictIsStillRefused() {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(
            () ->
                VirtualClient.with(time, vendor)
                    .retry(Retry.upTo(3).withDelay(second, second))
                    .timeouts(Timeouts.deadline(Duration.ofMillis(400)))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT1S")
        .hasMessageContaining("PT0.4S");
  }
}
