package io.github.resilientllm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Journal} does; extend it for your own. */
public abstract class JournalContract extends JournalThreadsContract {
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

    acknowledged.forEach(CompletableFuture::join);
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
