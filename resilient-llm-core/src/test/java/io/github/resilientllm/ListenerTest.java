package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallEvent.AnswerFacts;
import io.github.resilientllm.chat.CallEvent.AttemptEnded;
import io.github.resilientllm.chat.CallEvent.AttemptStarted;
import io.github.resilientllm.chat.CallEvent.BreakerChanged;
import io.github.resilientllm.chat.CallEvent.CallEnded;
import io.github.resilientllm.chat.CallEvent.CallStarted;
import io.github.resilientllm.chat.CallEvent.FirstToken;
import io.github.resilientllm.chat.CallEvent.RetryScheduled;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners hear. */
class ListenerTest {
  private final VirtualTime time = new VirtualTime();
  private final List<CallEvent> heard = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallIsToldFromItsStartToItsEnd(Face face) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, sick, well).retry(Retry.upTo(2)).listener(heard::add).build();
    time.run(() -> face.call(llm, time));
    assertThat(heard).hasSize(face == Face.STREAM ? 10 : 9);
    heard.removeIf(event -> event instanceof FirstToken || event instanceof AttemptEnded);
    assertThat(heard)
        .containsExactly(
            CallStarted.of(1, face == Face.STREAM),
            AttemptStarted.of(1, "sick/m", Attempt.Kind.FIRST, 1),
            RetryScheduled.of(1, "sick/m", Duration.ofMillis(250), false),
            AttemptStarted.of(1, "sick/m", Attempt.Kind.RETRY, 2),
            AttemptStarted.of(1, "well/m", Attempt.Kind.FALLBACK, 3),
            CallEnded.answered(
                    1,
                    "well/m",
                    Duration.ofMillis(250),
                    AnswerFacts.of("", "", FinishReason.STOP, Usage.of(3, 5)))
                .withTotalUsage(Usage.unknown())); // what the sick one took, nobody knows
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallThatFailsIsToldWithTheReason(Face face) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.INVALID_REQUEST));
    ResilientLlm llm = VirtualClient.with(time, sick).listener(heard::add).build();
    time.run(() -> face.call(llm, time));
    assertThat(heard)
        .last()
        .isEqualTo(CallEnded.failed(1, Outcome.ERROR, ErrorKind.INVALID_REQUEST, Duration.ZERO));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whoListensToSeveralClientsIsToldWhosePolicyItIs(Face face) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    for (String policy : List.of("support", "background")) {
      ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
      ResilientLlm llm =
          VirtualClient.with(time, sick, well)
              .retry(Retry.upTo(2))
              .breaker(Breaker.opensAfter(1, 2))
              .policy(policy)
              .listener(heard::add)
              .build();
      time.run(() -> face.call(llm, time));
      assertThat(heard)
          .hasAtLeastOneElementOfType(BreakerChanged.class)
          .extracting(CallEvent::policy)
          .containsOnly(Optional.of(policy));
      heard.clear();
    }
  }

  @Test
  void aConversationsCallsBearItsId() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor).journal(new MemoryJournal()).listener(heard::add).build();
    time.run(() -> llm.conversation("ticket-4711").say("q"));
    assertThat(heard).first().isEqualTo(CallStarted.of(1, false).withConversation("ticket-4711"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theCallersTagsAreToldAndNotLogged(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.INVALID_REQUEST));
    ResilientLlm llm = VirtualClient.with(time, vendor).listener(heard::add).build();
    ChatRequest request = ChatRequest.builder().user("q").tag("tenant", "acme").build();
    List<RecordingLogger.Line> lines =
        RecordingLogger.record(() -> time.run(() -> face.call(llm, request, time)));
    assertThat(((CallStarted) heard.get(0)).tags()).isEqualTo(Map.of("tenant", "acme"));
    assertThat(((CallEnded) heard.get(heard.size() - 1)).tags())
        .isEqualTo(Map.of("tenant", "acme"));
    assertThat(heard.toString()).doesNotContain("acme");
    assertThat(lines.toString()).contains("Call failed").doesNotContain("acme");
  }

  @Test
  void aConversationsTagsAreKnownAtTheEnd() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor).journal(new MemoryJournal()).listener(heard::add).build();
    time.run(() -> llm.conversation("c").asking(each -> each.tag("feature", "desk")).say("q"));
    assertThat(heard)
        .last()
        .extracting(event -> ((CallEnded) event).tags())
        .isEqualTo(Map.of("feature", "desk"));
  }

  @Test
  void whatARefusedAnswerCostIsTold() throws Exception {
    Usage usage = Usage.of(7, 3);
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, script().says("no").done(Completion.of(FinishReason.CONTENT_FILTER, usage)));
    ResilientLlm llm = VirtualClient.with(time, vendor).listener(heard::add).build();
    time.run(() -> Face.BLOCKING.call(llm, time));
    assertThat(heard)
        .filteredOn(AttemptEnded.class::isInstance)
        .extracting(event -> ((AttemptEnded) event).attempt().usage())
        .containsExactly(usage);
  }

  @Test
  void aHedgeAndItsLoserAreTold() throws Exception {
    ScriptedProvider late = ScriptedProvider.of("late", time, hang());
    ScriptedProvider quick = ScriptedProvider.of("quick", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, late, quick)
            .hedge(Hedge.extraLoad(0.1).withInitialDelay(Duration.ofSeconds(1)))
            .listener(heard::add)
            .build();
    time.run(() -> llm.chat("q"));
    assertThat(heard)
        .contains(AttemptStarted.of(1, "quick/m", Attempt.Kind.HEDGE, 2))
        .contains(FirstToken.of(1, "quick/m", Duration.ZERO))
        .filteredOn(AttemptEnded.class::isInstance)
        .extracting(event -> ((AttemptEnded) event).attempt().error().orElse(null))
        .containsExactly(ErrorKind.CANCELLED, null);
  }

  @Test
  void aBreakersChangesAreTold() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, fail(ErrorKind.NETWORK), answer("hello"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor, next)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(1)))
            .listener(heard::add)
            .build();
    time.run(
        () -> {
          llm.chat("q");
          time.pass(Duration.ofSeconds(1));
          llm.chat("q");
        });
    assertThat(heard)
        .filteredOn(BreakerChanged.class::isInstance)
        .containsExactly(
            BreakerChanged.of("v/m", BreakerState.CLOSED, BreakerState.OPEN),
            BreakerChanged.of("v/m", BreakerState.OPEN, BreakerState.HALF_OPEN),
            BreakerChanged.of("v/m", BreakerState.HALF_OPEN, BreakerState.CLOSED));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aListenerThatThrowsDoesNotTouchTheCall(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, fail(ErrorKind.NETWORK), answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .listener(
                event -> {
                  throw new IllegalStateException("a guest misbehaves");
                })
            .build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
  }
}
