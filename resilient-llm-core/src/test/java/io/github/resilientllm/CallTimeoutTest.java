package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.hang;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request may ask for less time than its client allows. */
class CallTimeoutTest {
  private final VirtualTime time = new VirtualTime();

  private static ChatRequest within(Duration timeout) {
    return ChatRequest.builder().user("q").timeout(timeout).build();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallEndsByTheTimeOfItsRequest(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ResilientLlm llm = VirtualClient.with(time, silent).deadline(Duration.ofMinutes(2)).build();
    time.run(
        () -> {
          LlmException failure = face.call(llm, within(Duration.ofSeconds(4)), time).error();
          assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(4));
          assertThat(failure.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED);
        });
    assertThat(silent.open()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theOtherClocksShrinkWithItSoThatThereIsTimeForTheNextTarget(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, silent, next)
            .retry(Retry.none())
            .timeouts(Timeouts.deadline(Duration.ofSeconds(60)).withAttempt(Duration.ofSeconds(30)))
            .build();
    time.run(
        () -> {
          assertThat(face.call(llm, within(Duration.ofSeconds(6)), time).text()).isEqualTo("hello");
          // half of the 6 seconds for an attempt, as 30 are of 60, and a tenth for a first token
          Duration first = face == Face.STREAM ? Duration.ofMillis(600) : Duration.ofSeconds(3);
          assertThat(time.elapsed()).isEqualTo(first);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTurnOfAConversationKeepsToItToo(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ResilientLlm llm =
        VirtualClient.with(time, silent)
            .deadline(Duration.ofMinutes(2))
            .journal(new MemoryJournal())
            .build();
    Conversation chat =
        llm.conversation("c").asking(request -> request.timeout(Duration.ofSeconds(4)));
    time.run(
        () -> {
          LlmException failure = Talk.say(face, chat, "q", time).error();
          assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(4));
          assertThat(failure.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallGetsNoMoreThanItsClientAllows(Face face) throws Exception {
    ScriptedProvider slow =
        ScriptedProvider.of("slow", time, answerAfter(Duration.ofSeconds(5), "late"));
    ResilientLlm llm =
        VirtualClient.with(time, slow).retry(Retry.none()).deadline(Duration.ofSeconds(4)).build();
    time.run(
        () -> {
          LlmException failure = face.call(llm, within(Duration.ofMinutes(1)), time).error();
          assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(4));
          assertThat(failure.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED);
        });
  }

  @Test
  void noTimeAtAllIsRefused() {
    assertThatThrownBy(() -> within(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout is more than zero, not PT0S");
  }

  @Test
  void aCopyOfTheRequestKeepsIt() {
    assertThat(within(Duration.ofSeconds(4)).toBuilder().build().timeout())
        .contains(Duration.ofSeconds(4));
  }
}
