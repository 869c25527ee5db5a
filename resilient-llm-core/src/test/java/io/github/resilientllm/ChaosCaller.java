package io.github.resilientllm;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A caller who makes calls in every way there is and is disturbed at it. */
final class ChaosCaller implements Runnable {
  private final VirtualTime time;
  private final ResilientLlm llm;
  private final ChaosLedger ledger;
  private final Map<String, ChaosVendor> vendors;
  private final ChaosSettings settings;
  private final Random random;
  private final AtomicInteger numbers;
  private @Nullable Thread thread;
  private boolean interrupted;

  ChaosCaller(
      VirtualTime time,
      ResilientLlm llm,
      ChaosLedger ledger,
      Map<String, ChaosVendor> vendors,
      ChaosSettings settings,
      long seed,
      AtomicInteger numbers) {
    this.time = time;
    this.llm = llm;
    this.ledger = ledger;
    this.vendors = vendors;
    this.settings = settings;
    this.random = new Random(seed);
    this.numbers = numbers;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      if (random.nextInt(4) == 0) {
        later(this::interrupt);
      }
      for (int left = 1 + random.nextInt(3); left > 0; left--) {
        pause(random.nextInt(2) * 50L * random.nextInt(40));
        int number = numbers.incrementAndGet();
        ledger.calling.put(Thread.currentThread(), number);
        switch (random.nextInt(3)) {
          case 0 -> block(number);
          case 1 -> await(number);
          default -> read(number);
        }
        ledger.check(
            interrupted == Thread.currentThread().isInterrupted(),
            "call " + number + " changed the interrupt status to " + !interrupted);
        if (random.nextBoolean()) {
          interrupted = false;
          boolean unused = Thread.interrupted();
        }
      }
    } catch (RuntimeException | Error e) {
      ledger.violation("a caller got " + e + " at " + List.of(e.getStackTrace()));
    } finally {
      thread = null;
    }
  }

  private void interrupt() {
    if (thread != null) {
      interrupted = true;
      time.interrupt(thread);
    }
  }

  private void block(int number) {
    long start = time.nanos();
    try {
      answered(number, llm.chat(request(number)));
    } catch (LlmException e) {
      failed(number, e);
    }
    inTime(number, start, start);
  }

  private void await(int number) {
    long start = time.nanos();
    CompletableFuture<ChatResponse> future = llm.chatAsync(request(number));
    if (random.nextInt(3) == 0) {
      later(() -> cancel(number, future));
    }
    if (random.nextInt(5) == 0) {
      return; // and never looks at it again
    }
    Thread me = Thread.currentThread();
    CompletableFuture<?> unused = future.whenComplete((r, e) -> time.unpark(me));
    while (!future.isDone()) {
      boolean status = Thread.interrupted(); // or it would not wait
      time.park(Time.NEVER);
      if (status) {
        me.interrupt();
      }
    }
    inTime(number, start, start);
    try {
      answered(number, future.join());
    } catch (CancellationException e) {
      ledger.check(future.isCancelled(), "call " + number + " was cancelled by nobody");
    } catch (CompletionException e) {
      failed(number, (LlmException) e.getCause());
    }
  }

  private void cancel(int number, CompletableFuture<ChatResponse> future) {
    if (future.cancel(true)) {
      long at = time.nanos();
      pause(1);
      ledger.check(
          madeIn(number).stream().allMatch(made -> made.closed && made.closedAt <= at),
          "call " + number + " went on after it was cancelled");
    }
  }

  private void read(int number) {
    ChatStream stream = llm.stream(request(number));
    if (random.nextInt(4) == 0) {
      later(stream::close);
    }
    int most = random.nextInt(3) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
    long pause = random.nextInt(3) == 0 ? 50L * random.nextInt(30) : 0;
    Transcript transcript = new Transcript(number, ledger);
    Iterator<ChatEvent> events = stream.iterator();
    long start = time.nanos();
    try {
      while (transcript.events < most && hasNext(number, events, start)) {
        transcript.add(events.next());
        pause(pause);
      }
      if (transcript.finished != null) {
        answered(number, transcript.finished);
        ledger.check(!events.hasNext(), "call " + number + " has events after its end");
        ledger.check(stream.response() == transcript.finished, "call " + number + ": response()");
      } else if (most == Integer.MAX_VALUE) {
        ledger.violation("call " + number + " has an end without an outcome");
      }
    } catch (LlmException e) {
      failed(number, e);
      ledger.check(!events.hasNext(), "call " + number + " has events after its failure");
      String partial = e.partialText();
      ledger.check(
          partial.contentEquals(transcript.text)
              || (transcript.text.isEmpty() && partial.equals(ChaosVendor.ANSWER + "refusal")),
          "call " + number + " failed with " + partial + ", not " + transcript.text);
    }
    if (random.nextBoolean()) {
      stream.close(); // if not, the deadline has to end it
    }
  }

  private boolean hasNext(int number, Iterator<ChatEvent> events, long start) {
    long asked = time.nanos();
    try {
      return events.hasNext();
    } finally {
      inTime(number, start, asked);
    }
  }

  private void inTime(int number, long start, long asked) {
    long deadline = start + settings.timeouts().deadline().toNanos();
    ledger.check(
        time.nanos() <= Math.max(deadline, asked), "call " + number + " was not over in time");
  }

  private void answered(int number, ChatResponse response) {
    attempts(number, response.attempts());
    ledger.check(!ChaosLedger.showsContent(response.toString()), "content in " + response);
    List<Integer> seams = response.seams();
    String last = response.text().substring(seams.isEmpty() ? 0 : seams.get(seams.size() - 1));
    ledger.check(
        madeIn(number).stream().anyMatch(made -> made.complete && last.contentEquals(made.said)),
        "call " + number + " answered " + response.text() + ", which nobody said");
    Attempt.Kind kind =
        response.attempts().stream()
            .filter(attempt -> attempt.error().isEmpty())
            .map(Attempt::kind)
            .reduce((a, b) -> Attempt.Kind.SKIPPED)
            .orElse(Attempt.Kind.SKIPPED);
    ledger.check(kind != Attempt.Kind.SKIPPED, "call " + number + " answered not exactly once");
  }

  private void failed(int number, LlmException failure) {
    attempts(number, failure.attempts());
    ledger.check(
        failure.attempts().stream().noneMatch(attempt -> attempt.error().isEmpty()),
        "call " + number + " failed although it was answered");
    ledger.check(
        failure.kind() != ErrorKind.CANCELLED || failure.outcome().name().equals("CANCELLED"),
        "call " + number + " ended as " + failure.outcome());
    ledger.check(!ChaosLedger.showsContent(failure.toString()), "content in " + failure);
    for (Throwable t = failure.getCause(); t != null; t = t.getCause()) {
      ledger.check(!ChaosLedger.showsContent(t.toString()), "content in the cause " + t);
    }
    for (Throwable suppressed : failure.getSuppressed()) {
      ledger.check(!ChaosLedger.showsContent(suppressed.toString()), "content in " + suppressed);
    }
  }

  private void attempts(int number, List<Attempt> attempts) {
    List<Attempt> made =
        attempts.stream().filter(attempt -> attempt.kind() != Attempt.Kind.SKIPPED).toList();
    CallPlan plan = llm.plan();
    ledger.check(made.size() <= plan.maxAttempts(), "call " + number + " made " + made);
    ledger.check(madeIn(number).size() <= made.size(), "call " + number + " hides attempts");
    ledger.check(
        made.stream().filter(a -> a.kind() == Attempt.Kind.HEDGE).count() <= plan.maxHedges(),
        "call " + number + " hedged too often: " + made);
    List<Attempt> sorted = new ArrayList<>(attempts);
    sorted.sort(Comparator.comparing(Attempt::startedAfter));
    ledger.check(sorted.equals(attempts), "call " + number + " is out of order: " + attempts);
  }

  private List<ChaosVendor.Made> madeIn(int number) {
    return vendors.values().stream()
        .flatMap(vendor -> vendor.made.stream())
        .filter(made -> made.call == number)
        .toList();
  }

  private void later(Runnable action) {
    long at = 50L * random.nextInt(60);
    time.execute(
        () -> {
          pause(at);
          action.run();
        });
  }

  /** Waits, but not against an interrupt. */
  private void pause(long millis) {
    long until = time.nanos() + Duration.ofMillis(millis).toNanos();
    while (time.nanos() < until && !Thread.currentThread().isInterrupted()) {
      time.park(until);
    }
  }

  private static ChatRequest request(int number) {
    return ChatRequest.of(ChaosVendor.PROMPT + number);
  }

  /** What a reader of a stream has on his screen. */
  private static final class Transcript {
    private final int number;
    private final ChaosLedger ledger;
    private final StringBuilder text = new StringBuilder();
    private final List<Integer> seams = new ArrayList<>();
    private int events;
    private @Nullable ChatResponse finished;

    Transcript(int number, ChaosLedger ledger) {
      this.number = number;
      this.ledger = ledger;
    }

    void add(ChatEvent event) {
      events++;
      ledger.check(finished == null, "call " + number + " said " + event + " after the end");
      ledger.check(!ChaosLedger.showsContent(event.toString()), "content in " + event);
      if (event instanceof ChatEvent.TextDelta delta) {
        text.append(delta.text());
      } else if (event instanceof ChatEvent.Restarted) {
        text.setLength(0);
        seams.clear();
      } else if (event instanceof ChatEvent.Continued continued) {
        ledger.check(continued.seam() == text.length(), "call " + number + ": a seam amiss");
        seams.add(continued.seam());
      } else if (event instanceof ChatEvent.Finished end) {
        finished = end.response();
        ledger.check(
            end.response().text().contentEquals(text) && end.response().seams().equals(seams),
            "call " + number + " is " + end.response().text() + ", but one read " + text);
      }
    }
  }
}
