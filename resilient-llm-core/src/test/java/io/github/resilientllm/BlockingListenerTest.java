package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Listeners, log appenders, redactors and journals that block or throw hold up whoever called them
 * and nobody else. In real time, but for what needs none.
 */
@Timeout(60)
class BlockingListenerTest {
  private static final Duration SOON = Duration.ofMillis(300);

  /** Of a stream whose reader has to get to its first piece before that. */
  private static final Duration LATER = Duration.ofSeconds(2);

  private static final Logger LOG = Logger.getLogger("io.github.resilientllm");

  private final Time time = Time.system();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Handler> appenders = new ArrayList<>();

  @AfterEach
  void letGo() {
    release.countDown();
    appenders.forEach(LOG::removeHandler);
    LOG.setLevel(null);
  }

  // Clocks

  @ParameterizedTest
  @EnumSource
  void whatBlocksAtTheEndOfOneCallStopsNoOthersClock(Culprit culprit) throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    ChatStream abandoned = abandoned(culprit, blocked);
    assertThat(abandoned.iterator().next()).isInstanceOf(ChatEvent.TextDelta.class);
    assertThat(blocked.await(20, TimeUnit.SECONDS)).as("the call ended").isTrue();
    assertClocksGo();
  }

  private enum Culprit {
    LISTENER,
    APPENDER,
    REDACTOR,
    JOURNAL
  }

  /** A stream that nobody will read to its end, and at whose end something blocks. */
  private ChatStream abandoned(Culprit culprit, CountDownLatch blocked) {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, script().says("half ").stalls());
    ResilientLlm.Builder llm = ResilientLlm.with(vendor).deadline(LATER);
    Runnable block = () -> block(blocked);
    switch (culprit) {
      case LISTENER -> llm.listener(at(CallEvent.CallEnded.class, block));
      case APPENDER -> append(line -> line.getMessage().contains("Call failed"), block);
      case REDACTOR ->
          llm.conversations(
              Conversations.standard()
                  .withRedactor(
                      text -> {
                        if (text.contains("half")) {
                          block.run();
                        }
                        return text;
                      }));
      case JOURNAL -> {}
    }
    if (culprit == Culprit.LISTENER || culprit == Culprit.APPENDER) {
      return llm.build().stream("q");
    }
    return llm
        .journal(new Blocking(culprit == Culprit.JOURNAL ? block : () -> {}))
        .build()
        .conversation("c")
        .stream("q");
  }

  @Test
  void aListenerThatBlocksKeepsNoOtherStreamOfItsClientOpen() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, script().says("half ").stalls());
    CountDownLatch blocked = new CountDownLatch(1);
    ResilientLlm llm =
        ResilientLlm.with(vendor)
            .deadline(LATER)
            .listener(at(CallEvent.CallEnded.class, () -> block(blocked)))
            .build();
    List<ChatStream> abandoned = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ChatStream stream = llm.stream("q");
      stream.iterator().next();
      abandoned.add(stream);
    }
    assertThat(abandoned).hasSize(5);
    await("closed on the wire", () -> vendor.open() == 0);
    assertClocksGo();
  }

  @Test
  void anAppenderThatThrowsWhereAnExpiredAttemptIsClosedStopsNoClock() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    LlmProvider badly = new ClosesBadly(closed);
    append(
        line -> true,
        () -> {
          throw new IllegalStateException("the disk for logs is full");
        });
    ChatStream abandoned = ResilientLlm.with(badly).deadline(LATER).build().stream("q");
    abandoned.iterator().next();
    await("closed at its deadline", () -> closed.get() > 0);
    letGo();
    assertClocksGo();
  }

  @Test
  void aListenerThatBlocksOnABreakersChangeHoldsUpNobodyElse() throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.NETWORK));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    CountDownLatch blocked = new CountDownLatch(1);
    ResilientLlm llm =
        ResilientLlm.with(sick)
            .fallback(next)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 2))
            .listener(at(CallEvent.BreakerChanged.class, () -> block(blocked)))
            .build();
    CompletableFuture<ChatResponse> held = llm.chatAsync(ChatRequest.of("q"));
    assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(llm.chatAsync(ChatRequest.of("q")).get(10, TimeUnit.SECONDS).text())
        .isEqualTo("hello");
    release.countDown();
    assertThat(held.get(10, TimeUnit.SECONDS).text()).isEqualTo("hello");
  }

  /** Another client's call leaves its silent vendor when its time is up. */
  private void assertClocksGo() throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm other =
        ResilientLlm.with(silent)
            .fallback(well)
            .timeouts(Timeouts.deadline(Duration.ofMinutes(1)).withAttempt(SOON))
            .build();
    CompletableFuture<ChatResponse> call = other.chatAsync(ChatRequest.of("q"));
    try {
      assertThat(call.get(10, TimeUnit.SECONDS).text()).isEqualTo("hello");
    } catch (TimeoutException e) {
      call.cancel(true);
      throw new AssertionError("The clocks of other calls stand still", e);
    }
  }

  // Who waits for an end

  @Test
  void whoReadsOnWhileAListenerHearsOfTheEndWaitsWithoutTurningRound() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    ChatStream stream = endingIn(blocked);
    AtomicReference<ErrorKind> kind = new AtomicReference<>();
    Thread reader = new Thread(() -> kind.set(kindOf(stream)));
    reader.start();
    await(
        "parked, or told at once",
        () -> !reader.isAlive() || reader.getState() == Thread.State.WAITING);
    release.countDown();
    reader.join(10_000);
    assertThat(kind).hasValue(ErrorKind.CANCELLED);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
  void virtualReadersWhoWaitForAnEndLeaveTheCarriersToOthers() throws Exception {
    int carriers = 2 * Runtime.getRuntime().availableProcessors();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < carriers; i++) {
      ChatStream stream = endingIn(new CountDownLatch(1));
      readers.add(virtual(() -> kindOf(stream)));
    }
    CountDownLatch innocent = new CountDownLatch(1);
    virtual(innocent::countDown);
    boolean ran = innocent.await(10, TimeUnit.SECONDS);
    release.countDown();
    for (Thread reader : readers) {
      reader.join(10_000);
    }
    assertThat(ran).as("another virtual thread ran").isTrue();
  }

  /** A stream that another thread is closing, where a listener blocks. */
  private ChatStream endingIn(CountDownLatch blocked) throws InterruptedException {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, script().says("half ").stalls());
    ChatStream stream =
        ResilientLlm.with(vendor)
            .listener(at(CallEvent.AttemptEnded.class, () -> block(blocked)))
            .build()
            .stream("q");
    stream.iterator().next();
    Thread closer = new Thread(stream::close);
    closer.setDaemon(true);
    closer.start();
    assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
    return stream;
  }

  // What was taken comes back

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAppenderThatThrowsAtTheStartOfAProbeKeepsNeitherItsSlotNorItsPlace(Face face)
      throws Exception {
    VirtualTime virtual = new VirtualTime();
    ScriptedProvider first =
        ScriptedProvider.of("first", virtual, fail(ErrorKind.NETWORK), answer("back"));
    ScriptedProvider next = ScriptedProvider.of("next", virtual, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(virtual, first, next)
            .retry(Retry.none())
            .concurrency(Concurrency.atMost(1))
            .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(10)))
            .build();
    virtual.run(
        () -> {
          face.call(llm, virtual);
          virtual.pass(Duration.ofSeconds(10));
          append(
              line -> line.getMessage().contains("probes with one call"),
              () -> {
                throw new IllegalStateException("the disk for logs is full");
              });
          Face.End end = face.call(llm, virtual); // nothing but an LlmException
          assertThat(end.failure() != null || end.response() != null).isTrue();
          letGo();
          virtual.pass(Duration.ofSeconds(10));
          assertThat(face.call(llm, virtual).response().answeredBy()).isEqualTo("first/m");
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
          assertThat(llm.engine().targets().get(0).standing().freePlaces()).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAppenderThatAlwaysThrowsChangesNoCall(Face face) throws Exception {
    VirtualTime virtual = new VirtualTime();
    ScriptedProvider sick = ScriptedProvider.of("sick", virtual, fail(ErrorKind.NETWORK));
    ScriptedProvider next =
        ScriptedProvider.of("next", virtual, answer("hello"), fail(ErrorKind.INVALID_REQUEST));
    ResilientLlm llm =
        VirtualClient.with(virtual, sick, next)
            .retry(Retry.none())
            .concurrency(Concurrency.atMost(1))
            .breaker(Breaker.opensAfter(1, 2))
            .listener(
                event -> {
                  throw new IllegalStateException("a bug in a listener");
                })
            .build();
    append(
        line -> true,
        () -> {
          throw new IllegalStateException("the disk for logs is full");
        });
    virtual.run(
        () -> {
          assertThat(face.call(llm, virtual).text()).isEqualTo("hello");
          assertThat(face.call(llm, virtual).error().kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        });
    assertThat(sick.open() + next.open()).isZero();
    assertThat(virtual.watched()).isZero();
    assertThat(llm.engine().targets())
        .allMatch(target -> target.standing().freePlaces() == 1, "has its place");
  }

  private void block(CountDownLatch blocked) {
    blocked.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CallListener at(Class<? extends CallEvent> event, Runnable does) {
    return heard -> {
      if (event.isInstance(heard)) {
        does.run();
      }
    };
  }

  private void append(Predicate<LogRecord> at, Runnable does) {
    Handler appender =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (at.test(line)) {
              does.run();
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    appenders.add(appender);
    LOG.setLevel(Level.ALL);
    LOG.addHandler(appender);
  }

  private void await(String what, BooleanSupplier condition) {
    long until = time.nanos() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(time.nanos()).as(what).isLessThan(until);
      time.park(time.nanos() + 1_000_000);
    }
  }

  private static @Nullable ErrorKind kindOf(ChatStream stream) {
    try {
      stream.response();
      return null;
    } catch (LlmException e) {
      return e.kind();
    }
  }

  private static Thread virtual(Runnable body) throws ReflectiveOperationException {
    return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
  }

  /** A journal that does something before it keeps that a turn failed. */
  private static final class Blocking extends PassingJournal {
    private final Runnable before;

    Blocking(Runnable before) {
      super(new MemoryJournal());
      this.before = before;
    }

    @Override
    Log wrap(Log log) {
      return new PassingLog(log) {
        @Override
        public CompletableFuture<Void> append(List<JournalEntry> entries) {
          if (entries.get(0).kind().equals(JournalEntry.Kind.FAILED)) {
            before.run();
          }
          return super.append(entries);
        }
      };
    }
  }

  /** Says one word, and throws when it is closed. */
  private record ClosesBadly(AtomicInteger closed) implements LlmProvider {
    @Override
    public String vendor() {
      return "badly";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return new ProviderCall() {
        @Override
        public ChatEvent.@Nullable Delta next() throws ProviderException {
          return new ChatEvent.TextDelta("half ");
        }

        @Override
        public Completion completion() {
          throw new IllegalStateException("not complete");
        }

        @Override
        public void close() {
          closed.incrementAndGet();
          throw new IllegalStateException("cannot close");
        }
      };
    }
  }
}
