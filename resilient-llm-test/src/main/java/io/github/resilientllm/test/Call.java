package io.github.resilientllm.test;

import io.github.resilientllm.test.vendor.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of the code under test, observed from outside: what it returned or threw, how long it
 * took, and what the vendors saw meanwhile. Whatever client makes it; the code only has to return
 * the text of the answer.
 */
public final class Call {
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  /** The library need not be there where another client is judged. */
  private static final boolean KNOWS_OURS =
      Call.class.getClassLoader().getResource("io/github/resilientllm/chat/LlmException.class")
          != null;

  private final List<Vendor> vendors;
  private final long start;
  private final long end;
  private final @Nullable String text;
  private final @Nullable Throwable failure;
  private final boolean overdue;

  private Call(
      List<Vendor> vendors,
      long start,
      long end,
      @Nullable String text,
      @Nullable Throwable failure,
      boolean overdue) {
    this.vendors = vendors;
    this.start = start;
    this.end = end;
    this.text = text;
    this.failure = failure;
    this.overdue = overdue;
  }

  /**
   * Makes a call on this thread. After 100 s the vendors cut all connections and the thread is
   * interrupted, so that the test ends.
   *
   * @param client returns the text of the answer
   * @param vendors all that the client knows
   */
  public static Call of(Callable<@Nullable String> client, Vendor... vendors) {
    return of(client, PATIENCE, Arrays.asList(vendors));
  }

  /** The same, with another patience. */
  public static Call of(
      Callable<@Nullable String> client, Duration patience, List<Vendor> vendors) {
    if (vendors.isEmpty()) {
      throw new IllegalArgumentException("A call is observed by its vendors; name one or more");
    }
    List<Vendor> all = List.copyOf(vendors);
    Patience limit = new Patience(Thread.currentThread(), patience, all);
    long start = System.nanoTime();
    String text = null;
    Throwable failure = null;
    try {
      text = Objects.requireNonNullElse(client.call(), "");
    } catch (Exception | AssertionError | StackOverflowError e) {
      failure = e;
    }
    long end = System.nanoTime();
    Call call = new Call(all, start, end, text, failure, limit.ends());
    all.forEach(vendor -> vendor.observed(call));
    return call;
  }

  /** What it returned; empty if it threw. */
  public Optional<String> text() {
    return Optional.ofNullable(text);
  }

  /** What it threw; empty if it returned. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** What its failure says of the attempts, if it is this library's; empty if nothing. */
  public List<Timeline.Attempt> attempts() {
    return failure == null || !KNOWS_OURS ? List.of() : OurAttempts.in(failure);
  }

  /** How long it took. */
  public Duration took() {
    return Duration.ofNanos(end - start);
  }

  /** Whether it had not ended when the patience did. */
  public boolean isOverdue() {
    return overdue;
  }

  /** What the text is that it returned; empty if it threw. */
  public Optional<Heard> heard() {
    return text().map(said -> Heard.in(said, vendors).givenBy(this::mayHaveGiven));
  }

  /** Whether a vendor gave all of its answer, or a body of another kind that may hold it. */
  private boolean mayHaveGiven(String name) {
    return vendors.stream()
        .filter(vendor -> vendor.name().equals(name))
        .anyMatch(
            vendor ->
                requestsTo(vendor).stream()
                    .filter(seen -> seen.status() == 200)
                    .anyMatch(
                        seen ->
                            seen.words() >= vendor.words()
                                || (seen.words() == 1 && seen.end() != Seen.End.CUT)));
  }

  /** The vendors that it may have asked. */
  public List<Vendor> vendors() {
    return vendors;
  }

  /** What a vendor saw while the call lasted, as far as it is not forgotten. */
  public List<Seen> requestsTo(Vendor vendor) {
    return vendor.requests().stream()
        .filter(seen -> seen.arrived() - start >= 0 && seen.arrived() - end <= 0)
        .toList();
  }

  /** What all vendors saw. */
  public List<Seen> requests() {
    List<Seen> all = new ArrayList<>();
    vendors.forEach(vendor -> all.addAll(requestsTo(vendor)));
    return all;
  }

  /** When it began, on the clock of {@link System#nanoTime}. */
  public long startedAt() {
    return start;
  }

  /** How it ended, without any text of it. */
  @Override
  public String toString() {
    return "Call[" + (failure == null ? "answered" : "failed") + " after " + took() + "]";
  }

  /** Ends a call that does not end. */
  private static final class Patience implements Runnable {
    private final Thread caller;
    private final Duration most;
    private final List<Vendor> vendors;
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean isOver; // guarded by this, as the next
    private boolean hasInterrupted;

    Patience(Thread caller, Duration most, List<Vendor> vendors) {
      this.caller = caller;
      this.most = most;
      this.vendors = vendors;
      Thread thread = new Thread(this, "llm-test-patience");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void run() {
      try {
        // Again and again: a client may ask anew when its connection is cut.
        for (Duration wait = most; !over.await(wait.toNanos(), TimeUnit.NANOSECONDS); ) {
          wait = Duration.ofMillis(50);
          interrupt();
          vendors.forEach(Vendor::hangUp);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized void interrupt() {
      if (!isOver) {
        hasInterrupted = true;
        caller.interrupt();
      }
    }

    /** The call has ended; whether its time was over before. */
    synchronized boolean ends() {
      isOver = true;
      over.countDown();
      if (hasInterrupted) {
        boolean unused = Thread.interrupted(); // was meant for the call
      }
      return hasInterrupted;
    }
  }
}
