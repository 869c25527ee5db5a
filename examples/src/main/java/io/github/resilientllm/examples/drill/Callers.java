package io.github.resilientllm.examples.drill;

import io.github.resilientllm.chat.LlmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The callers of one client. They begin each call when the timetable says so, however many are
 * still waiting: a client that keeps its callers waiting is not spared their next questions.
 */
final class Callers implements AutoCloseable {
  private final Contender contender;
  private final Timeline timeline;
  private final Ledger ledger;
  private final CountDownLatch unfinished;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  // Not bounded here but by the timetable: calls per second times the longest time a call can take.
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private Callers(Contender contender, Timeline timeline, Ledger ledger, int calls) {
    this.contender = contender;
    this.timeline = timeline;
    this.ledger = ledger;
    this.unfinished = new CountDownLatch(calls);
  }

  /** Sets every call of the timetable going; the timeline has just begun. */
  static Callers start(Contender contender, List<Ask> timetable, Timeline timeline, Ledger ledger) {
    Callers callers = new Callers(contender, timeline, ledger, timetable.size());
    for (Ask ask : timetable) {
      long micros = Math.round((ask.at() - timeline.seconds()) * 1e6);
      ScheduledFuture<?> unused = // the latch tells when it is done
          callers.clock.schedule(
              () -> callers.threads.execute(() -> callers.call(ask)),
              micros,
              TimeUnit.MICROSECONDS);
    }
    return callers;
  }

  /** Waits for the last call to end. */
  boolean await(Duration time) throws InterruptedException {
    return unfinished.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Interrupts the calls that still wait; each of them is noted as failed. */
  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
    try {
      // Ended normally, nobody is left; after an interrupt a call has this long to be noted.
      threads.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(Ask ask) {
    double start = timeline.seconds();
    Ledger.Result result = Ledger.Result.FAILED;
    String by = "";
    String error = "";
    try {
      Contender.Heard heard = contender.ask(ask);
      boolean whole = heard.text().equals(ask.wholeAnswer());
      result = whole ? Ledger.Result.WHOLE : Ledger.Result.CUT;
      by = heard.by();
    } catch (InterruptedException stopped) {
      error = "did not end";
    } catch (LlmException failed) {
      error = String.valueOf(failed.getMessage()); // it lists the attempts
    } catch (Exception failed) {
      error = failed.toString();
    } finally {
      ledger.call(new Ledger.Call(ask.at(), timeline.seconds() - start, result, by, error));
      unfinished.countDown();
    }
  }
}
