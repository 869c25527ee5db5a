package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.Target;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Fallback.ContextTooLong;
import io.github.resilientllm.policy.Fallback.MidStream;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Retry.Jitter;
import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PolicyPropertiesTest {
  private static final List<String> TARGETS = List.of("gpt", "claude");

  @Test
  void withoutPropertiesEverythingIsAsTheLibraryHasIt() {
    assertThat(settings())
        .isEqualTo(Map.of("default", PolicySettings.standard(TARGETS, Fallback.standard())));
  }

  @Test
  void everyValueOfEveryPolicyCanBeSet() {
    PolicySettings all =
        settings(
                "targets=claude",
                "timeout=60s",
                "attempt-timeout=25s",
                "first-token-timeout=8s",
                "thinking-timeout=20s",
                "stall-timeout=PT5S",
                "retry.max-attempts=5",
                "retry.base-delay=200ms",
                "retry.throttled-delay=2s",
                "retry.max-delay=4s",
                "retry.jitter=decorrelated",
                "retry.max-server-delay=20s",
                "retry.retries-unauthorized=true",
                "hedge.extra-load=0.05",
                "hedge.initial-delay=2s",
                "hedge.max-hedges=2",
                "hedge.same-target=true",
                "circuit-breaker.window=30",
                "circuit-breaker.failures=7",
                "circuit-breaker.open-for=15s",
                "circuit-breaker.locked-for=10m",
                "circuit-breaker.slow-after=3s",
                "circuit-breaker.ejects-last-target=true",
                "concurrency.limit=32",
                "concurrency.max-waiting=5",
                "concurrency.max-wait=1s",
                "rate-limit.permits=600",
                "rate-limit.period=1m",
                "rate-limit.burst=3",
                "rate-limit.max-wait=2s",
                "rate-limit.obeys-vendor=false",
                "budget.capacity=30",
                "budget.retry-cost=2",
                "budget.timeout-cost=3",
                "budget.throttled-cost=4",
                "budget.failure-cost=0.5",
                "budget.refill=0.1",
                "budget.reserve=1",
                "budget.refund=3",
                "fallback.patience=0s",
                "fallback.on-content-filter=true",
                "fallback.refusals-final=true",
                "fallback.on-context-too-long=any",
                "fallback.mid-stream=continue",
                "conversations.max-messages=50",
                "conversations.max-tokens=8000",
                "conversations.trims-for-smaller-target=false",
                "conversations.when-journal-fails=go-on-undurable",
                "conversations.turn-patience=3s",
                "conversations.max-tool-rounds=40",
                "conversations.journal-patience=4s",
                "conversations.memory=8MB")
            .get("default");

    assertThat(all.targets()).containsExactly("claude");
    assertThat(all.timeouts())
        .isEqualTo(
            Timeouts.deadline(s(60))
                .withAttempt(s(25))
                .withFirstToken(s(8))
                .withThinking(s(20))
                .withStall(s(5)));
    assertThat(all.retry())
        .isEqualTo(
            Retry.upTo(5)
                .withDelay(Duration.ofMillis(200), s(4))
                .withThrottledDelay(s(2))
                .withJitter(Jitter.DECORRELATED)
                .withMaxServerDelay(s(20))
                .withUnauthorizedRetried());
    assertThat(all.hedge())
        .isEqualTo(Hedge.extraLoad(0.05).withInitialDelay(s(2)).withMaxHedges(2).onSameTarget());
    assertThat(all.breaker())
        .isEqualTo(
            Breaker.opensAfter(7, 30)
                .withOpenFor(s(15))
                .withLockedFor(s(600))
                .withSlowAfter(s(3))
                .ejectingLastTarget());
    assertThat(all.concurrency()).isEqualTo(Concurrency.atMost(32).withWaiting(5, s(1)));
    assertThat(all.rateLimit())
        .isEqualTo(RateLimit.of(600, s(60)).withBurst(3).withMaxWait(s(2)).ignoringVendor());
    assertThat(all.budget())
        .isEqualTo(
            Budget.standard()
                .withCapacity(30)
                .withCosts(2, 3, 4)
                .withFailureCost(0.5)
                .withRefill(0.1)
                .withReserve(1)
                .withRefund(3));
    assertThat(all.fallback())
        .isEqualTo(
            Fallback.standard()
                .withPatience(s(0))
                .withContentFilterTried()
                .withRefusalsFinal()
                .withContextTooLong(ContextTooLong.ANY)
                .withMidStream(MidStream.CONTINUE));
    assertThat(all.conversations().window()).isEqualTo(new Window(50, 8000));
    assertThat(all.conversations().trimsForSmallerTarget()).isFalse();
    assertThat(all.conversations().whenJournalFails()).isEqualTo(WhenJournalFails.GO_ON_UNDURABLE);
    assertThat(all.conversations().turnPatience()).isEqualTo(s(3));
    assertThat(all.conversations().maxToolRounds()).isEqualTo(40);
    assertThat(all.conversations().journalPatience()).isEqualTo(s(4));
    assertThat(all.conversations().memoryBytes()).isEqualTo(8 << 20);
  }

  @Test
  void whatIsNotSetIsTheLibrarysDefault() {
    PolicySettings some =
        settings(
                "timeout=30s",
                "retry.max-attempts=2",
                "concurrency.limit=8",
                "rate-limit.permits=60",
                "circuit-breaker.failures=5")
            .get("default");

    assertThat(some.targets()).isEqualTo(TARGETS);
    assertThat(some.timeouts()).isEqualTo(Timeouts.deadline(s(30)));
    assertThat(some.retry()).isEqualTo(Retry.upTo(2));
    assertThat(some.concurrency()).isEqualTo(Concurrency.atMost(8));
    assertThat(some.rateLimit()).isEqualTo(RateLimit.of(60, Duration.ofMinutes(1)));
    assertThat(some.breaker()).isEqualTo(Breaker.opensAfter(5, 20));
  }

  @Test
  void aPolicyChangesOfItsBaseOnlyWhatItSets() {
    Map<String, PolicySettings> all =
        settings(
            "timeout=60s",
            "retry.max-attempts=5",
            "retry.max-delay=4s",
            "targets=gpt",
            "support.base-policy=default",
            "support.retry.max-attempts=1",
            "night.base-policy=support",
            "night.targets=claude");

    PolicySettings base = all.get("default");
    assertThat(all.get("support").retry())
        .isEqualTo(Retry.none().withDelay(Duration.ofMillis(500), s(4)));
    assertThat(all.get("support").timeouts()).isEqualTo(base.timeouts());
    assertThat(all.get("support").targets()).containsExactly("gpt");
    assertThat(all.get("night").retry()).isEqualTo(all.get("support").retry());
    assertThat(all.get("night").targets()).containsExactly("claude");
  }

  @Test
  void whatIsSwitchedOffInTheBaseComesBackWithItsDefaults() {
    Map<String, PolicySettings> all =
        settings(
            "circuit-breaker.enabled=false",
            "budget.enabled=false",
            "targets=gpt",
            "on.base-policy=default",
            "on.targets=claude",
            "on.circuit-breaker.enabled=true",
            "on.budget.enabled=true");

    assertThat(all.get("default").breaker()).isEqualTo(Breaker.none());
    assertThat(all.get("default").budget()).isEqualTo(Budget.unlimited());
    assertThat(all.get("on").breaker()).isEqualTo(Breaker.standard());
    assertThat(all.get("on").budget()).isEqualTo(Budget.standard());
  }

  private static Duration s(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** What properties of policies say; without a policy's name they are the default's. */
  private static Map<String, PolicySettings> settings(String... properties) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String property : properties) {
      String[] pair = property.split("=", 2);
      String policy = pair[0].matches("(support|night|on)\\..*") ? "" : "default.";
      map.put("resilient-llm.policies." + policy + pair[0], pair[1]);
    }
    Map<String, PolicyProperties> bound =
        new Binder(new MapConfigurationPropertySource(map))
            .bind("resilient-llm.policies", Bindable.mapOf(String.class, PolicyProperties.class))
            .orElse(Map.of());
    Map<String, Target> targets = new LinkedHashMap<>();
    TARGETS.forEach(name -> targets.put(name, Target.of(Apps.saying(name)).named(name)));
    return new Policies(bound, Targets.ofBeans(targets, true), Fallback.standard()).settings();
  }
}
