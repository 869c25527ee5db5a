package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Plays scenarios against a client.
 *
 * <pre>{@code
 * Scorecard card = Judge.inFull().play(Scenarios.sixteenFaults(), subject);
 * System.out.println(card);
 * }</pre>
 *
 * <p>Each scenario has vendors and a client of its own, so that several are played at once; a
 * scorecard of all in full takes two minutes, in which it mostly waits.
 */
public final class Judge {
  private static final int AT_ONCE = 12;

  /** Where a tenth of a second counts, scenarios must not wait for each other's threads. */
  private static final int FEW = 4;

  private final double pace;
  private final int atOnce;
  private final int firstPort;

  private Judge(double pace, int atOnce, int firstPort) {
    this.pace = pace;
    this.atOnce = atOnce;
    this.firstPort = firstPort;
  }

  /** One that plays all times in full. */
  public static Judge inFull() {
    return new Judge(1, AT_ONCE, 0);
  }

  /**
   * The same in a share of the times; the client has to shorten its own by it. Below a tenth a busy
   * machine's delays are taken for the client's.
   */
  public Judge paced(double share) {
    if (!(share > 0) || share > 1) {
      throw new IllegalArgumentException("A pace is above 0 and at most 1, not " + share);
    }
    return new Judge(share, share < 1 ? Math.min(atOnce, FEW) : atOnce, firstPort);
  }

  /**
   * One scenario after the other, the first vendor on this port and the fallback on the next: for a
   * gateway, which knows its targets from a file.
   */
  public Judge onPorts(int first) {
    if (first < 1 || first > 65_534) {
      throw new IllegalArgumentException("A port is from 1 to 65534, not " + first);
    }
    return new Judge(pace, 1, first);
  }

  /** Plays them, and waits for all. */
  public Scorecard play(List<Scenario> scenarios, Subject subject) throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce,
            task -> {
              Thread thread = new Thread(task, "llm-test-judge");
              thread.setDaemon(true);
              return thread;
            });
    try {
      if (firstPort == 0) {
        warmUp(subject);
      }
      List<Future<Cell>> cells = new ArrayList<>();
      for (Scenario scenario : scenarios) {
        cells.add(threads.submit(() -> play(scenario, subject)));
      }
      List<Cell> done = new ArrayList<>();
      for (Future<Cell> cell : cells) {
        done.add(cell.get());
      }
      return new Scorecard(subject.name(), done);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A scenario could not be played", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** The first calls in a JVM load classes, which is not the client's doing. */
  private static void warmUp(Subject subject) {
    try (Vendor a = Vendor.start("a");
        Vendor b = Vendor.start("b");
        Client client = subject.open(new Setting(a, b, null, 1))) {
      client.ask("Are you there?", false);
      client.ask("Are you there?", true);
    } catch (Exception e) {
      return; // the scenarios will show it
    }
  }

  private Cell play(Scenario scenario, Subject subject) throws Exception {
    int second = firstPort == 0 ? 0 : firstPort + 1;
    try (Vendor a = Vendor.start("a", firstPort);
        Vendor b = Vendor.start("b", second)) {
      a.paced(pace);
      b.paced(pace);
      Setting setting =
          new Setting(
              a,
              scenario.hasFallback() ? b : null,
              scenario.timeout() == null
                  ? null
                  : Duration.ofNanos(
                      Math.round(Objects.requireNonNull(scenario.timeout()).toNanos() * pace)),
              pace);
      try (Client client = subject.open(setting)) {
        Stage stage = new Stage(scenario, a, b, pace, client);
        scenario.play().on(stage);
        return stage.cell();
      }
    }
  }
}
