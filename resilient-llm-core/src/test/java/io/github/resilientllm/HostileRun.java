package io.github.resilientllm;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.policy.Conversations;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One run of an application whose code is hostile: its executor, its listener, its log appender,
 * its redactor, its journal and its providers. Then it relents, and all has to be as before.
 */
final class HostileRun {
  /** How late a call may end beyond its deadline, and beyond what hostile code took away. */
  private static final long TOLERANCE = Duration.ofMillis(20).toNanos();

  final HostileCode code;
  int calls;
  private final VirtualTime time = new VirtualTime();
  private final boolean talks;
  private final Random random;
  private final ChaosSettings settings;
  private final Map<String, ChaosVendor> vendors = new LinkedHashMap<>();
  private final ForeignExecutor executor;
  private final Books books = new Books();
  private final ResilientLlm llm;

  /**
   * A run.
   *
   * @param talks whether some of its calls are turns of conversations, whose journal and redactor
   *     are hostile as well
   */
  HostileRun(long seed, boolean talks) {
    this.talks = talks;
    random = new Random(seed * 0x9E3779B97F4A7C15L); // seeds side by side begin alike
    code = new HostileCode(time, random, ChaosSettings.pick(random, 0.005, 0.02, 0.1));
    double foreign = ChaosSettings.pick(random, 0.0, 0.1, 0.4);
    executor = new ForeignExecutor(time, n -> way(foreign));
    ChaosSettings drawn = null;
    ResilientLlm built = null;
    while (built == null) {
      drawn = ChaosSettings.draw(random);
      built = build(drawn);
    }
    settings = drawn;
    llm = built;
    code.client(llm);
  }

  /** Runs it; returns what went wrong. */
  List<String> go() throws Exception {
    HostileAppender appender = new HostileAppender(code);
    try {
      time.run(
          () -> {
            int callers = 1 + random.nextInt(4);
            for (int i = 0; i < callers; i++) {
              String conversation = "c" + i % 2;
              time.execute(() -> caller(conversation));
            }
            time.execute(this::letGo);
            pass(Duration.ofMinutes(10));
            nothingIsLeft();
            code.relent();
            executor.letGo();
            vendors.keySet().forEach(this::comesBack);
          });
    } finally {
      appender.close();
    }
    nothingIsLeft();
    return code.violations;
  }

  private @Nullable ResilientLlm build(ChaosSettings drawn) {
    vendors.clear();
    ResilientLlm.Builder builder = null;
    for (int i = 0; i < drawn.targets(); i++) {
      ChaosVendor vendor = new ChaosVendor("v" + i, time, new Random(random.nextLong()));
      Target target = Target.of(new HostileVendor(vendor, code));
      vendors.put(target.name(), vendor);
      builder = builder == null ? ResilientLlm.with(target) : builder.fallback(target);
    }
    drawn.applyTo(builder);
    Random jitter = new Random(random.nextLong());
    builder
        .time(time)
        .random(jitter::nextDouble)
        .executor(code.working(executor))
        .listener(books)
        .listener(event -> code.meddle("listener at " + event.getClass().getSimpleName()))
        .journal(new Meddled(new MemoryJournal()))
        .conversations(
            Conversations.standard()
                .withTurnPatience(Duration.ofSeconds(1))
                .withRedactor(
                    text -> {
                      code.meddle("redactor");
                      return text;
                    }));
    try {
      return builder.build();
    } catch (IllegalArgumentException contradiction) {
      return null;
    }
  }

  private ForeignExecutor.Way way(double foreign) {
    if (!code.isHostile() || random.nextDouble() >= foreign) {
      return ForeignExecutor.Way.RUNS;
    }
    return ChaosSettings.pick(random, ForeignExecutor.Way.values());
  }

  private void letGo() {
    for (int i = 0; i < 600; i++) {
      pass(Duration.ofMillis(500));
      executor.letGo();
    }
  }

  private void caller(String conversation) {
    for (int i = 0; i < 5; i++) {
      int number = code.begin();
      calls++;
      try {
        switch (random.nextInt(talks ? 5 : 4)) {
          case 0, 1 -> block(number);
          case 2 -> await(number);
          case 3 -> read(number);
          default -> say(number, conversation);
        }
      } catch (RuntimeException | Error e) {
        code.check(false, "call " + number + " threw " + e + where(e));
      }
      boolean unused = Thread.interrupted();
      pass(Duration.ofMillis(50L * random.nextInt(40)));
    }
    code.done();
  }

  private void block(int number) {
    long start = time.nanos();
    try {
      llm.chat(request(number));
    } catch (LlmException e) {
      ended(number, e);
    }
    inTime(number, start);
  }

  private void say(int number, String conversation) {
    long start = time.nanos();
    try {
      llm.conversation(conversation).say(Message.user(ChaosVendor.PROMPT + number));
    } catch (LlmException e) { // perhaps with an answer that could not be kept, and is not shown
      shows(number, e);
    }
    inTime(number, start);
  }

