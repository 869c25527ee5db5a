package io.github.resilientllm.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with one client on its class path, which makes the calls that it is told to.
 *
 * <p>Reads commands from standard input, a line each, and answers each with a line of {@code
 * name=number}:
 *
 * <ul>
 *   <li>{@code use NAME SETUP}: makes the client;
 *   <li>{@code chat CALLS THREADS MESSAGES WORDS}, {@code stream CALLS THREADS MESSAGES WORDS}: as
 *       fast as the threads can; with a fifth number for so many seconds at most;
 *   <li>{@code many STREAMS WORDS}: that many streams at once, on virtual threads from JDK 21 on;
 *   <li>{@code paced RATE SECONDS FROM TO WORDS}: at a rate, whatever comes of the calls; those
 *       that start between two seconds are counted apart.
 * </ul>
 */
public final class Worker {
  private static final String KILOBYTE =
      "It has left the depot, \"on time\", and is on its way to you.\n".repeat(16);

  /** Over so long callers begin one after the other, or they would come in one burst for ever. */
  private static final long SPREAD = 50_000_000L;

  private final AtomicLong callNumbers = new AtomicLong();
  private final Contestant contestant;
  private final Contestant.Setup setup;

  private Worker(String name, Contestant.Setup setup) {
    this.setup = setup;
    this.contestant =
        ServiceLoader.load(Contestant.Factory.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(factory -> factory.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no client is named " + name))
            .create(setup);
  }

  /** Obeys until its input ends. */
  public static void main(String[] args) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    Worker worker = null;
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      List<String> words = List.of(line.split(" ", -1));
      if (words.get(0).equals("use")) {
        worker = new Worker(words.get(1), Contestant.Setup.ofWords(words.subList(2, words.size())));
        System.out.println("ready=1");
      } else if (worker != null) {
        System.out.println(worker.obey(words));
      }
    }
    System.exit(0); // peers leave threads behind
  }

  private String obey(List<String> words) throws Exception {
    int[] n = words.stream().skip(1).mapToInt(Integer::parseInt).toArray();
    long latest = n.length > 4 ? n[4] * 1_000_000_000L : Long.MAX_VALUE;
    return switch (words.get(0)) {
      case "chat" -> closed(n[0], n[1], n[2], n[3], false, latest);
      case "stream" -> closed(n[0], n[1], n[2], n[3], true, latest);
      case "many" -> many(n[0], n[1]);
      case "paced" -> paced(n[0], n[1], n[2], n[3], n[4]);
      default -> throw new IOException("unknown command " + words.get(0));
    };
  }

  /** Each thread makes one call after the other. */
  private String closed(
      int calls, int threads, int messages, int words, boolean streaming, long latestNanos)
      throws InterruptedException {
    Run run = run(words);
    Resources before = Resources.now();
    long start = System.nanoTime();
    AtomicLong left = new AtomicLong(calls);
    CountDownLatch ended = new CountDownLatch(threads);
    CountDownLatch counted = new CountDownLatch(1); // threads stay until their bytes are counted
    for (int i = 0; i < threads; i++) {
      long begin = start + i * SPREAD / threads;
      start(
          () -> {
            parkUntil(begin);
            while (left.getAndDecrement() > 0 && System.nanoTime() - start < latestNanos) {
              call(run, messages, streaming);
            }
            ended.countDown();
            await(counted);
          });
    }
    ended.await();
    double wall = (System.nanoTime() - start) / 1e9;
    Resources used = Resources.now().since(before);
    counted.countDown();
    return String.format(
        Locale.ROOT,
        "%s cpu=%.1f bytes=%.1f wall=%.4f",
        run.report(),
        (double) used.cpuNanos() / run.calls(),
        (double) used.allocatedBytes() / run.calls(),
        wall);
  }

  /** All streams at once; halfway the heap and the threads are counted. */
  private String many(int streams, int words) throws InterruptedException {
    ExecutorService threads = threadPerStream();
    int idle = Resources.liveThreads();
    long empty = Resources.liveHeap();
    Run run = run(words);
    long start = System.nanoTime();
    for (int i = 0; i < streams; i++) {
      threads.execute(() -> call(run, 1, true));
    }
    LockSupport.parkNanos(1_500_000_000L);
    int busy = Resources.liveThreads();
    long full = Resources.liveHeap();
    threads.shutdown();
    boolean all = threads.awaitTermination(2, TimeUnit.MINUTES);
    double wall = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT,
        "%s heap=%.1f threads=%.3f wall=%.3f hung=%d",
        run.report(),
        (double) (full - empty) / streams,
        (double) (busy - idle) / streams,
        wall,
        all ? 0 : streams - run.calls());
  }

  /** A call at each tick of a clock, on a thread of its own. */
  private String paced(int rate, int seconds, int from, int to, int words)
      throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool(Worker::daemon);
    Run within = run(words);
    Run outside = run(words);
    long start = System.nanoTime();
    long calls = (long) rate * seconds;
    for (long i = 0; i < calls; i++) {
      long at = start + i * 1_000_000_000L / rate;
      parkUntil(at);
      double second = (at - start) / 1e9;
      Run run = second >= from && second < to ? within : outside;
      threads.execute(() -> call(run, 1, false));
    }
    threads.shutdown();
    boolean all = threads.awaitTermination(2, TimeUnit.MINUTES);
    List<String> report = new ArrayList<>(List.of(outside.report().split(" ", -1)));
    for (String field : within.report().split(" ", -1)) {
      report.add("within." + field);
    }
    report.add("hung=" + (all ? 0 : calls - within.calls() - outside.calls()));
    return String.join(" ", report);
  }

  private Run run(int words) {
    return new Run(words, setup.timeout().toNanos());
  }

  private void call(Run run, int messages, boolean streaming) {
    long start = System.nanoTime();
    List<String> history = history(messages);
    try {
      String text;
      if (streaming) {
        boolean[] spoke = new boolean[1];
        text =
            contestant.stream(
                history,
                () -> {
                  if (!spoke[0]) {
                    spoke[0] = true;
                    run.firstPiece(System.nanoTime() - start);
                  }
                });
      } else {
        text = contestant.chat(history);
      }
      run.answered(text, System.nanoTime() - start);
    } catch (Exception e) { // whatever a client throws, the call has failed
      run.failed(System.nanoTime() - start);
    }
  }

  /** Kilobytes before a question, by whose number the vendor knows the call again. */
  private List<String> history(int messages) {
    String question = "How long does delivery take? call-" + callNumbers.incrementAndGet() + " ";
    if (messages == 1) {
      return List.of(question);
    }
    List<String> history = new ArrayList<>(messages);
    for (int i = 1; i < messages; i++) {
      history.add(KILOBYTE);
    }
    history.add(question);
    return history;
  }

  /** Virtual threads where the JDK has them. */
  private static ExecutorService threadPerStream() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      return Executors.newCachedThreadPool(Worker::daemon);
    }
  }

  private static void parkUntil(long instant) {
    for (long left = instant - System.nanoTime(); left > 0; left = instant - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void start(Runnable work) {
    daemon(work).start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "load");
    thread.setDaemon(true);
    return thread;
  }
}
