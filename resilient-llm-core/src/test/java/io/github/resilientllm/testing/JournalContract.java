package io.github.resilientllm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Journal} does; extend it for your own. */
public abstract class JournalContract extends JournalThreadsContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aNewConversationIsEmptyAndLeavesNothing() {
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.lastSequence()).isZero();
      assertThat(log.entriesAfter(0).join()).isEmpty();
      assertThat(log.incarnation()).isNotEmpty();
    }
    assertThat(journal.read("a").join()).isEmpty();
    assertThat(journal.list().join()).isEmpty();
    assertThat(journal.delete("a").join()).isFalse();
  }

  @Test
  void whatWasAcknowledgedIsReadAgainInOrder() throws Exception {
    List<JournalEntry> entries = entriesOfEveryKind();
    try (Journal.Log log = journal.open("a").join()) {
      entries.forEach(entry -> log.append(entry).join());
      assertThat(log.lastSequence()).isEqualTo(entries.size());
      assertIsAllOf(entries, log.entriesAfter(0).join());
    }
    assertIsAllOf(entries, journal.read("a").join());

    journal = reopen(journal);

    assertIsAllOf(entries, journal.read("a").join());
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.lastSequence()).isEqualTo(entries.size());
      assertIsAllOf(entries, log.entriesAfter(0).join());
    }
  }

  /** What says nothing any more may have been dropped. */
  private static void assertIsAllOf(List<JournalEntry> entries, List<JournalEntry> found) {
    assertThat(entries).containsSubsequence(found);
    assertThat(found).containsAll(entries.stream().filter(e -> !e.kind().isSaidAgain()).toList());
  }

  @Test
  void entriesAfterANumberAreTheRest() {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 5);

      assertThat(log.entriesAfter(3).join()).containsExactly(entry(4), entry(5));
      assertThat(log.entriesAfter(5).join()).isEmpty();
      assertThat(log.entriesAfter(6).join()).isEmpty();
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

    assertThat(journal.read("a").join()).isEqualTo(entries(1, 6));
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
    assertThat(journal.read("a").join()).isEqualTo(entries(1, 2000));
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

    acknowledged.forEach(CompletableFuture::join);
    assertThat(journal.read("a").join()).isEqualTo(entries(1, 100));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4, Long.MAX_VALUE})
  void anEntryThatDoesNotFollowTheLastIsRefused(long number) {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 2);

      assertRefused(Reason.CONFLICT, () -> log.append(entry(number)).join());
    }
    assertThat(journal.read("a").join()).isEqualTo(entries(1, 2));
  }

  @Test
  void patienceMayBeEndless() {
    Journal.Log log = journal.open("a").join();
    CompletableFuture<Journal.Log> waiting = journal.open("a", ChronoUnit.FOREVER.getDuration());
    assertThat(waiting).isNotDone();
    log.close();
    waiting.join().close();
  }

  @Test
  void aConversationHasOneWriter() {
    try (Journal.Log log = journal.open("a").join();
        Journal.Log other = journal.open("b").join()) {
      append(log, 1, 1);
      append(other, 1, 1);

      assertRefused(Reason.BUSY, () -> journal.open("a").join());
      assertRefused(Reason.BUSY, () -> journal.delete("a").join());
    }
    journal.open("a").join().close();
  }

  @Test
  void aReaderNeedsNotWaitForTheWriter() {
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 2);

      assertThat(journal.read("a").join()).isEqualTo(entries(1, 2));
      assertThat(journal.list().join()).hasSize(1);
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
    assertThat(journal.delete("a").join()).isTrue();
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
    assertThat(journal.delete("a").join()).isTrue();
    journal = reopen(journal);

    assertThat(journal.delete("a").join()).isFalse();
    assertThat(journal.read("a").join()).isEmpty();
    assertThat(journal.list().join()).isEmpty();
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

    List<Journal.Head> listed = journal.list().join();

    assertThat(listed)
        .extracting(
            Journal.Head::conversation,
            Journal.Head::state,
            Journal.Head::lastActivity,
            Journal.Head::lastSequence)
        .containsExactlyInAnyOrder(
            tuple("a", ConversationState.IDLE, later, 3L),
            tuple("b", ConversationState.QUESTION_PENDING, entry(1).at(), 1L));
    assertThat(listed).allSatisfy(l -> assertThat(l.bytes()).isPositive());
  }

  @Test
  void aClosedLogRefuses() {
    Journal.Log log = journal.open("a").join();
    append(log, 1, 1);
    log.close();

    assertRefused(Reason.CLOSED, () -> log.append(entry(2)).join());
    assertRefused(Reason.CLOSED, () -> log.entriesAfter(0).join());
    assertRefused(Reason.CLOSED, () -> log.held().join());
  }

  @Test
  void aClosedLogDoesNotFreeTheNextOne() {
    Journal.Log first = journal.open("a").join();
    first.close();
    try (Journal.Log second = journal.open("a").join()) {
      first.close();

      append(second, 1, 1);
      assertRefused(Reason.BUSY, () -> journal.open("a").join());
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
    assertRefused(Reason.CLOSED, () -> journal.read("a").join());
    assertRefused(Reason.CLOSED, () -> journal.head("a").join());
    assertRefused(Reason.CLOSED, () -> journal.list().join());
    assertRefused(Reason.CLOSED, () -> journal.delete("a").join());
    log.close();
  }

  @Test
  void severalAreAppendedTogetherOrNotAtAll() throws Exception {
    try (Journal.Log log = journal.open("a").join()) {
      log.append(entries(1, 3)).join();
      assertRefused(
          Reason.CONFLICT, () -> log.append(List.of(entry(4), entry(5), entry(7))).join());
      assertRefused(Reason.CONFLICT, () -> log.append(List.of(entry(5), entry(4))).join());
      assertThat(log.lastSequence()).isEqualTo(3);
      log.append(entries(4, 6)).join();
      log.append(entry(7)).join();
    }
    journal = reopen(journal);

    assertThat(journal.read("a").join()).isEqualTo(entries(1, 7));
  }

  @Test
  void anotherWritersEntriesAreKeptUnderTheirName() throws Exception {
    JournalEntry rating =
        JournalEntry.other(
            2, NOON, "com.example.rating", ConversationState.QUESTION_PENDING, "{\"stars\":5}");
    try (Journal.Log log = journal.open("a").join()) {
      log.append(List.of(entry(1), rating)).join();
    }
    journal = reopen(journal);

    assertThat(journal.read("a").join()).containsExactly(entry(1), rating);
    assertThat(journal.head("a").join().orElseThrow().lastSequence()).isEqualTo(2);
  }

  @Test
  void whoLooksSeesTheHeadAndDisturbsNobody() throws Exception {
    assertThat(journal.head("a").join()).isEmpty();
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 2);

      Journal.Head head = journal.head("a").join().orElseThrow();
      assertThat(head.conversation()).isEqualTo("a");
      assertThat(head.incarnation()).isEqualTo(log.incarnation());
      assertThat(head.state()).isEqualTo(ConversationState.QUESTION_PENDING);
      assertThat(head.lastSequence()).isEqualTo(2);
      assertThat(head.lastActivity()).isEqualTo(entry(2).at());
      assertThat(log.held()).succeedsWithin(PATIENCE);
      append(log, 3, 3);
    }
    journal = reopen(journal);
    assertThat(journal.head("a").join().orElseThrow().lastSequence()).isEqualTo(3);
  }

  @Test
  void aConversationIsReadInPages() throws Exception {
    try (Journal.Log log = journal.open("a").join()) {
      log.append(entries(1, 2)).join();
      append(log, 3, 20);
      assertPages(after -> log.readAfter(after, 60));
    }
    journal = reopen(journal);
    assertPages(after -> journal.readAfter("a", after, 60));
    assertThat(journal.readAfter("none", 0, 60).join()).isEqualTo(Journal.Page.NONE);
  }

  @Test
  void theEndIsReadByItself() throws Exception {
    try (Journal.Log log = journal.open("a").join()) {
      assertThat(log.readLast(60).join().entries()).isEmpty();
      append(log, 1, 30);
      assertIsTheEnd(log.readLast(400).join(), log.incarnation());
    }
    journal = reopen(journal);
    String incarnation = journal.head("a").join().orElseThrow().incarnation();
    assertIsTheEnd(journal.readLast("a", 400).join(), incarnation);
    assertThat(journal.readLast("a", 1).join().entries()).endsWith(entry(30));
    assertThat(journal.readLast("a", 1 << 20).join().entries()).isEqualTo(entries(1, 30));
    assertThat(journal.readLast("none", 60).join()).isEqualTo(Journal.Page.NONE);
  }

  private static void assertIsTheEnd(Journal.Page end, String incarnation) {
    assertThat(end.incarnation()).isEqualTo(incarnation);
    assertThat(end.isLast()).isTrue();
    assertThat(end.entries()).hasSizeBetween(1, 29);
    long first = end.entries().get(0).sequence();
    assertThat(end.entries()).isEqualTo(entries(first, 30));
  }

  private static void assertPages(LongFunction<CompletableFuture<Journal.Page>> pages) {
    List<JournalEntry> all = new ArrayList<>();
    Journal.Page page = pages.apply(0).join();
    all.addAll(page.entries());
    int count = 1;
    for (; !page.isLast(); count++) {
      assertThat(page.entries()).isNotEmpty();
      page = pages.apply(page.lastSequence(0)).join();
      all.addAll(page.entries());
    }
    assertThat(all).isEqualTo(entries(1, 20));
    assertThat(count).isGreaterThan(2);
  }

  @Test
  void whoHasPatienceGetsTheConversationWhenTheWriterIsDone() {
    Journal.Log first = journal.open("a").join();
    append(first, 1, 1);
    CompletableFuture<Journal.Log> second = journal.open("a", PATIENCE);
    CompletableFuture<Journal.Log> impatient = journal.open("a", Duration.ofMillis(1));

    assertThat(impatient).failsWithin(PATIENCE);
    assertRefused(Reason.BUSY, impatient::join);
    assertThat(second).isNotDone();
    first.close();

    assertThat(second).succeedsWithin(PATIENCE);
    try (Journal.Log log = second.join()) {
      assertThat(log.lastSequence()).isEqualTo(1);
      append(log, 2, 2);
    }
  }

  @Test
  void theListComesInPagesAndByStateAndTime() throws Exception {
    for (int i = 0; i < 7; i++) {
      try (Journal.Log log = journal.open("c" + i).join()) {
        ConversationState state = i < 3 ? ConversationState.IDLE : ConversationState.TOOL_PENDING;
        log.append(new JournalEntry(1, NOON.plusSeconds(i), Kind.ASKED, state, "{}")).join();
      }
    }
    journal = reopen(journal);
    Journal.Query all = Journal.Query.all();

    assertThat(listed(all.limit(2)))
        .containsExactlyInAnyOrder("c0", "c1", "c2", "c3", "c4", "c5", "c6");
    assertThat(listed(all.limit(1).inStates(Set.of(ConversationState.IDLE))))
        .containsExactlyInAnyOrder("c0", "c1", "c2");
    assertThat(listed(all.limit(1).activeSince(NOON.plusSeconds(5))))
        .containsExactlyInAnyOrder("c5", "c6");
    assertThat(listed(all.activeBefore(NOON.plusSeconds(2)))).containsExactlyInAnyOrder("c0", "c1");
  }

  private List<String> listed(Journal.Query query) {
    List<String> ids = new ArrayList<>();
    Journal.Listing page = journal.list(query).join();
    page.heads().forEach(head -> ids.add(head.conversation()));
    while (!page.isLast()) {
      page = journal.list(query.from(page.next())).join();
      assertThat(page.heads()).hasSizeLessThanOrEqualTo(query.limit());
      page.heads().forEach(head -> ids.add(head.conversation()));
    }
    return ids;
  }

  private static List<JournalEntry> entriesOfEveryKind() {
    List<JournalEntry> entries = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (ConversationState state : ConversationState.values()) {
        int n = entries.size() + 1;
        Instant at = NOON.plus(n, ChronoUnit.MICROS);
        String body = "{\"n\":" + n + "}";
        if (kind == Kind.OTHER) {
          entries.add(JournalEntry.other(n, at, "com.example.rating", storable(state), body));
        } else {
          entries.add(new JournalEntry(n, at, kind, storable(state), body));
        }
      }
    }
    return entries;
  }

  private static ConversationState storable(ConversationState state) {
    return state == ConversationState.UNKNOWN ? ConversationState.IDLE : state;
  }
}
