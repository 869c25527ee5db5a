package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several keys or deployments of one model. */
class TargetGroupTest {
  private static final Script NEVER = answer("not to be asked");

  private final VirtualTime time = new VirtualTime();
  private final List<ScriptedProvider> vendors = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aDeadKeyIsLeftAtOnceAndAskedLastForMinutes(Face face) throws Exception {
    TargetGroup group =
        group(member("dead", fail(ErrorKind.UNAUTHORIZED)), member("live", answer("hello")));
    ResilientLlm llm = client(group).build();
    time.run(
        () -> {
          Face.End first = face.call(llm, time);
          assertThat(first.response().answeredBy()).isEqualTo("gpt/live");
          assertThat(first.response().attempts()).hasSize(2);
          Face.End second = face.call(llm, time);
          assertThat(second.response().attempts()).hasSize(1); // not even skipped
          assertThat(time.elapsed()).isZero();
          assertThat(llm.breakers())
              .containsExactly(
                  Map.entry("gpt/dead", BreakerState.OPEN),
                  Map.entry("gpt/live", BreakerState.CLOSED));
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aLimitedMemberIsAskedLastUntilItsDelayIsOver(Face face) throws Exception {
    TargetGroup group =
        group(
            member("a", fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(1)), answer("again")),
            member("b", answer("hello")));
    ResilientLlm llm = client(group).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
          assertThat(face.call(llm, time).response().attempts()).hasSize(1);
          assertThat(time.elapsed()).isZero(); // although patience would wait for it
          time.pass(Duration.ofSeconds(1));
          assertThat(face.call(llm, time).text()).isEqualTo("again");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aServerErrorIsRetriedWithTheNextMemberWithoutAWaitAndPaidFromOneBudget(Face face)
      throws Exception {
    TargetGroup group =
        group(
            member("a", fail(ErrorKind.SERVER_ERROR)),
            member("b", fail(ErrorKind.SERVER_ERROR)),
            member("c", answer("hello")));
    ResilientLlm llm =
        client(group)
            .budget(Budget.standard().withCapacity(2).withRefill(0))
            .retry(Retry.upTo(3))
            .build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.response().attempts())
              .extracting(Attempt::target)
              .containsExactly("gpt/a", "gpt/b", "gpt/c");
          assertThat(time.elapsed()).isZero();
          // the winner's token came back, for one more step
          LlmException failure = face.call(llm, time).error();
          assertThat(failure.attempts()).hasSize(2);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRetryWithTheNextMemberThatSucceedsGivesBackWhatItCost(Face face) throws Exception {
    TargetGroup group =
        group(member("a", fail(ErrorKind.SERVER_ERROR)), member("b", answer("hello")));
    ResilientLlm llm = client(group).budget(Budget.likeAws()).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(llm.engine().targets().get(0).budget().tokens()).isEqualTo(500);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theNextTargetFollowsOnTheGroup(Face face) throws Exception {
    TargetGroup group =
        group(member("a", fail(ErrorKind.QUOTA_EXHAUSTED)), member("b", fail(ErrorKind.FORBIDDEN)));
    ScriptedProvider other = ScriptedProvider.of("other", time, answer("hello"));
    ResilientLlm llm = client(group).fallback(other).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("other/m");
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
        });
    assertThat(vendors.get(0).attempts() + vendors.get(1).attempts()).isEqualTo(2);
  }

  @Test
  void nobodyWaitsForAFullMemberWhileAnotherHasAPlace() throws Exception {
    Script slow = answerAfter(Duration.ofSeconds(5), "hello");
    TargetGroup group = group(member("a", slow), member("b", slow));
    ResilientLlm llm = client(group).concurrency(Concurrency.atMost(1)).build();
    time.run(
        () -> {
          for (int i = 0; i < 3; i++) {
            time.execute(() -> Face.BLOCKING.call(llm, time));
            time.pass(Duration.ofSeconds(1));
          }
        });
    assertThat(vendors.get(0).startedAtMillis()).containsExactly(0L, 5000L);
    assertThat(vendors.get(1).startedAtMillis()).containsExactly(1000L);
    assertThat(llm.engine().targets()).allMatch(target -> target.standing().freePlaces() == 1);
  }

  @Test
  void whoIsAdmittedAtOneFullMemberHoldsNoPlaceInTheQueueOfAnother() throws Exception {
    TargetGroup group =
        group(
            member(
                "a",
                answerAfter(Duration.ofSeconds(2), "hello"),
                answerAfter(Duration.ofSeconds(8), "slow")),
            member("b", answerAfter(Duration.ofSeconds(3), "hello")));
    ResilientLlm llm = client(group).concurrency(Concurrency.atMost(1)).build();
    time.run(
        () -> {
          for (int pause : new int[] {100, 100, 3800, 10_000}) {
            time.execute(() -> Face.BLOCKING.call(llm, time));
            time.pass(Duration.ofMillis(pause));
          }
        });
    assertThat(vendors.get(0).startedAtMillis()).containsExactly(0L, 2000L);
    assertThat(vendors.get(1).startedAtMillis()).containsExactly(100L, 4000L);
  }

  @Test
  void theLeastBusyMemberIsAskedFirst() throws Exception {
    Script slow = answerAfter(Duration.ofSeconds(5), "hello");
    TargetGroup group = group(member("a", slow), member("b", slow), member("c", slow));
    ResilientLlm llm = client(group.leastBusy()).build();
    time.run(
        () -> {
          for (int i = 0; i < 6; i++) {
            time.execute(() -> Face.BLOCKING.call(llm, time));
            time.pass(Duration.ofMillis(10));
          }
        });
    assertThat(vendors).allMatch(vendor -> vendor.attempts() == 2 && vendor.mostOpen() == 2);
    assertThat(llm.engine().targets()).allMatch(target -> target.standing().inFlight() == 0);
  }

  @Test
  void membersAreAskedByTheirWeights() throws Exception {
    TargetGroup group = group(member("a", answer("hello")), member("b", answer("hello")));
    Random random = new Random(7);
    ResilientLlm llm = client(group.weighted(9, 1)).random(random::nextDouble).build();
    time.run(
        () -> {
          for (int i = 0; i < 1000; i++) {
            Face.BLOCKING.call(llm, time);
          }
        });
    assertThat(vendors.get(1).attempts()).isBetween(70, 130);
  }

  @Test
  void theBoundOnAGroupsAttemptsIsInThePlanAndHolds() throws Exception {
    TargetGroup group =
        group(
            member("a", fail(ErrorKind.RATE_LIMITED)),
            member("b", fail(ErrorKind.RATE_LIMITED)),
            member("c", fail(ErrorKind.RATE_LIMITED)));
    ResilientLlm llm = client(group).retry(Retry.upTo(3)).build();
    assertThat(llm.plan().maxAttempts()).isEqualTo(5);
    assertThat(llm.plan().targets()).containsExactly("gpt/a", "gpt/b", "gpt/c");
    time.run(() -> assertThat(Face.BLOCKING.call(llm, time).error().attempts()).hasSize(5));
  }

  @Test
  void aCheckAndADrillNameEveryMember() throws Exception {
    TargetGroup group =
        group(member("a", answer("hello")), member("b", fail(ErrorKind.UNAUTHORIZED)));
    ResilientLlm llm = client(group).build();
    ChatRequest request = ChatRequest.of("q");
    time.run(
        () -> {
          assertThat(llm.check(request))
              .extracting(Readiness::target)
              .containsExactly("gpt/a", "gpt/b");
          assertThat(llm.drill(request)).extracting(Readiness::ready).containsExactly(true, false);
        });
  }

  @Test
  void whatMakesNoGroupIsRefusedWithTheReason() {
    Target a = member("a", NEVER);
    refused(() -> TargetGroup.of("gpt", a, a), "\"a\"", "named(");
    refused(() -> TargetGroup.of("gpt"), "1 to 100 members");
    refused(() -> TargetGroup.of(" ", a), "blank");
    refused(() -> group(a).weighted(1, 2), "each of its 1 members, not 2");
    refused(() -> group(a).weighted(0), "not 0");
    refused(() -> client(group(a)).fallback(group(a)).build(), "Two targets are named \"gpt/a\"");
  }

  private static void refused(ThrowingCallable settings, String... said) {
    assertThatIllegalArgumentException()
        .isThrownBy(settings)
        .satisfies(e -> assertThat(e.getMessage()).contains(said));
  }

  private Target member(String name, Script... scripts) {
    ScriptedProvider vendor = ScriptedProvider.of(name, time, scripts);
    vendors.add(vendor);
    return Target.of(vendor).named(name);
  }

  private static TargetGroup group(Target... members) {
    return TargetGroup.of("gpt", members);
  }

  private ResilientLlm.Builder client(TargetGroup group) {
    return ResilientLlm.with(group).time(time).executor(time).random(() -> 0.5);
  }
}
