package io.github.resilientllm.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** What an HTTP client is told whose model call has failed. */
class LlmProblemAdviceTest {
  private final LlmProblemAdvice advice = new LlmProblemAdvice();

  @ParameterizedTest
  @CsvSource({
    "RATE_LIMITED, 429",
    "LIMIT_EXCEEDED, 429",
    "OVERLOADED, 503",
    "UNAUTHORIZED, 503",
    "CIRCUIT_OPEN, 503",
    "CONVERSATION_BUSY, 409",
    "DEADLINE_EXCEEDED, 504",
    "TIMEOUT, 504",
    "INVALID_REQUEST, 400",
    "NOT_FOR_THIS_TARGET, 422",
    "CONTEXT_TOO_LONG, 413",
    "MALFORMED_RESPONSE, 502"
  })
  void theStatusSaysWhoCanDoSomething(ErrorKind kind, int status) {
    assertThat(advice.problem(new LlmException(kind, "hush")).getStatusCode().value())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void everyKindIsAProblemThatShowsNothingOfTheCall(ErrorKind kind) {
    ResponseEntity<ProblemDetail> answer = advice.problem(new LlmException(kind, "hush"));
    assertThat(answer.getStatusCode().isError()).isTrue();
    ProblemDetail problem = Objects.requireNonNull(answer.getBody());
    assertThat(problem.getDetail()).isNotBlank();
    assertThat(problem.getProperties()).containsEntry("kind", kind.name().toLowerCase(Locale.ROOT));
    assertThat(answer.toString()).doesNotContain("hush");
  }

  @Test
  void theVendorsDelayIsPassedOnInWholeSeconds() {
    ResilientLlm llm =
        ResilientLlm.with(
                ScriptedProvider.of(
                    "v",
                    Time.system(),
                    Script.fail(ErrorKind.RATE_LIMITED, Duration.ofMillis(90_500))))
            .retry(Retry.none())
            .build();
    LlmException failed = failureOf(llm);
    assertThat(advice.problem(failed).getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
        .isEqualTo("91");
  }

  private static LlmException failureOf(ResilientLlm llm) {
    try {
      String text = llm.chat("q").text();
      throw new AssertionError("answered " + text);
    } catch (LlmException e) {
      return e;
    }
  }
}
