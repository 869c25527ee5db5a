package io.github.resilientllm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Journal} does; extend it for your own. */
@Timeout(60)
public abstract class JournalContract {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");

  private Journal journal;

  /** A journal without conversations; it is closed after the test. */
  protected abstract Journal open() throws Exception;

  /**
   * The journal as the next process finds it. One that keeps nothing so long gives itself.
   *
   * @param journal what {@link #open} gave; still open
   */
  protected abstract Journal reopen(Journal journal) throws Exception;

  @BeforeEach
  final void openJournal() throws Exception {
    journal = open();
  }

  @AfterEach
  final void closeJournal() {
    journal.close();
  }

  @Test
  void aNewConversationIsEmptyAndLeavesNothing() {
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.lastSequence()).isZero();
      assertThat(log.entriesAfter(0)).isEmpty();
      assertThat(log.incarnation()).isNotEmpty();
    }
    assertThat(journal.read("a")).isEmpty();
    assertThat(journal.list()).isEmpty();
    assertThat(journal.delete("a")).isFalse();
  }

  @Test
  void whatWasAcknowledgedIsReadAgainInOrder() throws Exception {
    List<JournalEntry> entries = entriesOfEveryKind();
    try (Journal.Log log = journal.open("a").join()) {
      entries.forEach(entry -> log.append(entry).join());
      assertThat(log.lastSequence()).isEqualTo(entries.size());
      assertThat(log.entriesAfter(0)).isEqualTo(entries);
    }
    assertThat(journal.read("a")).isEqualTo(entries);

    journal = reopen(journal);

    assertThat(journal.read("a")).isEqualTo(entries);
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.lastSequence()).isEqualTo(entries.size());
      assertThat(log.entriesAfter(0)).isEqualTo(entries);
    }
  }

  @Test
  void entriesAfterANumberAreTheRest() {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 5);

      assertThat(log.entriesAfter(3)).containsExactly(entry(4), entry(5));
      assertThat(log.entriesAfter(5)).isEmpty();
      assertThat(log.entriesAfter(6)).isEmpty();
    }
  }

  @Test
  void aConversationGoesOnWhereItStopped() throws Exception {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 3);
    }
    journal = reopen(journal);
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 4, 6);
    }
    journal = reopen(journal);

    assertThat(journal.read("a")).isEqualTo(entries(1, 6));
  }

  @Test
  void manyAppendsAtOnceAreKeptInOrder() {
    try (Journal.Log log = journal.open("a").join()) {
      CompletableFuture.allOf(
              IntStream.rangeClosed(1, 2000)
                  .mapToObj(n -> log.append(entry(n)))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
    assertThat(journal.read("a")).isEqualTo(entries(1, 2000));
  }

  @Test
  void closingALogWritesWhatWasAppended() {
    Journal.Log log = journal.open("a").join();
    List<CompletableFuture<Void>> acknowledged = new ArrayList<>();
    for (int n = 1; n <= 100; n++) {
      acknowledged.add(log.append(entry(n)));
    }
    log.close();
    log.close();

    assertThat(acknowledged).allSatisfy(f -> assertThat(f).isCompletedWithValue(null));
    assertThat(journal.read("a")).isEqualTo(entries(1, 100));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4, Long.MAX_VALUE})
  void anEntryThatDoesNotFollowTheLastIsRefused(long number) {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 2);

      assertRefused(Reason.CONFLICT, () -> log.append(entry(number)).join());
    }
    assertThat(journal.read("a")).isEqualTo(entries(1, 2));
  }

  @Test
  void aConversationHasOneWriter() {
    try (Journal.Log log = journal.open("a").join();
        Journal.Log other = journal.open("b").join()) {
      append(log, 1, 1);
      append(other, 1, 1);

      assertRefused(Reason.LOCKED, () -> journal.open("a").join());
      assertRefused(Reason.LOCKED, () -> journal.delete("a"));
    }
    journal.open("a").join().close();
  }

  @Test
  void aReaderNeedsNotWaitForTheWriter() {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 2);

      assertThat(journal.read("a")).isEqualTo(entries(1, 2));
      assertThat(journal.list()).hasSize(1);
    }
  }

  @Test
  void aConversationThatBeganAgainIsAnotherOne() throws Exception {
    String first;
    try (Journal.Log log = journal.open("a").join()) {
      first = log.incarnation();
      append(log, 1, 3);
      assertThat(log.incarnation()).isEqualTo(first);
    }
    journal = reopen(journal);
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.incarnation()).isEqualTo(first);
    }
    assertThat(journal.delete("a")).isTrue();
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.incarnation()).isNotEqualTo(first);
      append(log, 1, 3);
    }
  }

  @Test
  void aDeletedConversationIsGone() throws Exception {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 3);
    }
    assertThat(journal.delete("a")).isTrue();
    journal = reopen(journal);

    assertThat(journal.delete("a")).isFalse();
    assertThat(journal.read("a")).isEmpty();
    assertThat(journal.list()).isEmpty();
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.lastSequence()).isZero();
    }
  }

  @Test
  void theListShowsWhereEachConversationStands() throws Exception {
    Instant later = NOON.plusSeconds(60);
    try (Journal.Log a = journal.open("a").join();
        Journal.Log b = journal.open("b").join()) {
      append(a, 1, 2);
      a.append(new JournalEntry(3, later, Kind.ANSWERED, ConversationState.IDLE, "{}")).join();
      append(b, 1, 1);
    }
    journal = reopen(journal);

    List<Journal.Listed> listed = journal.list();

    assertThat(listed)
        .extracting(
            Journal.Listed::conversation,
            Journal.Listed::state,
            Journal.Listed::lastActivity,
            Journal.Listed::entries)
        .containsExactlyInAnyOrder(
            tuple("a", ConversationState.IDLE, later, 3L),
            tuple("b", ConversationState.QUESTION_PENDING, entry(1).at(), 1L));
    assertThat(listed).allSatisfy(l -> assertThat(l.bytes()).isPositive());
  }

  @Test
  void anyTextIsAnId() throws Exception {
    List<String> ids =
        List.of(
            "a",
            "A",
            "..",
            ".",
            "../../etc/passwd",
            "/",
            "\\",
            "C:\\x",
            "CON",
            "nul.txt",
            "-rf",
            " ",
            "a ",
            "a.",
            "a\nb",
            "a\u0000b",
            "=41",
            "ä",
            "a\u0308",
            "\uD83D\uDE80",
            "\uD800",
            "\uDC00",
            "?",
            "~",
            "%2e",
            "\"quoted\"",
            "x".repeat(512),
            "x".repeat(511),
            "\uFFFF".repeat(512));
    for (String id : ids) {
      try (Journal.Log log = journal.open(id).join()) {
        log.append(about(id)).join();
      }
    }
    journal = reopen(journal);

    assertThat(journal.list())
        .extracting(Journal.Listed::conversation)
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(ids).allSatisfy(id -> assertThat(journal.read(id)).containsExactly(about(id)));
    assertThat(ids).allSatisfy(id -> assertThat(journal.delete(id)).isTrue());
    assertThat(journal.list()).isEmpty();
  }

  @Test
  void anIdThatIsTooLongOrEmptyIsRefused() {
    String longer = "x".repeat(Journal.MAX_ID_LENGTH + 1);

    assertRefused(Reason.TOO_LARGE, () -> journal.open(longer).join());
    assertRefused(Reason.TOO_LARGE, () -> journal.read(longer));
    assertRefused(Reason.TOO_LARGE, () -> journal.delete(longer));
    assertThatThrownBy(() -> journal.open("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> journal.read("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> journal.delete("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBodyComesBackAsItWas() throws Exception {
    List<String> bodies =
        List.of(
            "{}",
            "{\"text\":\"\\n\\u0000 } ] \\\" \\\\\"}",
            "{\"text\":\"\u2028\u2029\uFEFF\u0085\uFFFD ä \uD83D\uDE80\"}",
            "{ \"spaces\" : [ 1.0 , 1e3 , null ] }\r",
            "{\"a\":1,\"a\":2}",
            "{\"text\":\"" + "long ".repeat(200_000) + "\"}");
    try (Journal.Log log = journal.open("a").join()) {
      for (int i = 0; i < bodies.size(); i++) {
        log.append(new JournalEntry(i + 1, NOON, Kind.ASKED, ConversationState.IDLE, bodies.get(i)))
            .join();
      }
    }
    journal = reopen(journal);

    assertThat(journal.read("a")).extracting(JournalEntry::body).isEqualTo(bodies);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "-1000000000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59.999999999Z",
        "2026-11-22T12:00:00.1Z",
        "2026-11-22T12:00:00.000000001Z"
      })
  void anInstantComesBackAsItWas(Instant at) throws Exception {
    try (Journal.Log log = journal.open("a").join()) {
      log.append(new JournalEntry(1, at, Kind.ASKED, ConversationState.IDLE, "{}")).join();
    }
    journal = reopen(journal);

    assertThat(journal.read("a")).extracting(JournalEntry::at).containsExactly(at);
  }

  @Test
  void aClosedLogRefuses() {
    Journal.Log log = journal.open("a").join();
    append(log, 1, 1);
    log.close();

    assertRefused(Reason.CLOSED, () -> log.append(entry(2)).join());
    assertRefused(Reason.CLOSED, () -> log.entriesAfter(0));
  }

  @Test
  void aClosedLogDoesNotFreeTheNextOne() {
    Journal.Log first = journal.open("a").join();
    first.close();
    try (Journal.Log second = journal.open("a").join()) {
      first.close();

      append(second, 1, 1);
      assertRefused(Reason.LOCKED, () -> journal.open("a").join());
    }
  }

  @Test
  void aClosedJournalRefuses() {
    Journal.Log log = journal.open("a").join();
    CompletableFuture<Void> appended = log.append(entry(1));
    journal.close();
    journal.close();

    assertThat(appended).isCompletedWithValue(null);
    assertRefused(Reason.CLOSED, () -> log.append(entry(2)).join());
    assertRefused(Reason.CLOSED, () -> journal.open("a").join());
    assertRefused(Reason.CLOSED, () -> journal.read("a"));
    assertRefused(Reason.CLOSED, () -> journal.list());
    assertRefused(Reason.CLOSED, () -> journal.delete("a"));
    log.close();
  }

  @Test
  void anInterruptedCallerHarmsNothing() {
    Thread.currentThread().interrupt();
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 3);
      assertThat(log.entriesAfter(0)).isEqualTo(entries(1, 3));
    }
    assertThat(journal.read("a")).isEqualTo(entries(1, 3));
    assertThat(journal.list()).hasSize(1);
    assertThat(journal.delete("a")).isTrue();

    assertThat(Thread.interrupted()).as("the interrupt is kept for the caller").isTrue();
  }

  @Test
  void aCancelledAppendHarmsNothing() {
    try (Journal.Log log = journal.open("a").join()) {
      log.append(entry(1)).cancel(true);
      append(log, 2, 3);
    }
    assertThat(journal.read("a")).isEqualTo(entries(1, 3));
  }

  @Test
  void whoeverIsToldMayUseTheJournalAtOnce() {
    CompletableFuture<List<JournalEntry>> read =
        journal
            .open("a")
            .thenCompose(
                log ->
                    log.append(entry(1))
                        .thenApply(
                            done -> {
                              List<JournalEntry> entries = log.entriesAfter(0);
                              log.close();
                              assertThat(journal.read("a")).isEqualTo(entries);
                              return entries;
                            }));

    assertThat(read.join()).containsExactly(entry(1));
  }

  @Test
  void sixteenThreadsWriteSixteenConversations() throws Exception {
    inThreads(
        16,
        i -> {
          try (Journal.Log log = journal.open("c" + i).join()) {
            append(log, 1, 50);
          }
        });
    journal = reopen(journal);

    assertThat(journal.list()).hasSize(16);
    for (int i = 0; i < 16; i++) {
      assertThat(journal.read("c" + i)).isEqualTo(entries(1, 50));
    }
  }

  @Test
  void sixteenThreadsShareOneConversationInTurns() throws Exception {
    inThreads(
        16,
        i -> {
          for (int done = 0; done < 5; ) {
            try (Journal.Log log = journal.open("a").join()) {
              log.append(entry(log.lastSequence() + 1)).join();
              done++;
            } catch (CompletionException e) {
              assertThat(reasonOf(e)).isEqualTo(Reason.LOCKED);
              Thread.onSpinWait();
            }
          }
        });

    assertThat(journal.read("a")).isEqualTo(entries(1, 80));
  }

  /** Something done by one of several threads. */
  private interface Work {
    void by(int thread) throws Exception;
  }

  private static void inThreads(int count, Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int thread = i;
      results.add(
          threads.submit(
              () -> {
                start.await();
                work.by(thread);
                return null;
              }));
    }
    start.countDown();
    for (Future<?> result : results) {
      result.get();
    }
    threads.shutdown();
  }

  private static void assertRefused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call).satisfies(thrown -> assertThat(reasonOf(thrown)).isEqualTo(reason));
  }

  private static Reason reasonOf(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    assertThat(cause).isInstanceOf(JournalException.class);
    return ((JournalException) cause).reason();
  }

  private static void append(Journal.Log log, long first, long last) {
    for (long n = first; n <= last; n++) {
      log.append(entry(n)).join();
    }
  }

  private static List<JournalEntry> entries(long first, long last) {
    List<JournalEntry> entries = new ArrayList<>();
    for (long n = first; n <= last; n++) {
      entries.add(entry(n));
    }
    return entries;
  }

  /** Odd ones are forced to the disk, even ones are only written. */
  private static JournalEntry entry(long n) {
    Kind kind = n % 2 == 1 ? Kind.ASKED : Kind.FAILED;
    String body = "{\"text\":\"entry " + n + "\"}";
    return new JournalEntry(
        n, NOON.plusMillis(n % 1000), kind, ConversationState.QUESTION_PENDING, body);
  }

  private static JournalEntry about(String id) {
    String body = "{\"about\":" + id.hashCode() + "}";
    return new JournalEntry(1, NOON, Kind.ASKED, ConversationState.IDLE, body);
  }

  private static List<JournalEntry> entriesOfEveryKind() {
    List<JournalEntry> entries = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (ConversationState state : ConversationState.values()) {
        int n = entries.size() + 1;
        entries.add(new JournalEntry(n, NOON.plusNanos(n), kind, state, "{\"n\":" + n + "}"));
      }
    }
    return entries;
  }
}
