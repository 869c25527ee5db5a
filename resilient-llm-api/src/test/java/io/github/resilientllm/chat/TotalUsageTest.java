package io.github.resilientllm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a call has cost in all, as far as it can be known. */
class TotalUsageTest {

  @Test
  void theTokensOfAllAttemptsAreAdded() {
    ChatResponse response =
        response(
            attempt(ErrorKind.CONTENT_FILTERED, 200, Usage.of(5, 1)),
            attempt(null, 200, Usage.of(5, 7).withReasoning(3)));
    assertThat(response.totalUsage()).isEqualTo(Usage.of(10, 8));
    assertThat(response.usage()).isEqualTo(Usage.of(1, 1));
  }

  @Test
  void noSumIsNegative() {
    Usage absurd = Usage.of(Long.MAX_VALUE, 1);
    assertThat(absurd.plus(absurd)).isEqualTo(Usage.of(Long.MAX_VALUE, 2));
  }

  @Test
  void aRefusalAndATargetThatWasPassedOverCostNothing() {
    Attempt skipped =
        Attempt.builder("t", Attempt.Kind.SKIPPED).error(ErrorKind.CIRCUIT_OPEN).build();
    assertThat(
            response(
                    skipped,
                    attempt(ErrorKind.RATE_LIMITED, 429, Usage.unknown()),
                    attempt(null, 200, Usage.of(5, 7)))
                .totalUsage())
        .isEqualTo(Usage.of(5, 7));
  }

  @Test
  void whatATimeoutTookIsNotKnown() {
    assertThat(
            response(
                    attempt(ErrorKind.TIMEOUT, 0, Usage.unknown()),
                    attempt(null, 200, Usage.of(5, 7)))
                .totalUsage())
        .isEqualTo(Usage.unknown());
    assertThat(
            response(
                    attempt(ErrorKind.SERVER_ERROR, 500, Usage.unknown()),
                    attempt(null, 200, Usage.of(5, 7)))
                .totalUsage()
                .isUnknown())
        .isTrue();
  }

  @Test
  void aFailedCallTellsItToo() {
    Attempt filtered = attempt(ErrorKind.CONTENT_FILTERED, 200, Usage.of(5, 1));
    LlmException failure =
        new LlmException(
            ErrorKind.CONTENT_FILTERED, "filtered", List.of(filtered, filtered), "", null, null);
    assertThat(failure.totalUsage()).isEqualTo(Usage.of(10, 2));
    assertThat(new LlmException(ErrorKind.CANCELLED, "cancelled").totalUsage().isUnknown())
        .isTrue();
  }

  @Test
  void anAnswerWithoutAttemptsHasItsOwn() {
    assertThat(response().totalUsage()).isEqualTo(Usage.of(1, 1));
  }

  @Test
  void whatIsAbsentInOneIsAbsentInTheSum() {
    Usage all = Usage.of(1, 2).withTotal(3).withCachedInput(4).withCacheWrite(5).withReasoning(6);
    assertThat(all.plus(all))
        .isEqualTo(
            Usage.of(2, 4).withTotal(6).withCachedInput(8).withCacheWrite(10).withReasoning(12));
    assertThat(all.plus(Usage.of(1, 1))).isEqualTo(Usage.of(2, 3));
    assertThat(all.plus(Usage.unknown()).isUnknown()).isTrue();
  }

  private static ChatResponse response(Attempt... attempts) {
    return ChatResponse.builder().usage(Usage.of(1, 1)).answeredBy("t", List.of(attempts)).build();
  }

  private static Attempt attempt(@Nullable ErrorKind error, int status, Usage usage) {
    return Attempt.builder("t", Attempt.Kind.FIRST)
        .error(error)
        .answered(status, null)
        .usage(usage)
        .build();
  }
}