  private void await(int number) {
    long start = time.nanos();
    CompletableFuture<ChatResponse> future = llm.chatAsync(request(number));
    if (random.nextInt(3) == 0) {
      later(() -> future.cancel(true));
    }
    if (random.nextInt(5) == 0) {
      return; // and never looks at it again
    }
    Thread me = Thread.currentThread();
    CompletableFuture<?> unused = future.whenComplete((r, e) -> time.unpark(me));
    long patience = time.nanos() + Duration.ofMinutes(5).toNanos();
    while (!future.isDone() && time.nanos() < patience) {
      boolean ignored = Thread.interrupted(); // or it would not wait
      time.park(patience);
    }
    inTime(number, start);
    code.check(future.isDone(), "call " + number + " has no end");
    if (!future.isDone()) {
      return;
    }
    try {
      future.join();
    } catch (CancellationException e) {
      code.check(future.isCancelled(), "call " + number + " was cancelled by nobody");
    } catch (CompletionException e) {
      code.check(e.getCause() instanceof LlmException, "call " + number + " failed with " + e);
    }
  }

  private void read(int number) {
    ChatStream stream = llm.stream(request(number));
    if (random.nextInt(4) == 0) {
      later(stream::close);
    }
    int most = random.nextInt(3) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
    Iterator<?> events = stream.iterator();
    long start = time.nanos();
    try {
      for (int i = 0; i < most && events.hasNext(); i++) {
        events.next();
      }
    } catch (LlmException e) {
      ended(number, e);
    }
    inTime(number, start);
    if (random.nextBoolean()) {
      stream.close(); // if not, the deadline has to end it
    }
  }

  private void ended(int number, LlmException failure) {
    code.check(
        failure.attempts().stream().noneMatch(attempt -> attempt.error().isEmpty()),
        "call " + number + " failed although it was answered");
    shows(number, failure);
  }

  private void shows(int number, LlmException failure) {
    code.check(
        !ChaosLedger.showsContent(failure.toString()), "call " + number + " shows " + failure);
  }

  private void inTime(int number, long start) {
    long took = time.nanos() - start;
    long deadline = settings.timeouts().deadline().toNanos();
    code.check(
        took <= deadline + code.taken(number) + TOLERANCE,
        "call "
            + number
            + " took "
            + took / 1_000_000
            + " ms of "
            + deadline / 1_000_000
            + ", although hostile code took only "
            + code.taken(number) / 1_000_000);
  }

  private void nothingIsLeft() {
    code.check(time.watched() == 0, time.watched() + " watches are left");
    vendors.forEach(
        (name, vendor) -> code.check(vendor.scripted.open() == 0, name + " has open calls"));
    int limit = settings.concurrency().limit();
    for (EngineTarget target : llm.engine().targets()) {
      int free = target.standing().freePlaces();
      code.check(limit == 0 || free == limit, target.name() + " has " + free + " places");
    }
    books.check();
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
      pass(settings.breaker().openFor().plus(settings.breaker().lockedFor()));
      pass(settings.rateLimit().period());
      int number = code.begin();
      try {
        answeredBy = llm.chat(request(number)).answeredBy();
      } catch (LlmException e) {
        answeredBy = e.toString();
      }
    }
    code.check(answeredBy.equals(target), target + " is well, but answered by " + answeredBy);
    code.check(
        llm.breakers().get(target) == BreakerState.CLOSED,
        target + " is well, but its breaker is " + llm.breakers().get(target));
  }

  private void later(Runnable action) {
    Duration at = Duration.ofMillis(50L * random.nextInt(60));
    time.execute(
        () -> {
          pass(at);
          action.run();
        });
  }

  private void pass(Duration wait) {
    long until = time.nanos() + wait.toNanos();
    while (time.nanos() < until) {
      boolean ignored = Thread.interrupted();
      time.park(until);
    }
  }

  private static ChatRequest request(int number) {
    return ChatRequest.of(ChaosVendor.PROMPT + number);
  }

  private static String where(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length == 0 ? "" : " at " + List.of(trace).subList(0, Math.min(8, trace.length));
  }

  /** What each call and each attempt comes to, told by events. */
  private final class Books implements CallListener {
    private final Map<Long, Integer> open = new HashMap<>();
    private final Map<Long, Integer> ends = new HashMap<>();
    private final Map<Long, Integer> numbers = new HashMap<>();

    @Override
    public void on(CallEvent event) {
      if (event instanceof CallEvent.CallStarted started) {
        open.put(started.callId(), 0);
        numbers.put(started.callId(), code.current());
      } else if (event instanceof CallEvent.AttemptStarted started) {
        code.check(
            !ends.containsKey(started.callId()), "an attempt began after its call: " + event);
        open.merge(started.callId(), 1, Integer::sum);
      } else if (event instanceof CallEvent.AttemptEnded ended) {
        if (ended.attempt().kind() != Attempt.Kind.SKIPPED) {
          open.merge(ended.callId(), -1, Integer::sum);
        }
      } else if (event instanceof CallEvent.CallEnded ended) {
        code.ends(numbers.get(ended.callId()));
        int times = ends.merge(ended.callId(), 1, Integer::sum);
        code.check(times == 1, "call id " + ended.callId() + " ended " + times + " times");
        int left = open.getOrDefault(ended.callId(), 0);
        code.check(left == 0, "call id " + ended.callId() + " ended with open attempts: " + left);
      }
    }

    void check() {
      open.keySet().forEach(id -> code.check(ends.containsKey(id), "call id " + id + " goes on"));
    }
  }

  /** A journal that is meddled with before it keeps an entry. */
  private final class Meddled extends PassingJournal {
    Meddled(Journal journal) {
      super(journal);
    }

    @Override
    Log wrap(Log log) {
      return new PassingLog(log) {
        @Override
        public CompletableFuture<Void> append(List<JournalEntry> entries) {
          code.meddle("append");
          return super.append(entries);
        }
      };
    }
  }
}
