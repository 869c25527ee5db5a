package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever the settings, the vendors and the callers do, what a client promises holds.
 *
 * <p>{@code -Dresilientllm.chaos.runs=100000} runs more of them, {@code -Dresilientllm.chaos.seed}
 * begins elsewhere; a failure names the seed to begin at.
 */
class ChaosTest {
  private static final long FIRST_SEED = Long.getLong("resilientllm.chaos.seed", 1);
  private static final int RUNS = Integer.getInteger("resilientllm.chaos.runs", 3000);

  /** Enough to see a pattern. */
  private static final int SHOWN = 10;

  @Test
  void everyPromiseHoldsInEveryRun() throws Exception {
    List<String> failures = new ArrayList<>();
    int calls = 0;
    long began = System.nanoTime();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS && failures.size() < SHOWN; seed++) {
      Run run = new Run(seed);
      run.go();
      calls += run.ledger.calls.size();
      if (!run.ledger.violations.isEmpty()) {
        failures.add(
            "\nseed "
                + seed
                + ": "
                + run.ledger.violations.get(0)
                + " ["
                + run.settings.targets()
                + "]");
      }
    }
    System.out.printf(
        "Chaos: %d runs, %d calls, %d ms%n", RUNS, calls, (System.nanoTime() - began) / 1_000_000);
    assertThat(failures).isEmpty();
  }

  /** One run: a storm of calls, then quiet, then healthy vendors. */
  private static final class Run {
    final ChaosSettings settings;
    final ChaosLedger ledger;
    private final VirtualTime time = new VirtualTime();
    private final Random random;
    private final Map<String, ChaosVendor> vendors = new LinkedHashMap<>();
    private final ResilientLlm llm;
    private boolean rejects = true;

    Run(long seed) {
      Thread.currentThread().setName("chaos " + seed); // for the thread dump of one that hangs
      random = new Random(seed * 0x9E3779B97F4A7C15L); // seeds side by side begin alike
      ChaosSettings drawn = null;
      ResilientLlm.Builder builder = null;
      while (builder == null) {
        drawn = ChaosSettings.draw(random);
        builder = builder(drawn);
      }
      settings = drawn;
      ledger = new ChaosLedger(time, settings, vendors);
      llm = builder.listener(ledger).build();
    }

    void go() throws Exception {
      time.run(
          () -> {
            AtomicInteger numbers = new AtomicInteger();
            for (int callers = 1 + random.nextInt(5); callers > 0; callers--) {
              time.execute(
                  new ChaosCaller(
                      time, llm, ledger, vendors, settings, random.nextLong(), numbers));
            }
            time.pass(Duration.ofMinutes(5));
            nothingIsLeft();
            rejects = false;
            for (String target : vendors.keySet()) {
              comesBack(target);
            }
          });
      nothingIsLeft();
    }

    /** A builder for these settings; null if they contradict each other. */
    private ResilientLlm.@Nullable Builder builder(ChaosSettings drawn) {
      vendors.clear();
      ResilientLlm.Builder builder = null;
      for (int i = 0; i < drawn.targets(); i++) {
        ChaosVendor vendor = new ChaosVendor("v" + i, time, new Random(random.nextLong()));
        Target target = Target.of(vendor);
        if (drawn.windowsKnown()) {
          target = target.withContextWindow(1000 * (1 + random.nextInt(3)));
        }
        vendors.put(target.name(), vendor);
        builder = builder == null ? ResilientLlm.with(target) : builder.fallback(target);
      }
      drawn.applyTo(builder);
      Random jitter = new Random(random.nextLong());
      builder.time(time).random(jitter::nextDouble).executor(executor(drawn.rejectShare()));
      try {
        builder.build();
        return builder;
      } catch (IllegalArgumentException contradiction) {
        return null;
      }
    }

    private Executor executor(double rejectShare) {
      Random dice = new Random(random.nextLong());
      return task -> {
        if (rejects && dice.nextDouble() < rejectShare) {
          throw new RejectedExecutionException("no thread");
        }
        time.execute(task);
      };
    }

    private void nothingIsLeft() {
      ledger.check(time.watched() == 0, time.watched() + " watches are left");
      vendors.forEach(
          (name, vendor) -> {
            ledger.check(vendor.scripted.open() == 0, name + " has open calls");
            int limit = settings.concurrency().limit();
            ledger.check(
                limit == 0 || vendor.scripted.mostOpen() <= limit, name + " had too many calls");
          });
      for (EngineTarget target : llm.engine().targets()) {
        int limit = settings.concurrency().limit();
        int free = target.standing().freePlaces();
        ledger.check(limit == 0 || free == limit, target.name() + " has " + free + " places");
        double tokens = target.budget().tokens();
        double expected = ledger.tokens(target.name());
        ledger.check(
            tokens == expected, target.name() + " has " + tokens + " tokens, not " + expected);
      }
      ledger
          .calls
          .values()
          .forEach(call -> ledger.check(call.ended != null, "call " + call.number + " goes on"));
    }

    /** The target answers again when it is well and those before it are away. */
    private void comesBack(String target) {
      boolean before = true;
      for (Map.Entry<String, ChaosVendor> entry : vendors.entrySet()) {
        before &= !entry.getKey().equals(target);
        entry.getValue().recover(before);
      }
      String answeredBy = "nobody";
      for (int i = 0; i < 3; i++) {
        time.pass(settings.breaker().openFor().plus(settings.breaker().lockedFor()));
        time.pass(settings.rateLimit().period());
        try {
          ChatResponse response = llm.chat(ChatRequest.of(ChaosVendor.PROMPT + 0));
          answeredBy = response.answeredBy();
        } catch (LlmException e) {
          answeredBy = e.toString();
        }
      }
      ledger.check(answeredBy.equals(target), target + " is well, but answered by " + answeredBy);
      ledger.check(
          llm.breakers().get(target) == BreakerState.CLOSED,
          target + " is well, but its breaker is " + llm.breakers().get(target));
    }
  }
}
