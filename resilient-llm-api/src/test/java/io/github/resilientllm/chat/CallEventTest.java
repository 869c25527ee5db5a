package io.github.resilientllm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Events are values, and nothing in them is null. */
class CallEventTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static List<Object> all() {
    CallEvent.AnswerFacts facts =
        CallEvent.AnswerFacts.of("id", "model", FinishReason.STOP, Usage.of(1, 2));
    CallEvent.CallStarted started = CallEvent.CallStarted.of(1, true);
    CallEvent.CallEnded answered = CallEvent.CallEnded.answered(1, "t", SECOND, facts);
    return List.of(
        facts,
        CallEvent.AnswerFacts.of("other", "model", FinishReason.STOP, Usage.of(1, 2)),
        started,
        CallEvent.CallStarted.of(2, true),
        CallEvent.CallStarted.of(1, false),
        started.withConversation("c"),
        started.withTags(Map.of("tenant", "acme")),
        CallEvent.AttemptStarted.of(1, "t", Attempt.Kind.FIRST, 1),
        CallEvent.AttemptStarted.of(1, "t", Attempt.Kind.RETRY, 2),
        CallEvent.FirstToken.of(1, "t", SECOND),
        CallEvent.RetryScheduled.of(1, "t", SECOND, true),
        CallEvent.RetryScheduled.of(1, "t", SECOND, false),
        CallEvent.JournalFailed.of(1, "the disk is full"),
        CallEvent.BreakerChanged.of("t", BreakerState.CLOSED, BreakerState.OPEN),
        CallEvent.BreakerChanged.of("t", BreakerState.OPEN, BreakerState.CLOSED),
        answered,
        answered.withTotalUsage(Usage.unknown()),
        answered.withTags(Map.of("tenant", "acme")),
        CallEvent.CallEnded.failed(1, Outcome.ERROR, ErrorKind.TIMEOUT, SECOND));
  }

  @Test
  void eachEventSaysWhosePolicyItIsAndIsTheSameOtherwise() {
    List<CallEvent> events =
        all().stream().filter(CallEvent.class::isInstance).map(CallEvent.class::cast).toList();
    for (CallEvent event : events) {
      CallEvent told = event.withPolicy("support");
      assertThat(event.policy()).isEmpty();
      assertThat(told.policy()).contains("support");
      assertThat(told).isNotEqualTo(event).hasSameClassAs(event);
      assertThat(told.toString()).contains("support");
    }
  }

  @Test
  void eachEventIsComparedAndShown() {
    assertThat(all()).isEqualTo(all()).doesNotHaveDuplicates();
    assertThat(all().stream().map(Object::hashCode))
        .isEqualTo(all().stream().map(Object::hashCode).toList());
    assertThat(all().stream().map(Object::toString)).doesNotHaveDuplicates();
    assertThat(all().toString()).doesNotContain("acme");
  }

  @Test
  void whatThereIsNotIsEmpty() {
    CallEvent.CallEnded failed =
        CallEvent.CallEnded.failed(1, Outcome.ERROR, ErrorKind.TIMEOUT, SECOND);
    assertThat(failed.answer()).isEmpty();
    assertThat(failed.answeredBy()).isEmpty();
    assertThat(failed.error()).contains(ErrorKind.TIMEOUT);
    assertThat(failed.totalUsage()).isEqualTo(Usage.unknown());
    assertThat(CallEvent.CallStarted.of(1, true).conversation()).isEmpty();
  }
}
