package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.LocalVendor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One outage, worked through by two clients side by side.
 *
 * <p>Each client has a sick vendor of its own, so that neither suffers from the load that the other
 * makes; the two are sick in the same way at the same time.
 */
final class Drill {
  static final String PRIMARY = "primary";
  static final String FALLBACK = "fallback";
  static final String MODEL = "local-model";

  /** The local vendors take any key and know no secret. */
  static final String KEY = "not-a-secret";

  private static final Duration TICK = Duration.ofMillis(250);

  /** More than any call can take: whoever is still waiting then waits for ever. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int WARM_UP_CALLS = 48;

  private final Settings settings;
  private final Progress progress;

  Drill(Settings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Plays all of it.
   *
   * @throws UsageException if a vendor cannot be spoken to
   */
  Outcome play() throws InterruptedException, UsageException {
    Timeline timeline = new Timeline(System::nanoTime, settings.phase());
    Ledger bareLedger = new Ledger(timeline);
    Ledger resilientLedger = new Ledger(timeline);
    try (LocalVendor alone = LocalVendor.start(new SickVendor(timeline, settings, bareLedger));
        LocalVendor primary =
            LocalVendor.start(new SickVendor(timeline, settings, resilientLedger));
        LocalVendor fallback = LocalVendor.start(healthy(resilientLedger))) {
      Contender bare = new BareClient(alone.baseUrl(), settings.attempt(), settings.pause());
      Contender resilient =
          ResilientClient.of(primary.baseUrl(), fallback.baseUrl(), settings, resilientLedger);
      List<Ask> timetable = Ask.timetable(settings);
      warmUp(timetable, bare, resilient);
      timeline.begin();
      try (Callers first = Callers.start(bare, timetable, timeline, bareLedger);
          Callers second = Callers.start(resilient, timetable, timeline, resilientLedger)) {
        watch(timeline, first, second, bareLedger, resilientLedger);
      }
    }
    return new Outcome(
        settings, bareLedger.close("bare client"), resilientLedger.close("resilient-llm"));
  }

  private void watch(
      Timeline timeline, Callers first, Callers second, Ledger bare, Ledger resilient)
      throws InterruptedException {
    double end = settings.length().plus(PATIENCE).toMillis() / 1e3;
    while (!(first.await(TICK) && second.await(TICK)) && timeline.seconds() < end) {
      double done = timeline.seconds() / (settings.length().toMillis() / 1e3);
      progress.show(timeline.now(), done, bare.answeredSoFar(), resilient.answeredSoFar());
    }
    progress.end();
  }

  /** The first calls of a JVM load classes and compile; that is not the vendors' doing. */
  private static void warmUp(List<Ask> timetable, Contender... contenders)
      throws InterruptedException {
    List<Callable<Contender.Heard>> calls = new ArrayList<>();
    for (Ask ask : timetable.subList(0, Math.min(WARM_UP_CALLS, timetable.size() / 4))) {
      for (Contender contender : contenders) {
        calls.add(() -> contender.ask(ask));
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      threads.invokeAll(calls);
    } finally {
      threads.shutdownNow();
    }
  }

  private Behaviour healthy(Ledger ledger) {
    AtomicInteger requests = new AtomicInteger();
    return question -> {
      ledger.arrival(FALLBACK);
      return SickVendor.healthy(
          question, new Random(settings.seed() + requests.getAndIncrement() * 104_729L));
    };
  }
}
