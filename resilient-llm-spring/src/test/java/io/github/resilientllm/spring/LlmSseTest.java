package io.github.resilientllm.spring;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import reactor.core.publisher.Flux;

/** Answers as a browser hears them. */
class LlmSseTest {
  private final ObjectMapper json = new ObjectMapper();

  private static ResilientLlm llm(Script first) {
    return ResilientLlm.with(ScriptedProvider.of("gpt", Time.system(), first))
        .fallback(ScriptedProvider.of("claude", Time.system(), answer(" goes on.")))
        .retry(Retry.none())
        .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE))
        .build();
  }

  private static List<LlmAnswerEvent> heard(ChatStream stream) {
    List<LlmAnswerEvent> heard = new ArrayList<>();
    try (stream) {
      for (ChatEvent event : stream) {
        LlmAnswerEvent.of(event).ifPresent(heard::add);
      }
    }
    return heard;
  }

  @Test
  void textsASeamAndTheEnd() throws Exception {
    Script breaksOff = script().says("The answer").fails(ErrorKind.STREAM_TRUNCATED);
    List<LlmAnswerEvent> heard = heard(llm(breaksOff).stream("Why?"));
    assertThat(heard).extracting(LlmAnswerEvent::name).contains("text", "seam", "done");
    assertThat(heard)
        .contains(new LlmAnswerEvent.Seam("claude/m", ErrorKind.STREAM_TRUNCATED, true));
    LlmAnswerEvent.Done done = (LlmAnswerEvent.Done) heard.get(heard.size() - 1);
    assertThat(done.attempts()).hasSize(2);
    assertThat(done.attempts().get(0).error()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
    assertThat(done.attempts().get(0).firstToken()).isNotNull();
    assertThat(json.writeValueAsString(heard.get(0))).isEqualTo("{\"text\":\"The answer\"}");
    assertThat(heard.toString()).doesNotContain("The answer");
  }

  @Test
  void aFailureIsTheLastEventAlsoOfAFlux() {
    LlmException failure =
        catchThrowableOfType(
            LlmException.class,
            () ->
                ResilientLlm.with(
                        ScriptedProvider.of("gpt", Time.system(), fail(ErrorKind.OVERLOADED)))
                    .retry(Retry.none())
                    .build()
                    .chat("Why?"));
    List<ServerSentEvent<LlmAnswerEvent>> events =
        LlmSseFlux.of(
                Flux.<ChatEvent>just(new ChatEvent.TextDelta("Hm")).concatWith(Flux.error(failure)))
            .collectList()
            .block();
    assertThat(events).extracting(ServerSentEvent::event).containsExactly("text", "failed");
    assertThat(events.get(1).data())
        .isEqualTo(
            new LlmAnswerEvent.Failed(
                ErrorKind.OVERLOADED,
                ((LlmAnswerEvent.Failed) LlmAnswerEvent.of(failure)).attempts()));
  }

  @Test
  void noMoreAtOnceThanSaid() {
    List<Runnable> waiting = new ArrayList<>();
    try (LlmSse answers = new LlmSse(waiting::add, 1)) {
      ChatResponse whole = ChatResponse.of("x");
      SseEmitter unused = answers.send(ChatStream.of(() -> whole));
      LlmException refused =
          catchThrowableOfType(LlmException.class, () -> answers.send(ChatStream.of(() -> whole)));
      assertThat(refused.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
      assertThat(new LlmProblemAdvice().problem(refused).getStatusCode().value()).isEqualTo(429);
      waiting.forEach(Runnable::run);
      assertThat(answers.send(ChatStream.of(() -> whole))).isNotNull();
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new LlmSse(Runnable::run, 0));
  }

  @Test
  void anExecutorThatIsFullIsToldAsSuchAndFreesItsPlace() {
    try (LlmSse answers =
        new LlmSse(
            work -> {
              throw new RejectedExecutionException("full");
            },
            1)) {
      for (int i = 0; i < 2; i++) {
        LlmException refused =
            catchThrowableOfType(
                LlmException.class, () -> answers.send(ChatStream.of(() -> ChatResponse.of("x"))));
        assertThat(refused).hasCauseInstanceOf(RejectedExecutionException.class);
      }
    }
  }
}
