package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A rate limit that one call is told of: that call waits as told, the others are only slowed. */
class RateLimitSharedTest {
  private static final Duration TOLD = Duration.ofSeconds(5);

  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(Face.class)
  void theCallThatWasToldWaitsAsTold(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, fail(ErrorKind.RATE_LIMITED, TOLD), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(vendor.startedAtMillis().get(1)).isBetween(5000L, 6000L);
  }

  /** Ten calls a second; one of them is refused. Nobody else waits for what it was told. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 30})
  void oneUnluckyRefusalDoesNotStopTheOthers(int retryAfterSeconds) throws Exception {
    Duration told = Duration.ofSeconds(retryAfterSeconds);
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            time,
            n ->
                n == 100
                    ? fail(ErrorKind.RATE_LIMITED, told)
                    : answerAfter(Duration.ofMillis(50), "hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    List<Long> took = new ArrayList<>();
    List<LlmException> failed = new ArrayList<>();
    time.run(
        () -> {
          for (int i = 0; i < 200; i++) {
            time.pass(Duration.ofMillis(100));
            time.execute(
                () -> {
                  long start = time.nanos();
                  try {
                    ChatResponse unused = llm.chat(ChatRequest.of("q"));
                    took.add((time.nanos() - start) / 1_000_000);
                  } catch (LlmException e) {
                    failed.add(e);
                  }
                });
          }
        });
    assertThat(failed).isEmpty();
    long slow = took.stream().filter(millis -> millis > 1000).count();
    assertThat(slow).as("calls above 1 s, of 200: %s", took).isLessThanOrEqualTo(2);
    assertThat(took.stream().filter(millis -> millis > 200).count()).isLessThanOrEqualTo(40);
  }

  /** Other calls go through, and the one that was told still does not come before its time. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void whatOthersMayDoTheCallThatWasToldMayNot(Face face) throws Exception {
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v", time, n -> n == 20 ? fail(ErrorKind.RATE_LIMITED, TOLD) : answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    long[] told = new long[2];
    time.run(
        () -> {
          for (int i = 0; i < 20; i++) {
            face.call(llm, time);
            time.pass(Duration.ofMillis(100));
          }
          time.execute(
              () -> {
                told[0] = time.nanos();
                assertThat(face.call(llm, time).text()).isEqualTo("hello");
                told[1] = time.nanos();
              });
          for (int i = 0; i < 30; i++) {
            time.pass(Duration.ofMillis(100));
            assertThat(face.call(llm, time).text()).isEqualTo("hello");
          }
          assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(7));
          assertThat(told[1]).isZero();
        });
    assertThat(told[1] - told[0]).isGreaterThanOrEqualTo(TOLD.toNanos());
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void withAnotherTargetAtHandAWaitOfThreeSecondsIsTaken(Face face) throws Exception {
    ScriptedProvider limited =
        ScriptedProvider.of(
            "limited", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(2)), answer("hello"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("next"));
    ResilientLlm llm = VirtualClient.with(time, limited, next).build();
    time.run(() -> assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("limited/m"));
    assertThat(limited.startedAtMillis().get(1)).isBetween(2000L, 3000L);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void withAnotherTargetAtHandALongerWaitIsNotTakenAndNobodyElseIsSentAway(Face face)
      throws Exception {
    ScriptedProvider limited =
        new ScriptedProvider(
            "limited",
            time,
            n -> n == 50 ? fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(30)) : answer("hello"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("next"));
    ResilientLlm llm = VirtualClient.with(time, limited, next).build();
    time.run(
        () -> {
          for (int i = 0; i < 50; i++) {
            face.call(llm, time);
            time.pass(Duration.ofMillis(100));
          }
          Duration before = time.elapsed();
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("next/m");
          assertThat(time.elapsed()).isEqualTo(before);
          int stayed = 0;
          for (int i = 0; i < 50; i++) {
            time.pass(Duration.ofMillis(100));
            stayed += face.call(llm, time).response().answeredBy().equals("limited/m") ? 1 : 0;
          }
          assertThat(stayed).as("of 50 calls in the 5 s after it").isGreaterThanOrEqualTo(40);
        });
  }
}
