package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a journal was told of one conversation and what it promised, and so what must be found after
 * whatever happened. Used by one thread at a time.
 */
final class Ledger {
  private static final Set<Kind> DROPPABLE = EnumSet.of(Kind.PROGRESS, Kind.ATTEMPT);
  private static final Set<Kind> ENDS_A_TURN =
      EnumSet.of(Kind.ANSWERED, Kind.DISCARDED, Kind.ASKED);

  private final Predicate<Kind> isForced; // before it is acknowledged
  private final NavigableMap<Long, JournalEntry> told = new TreeMap<>();
  private final NavigableMap<Long, Long> groups = new TreeMap<>(); // first to last
  private final List<String> violations = new ArrayList<>(); // no callback's exception is seen
  private long written; // up to here the end of the process loses nothing
  private long durable; // up to here nothing does
  private boolean deleting;
  private long refused = Long.MAX_VALUE; // the first entry that the open log did not take
  private @Nullable String incarnation;
  private int made;
  private int outstanding;
  private long lost = Long.MAX_VALUE; // the first entry that was damaged on purpose

  Ledger(Predicate<Kind> isForced) {
    this.isForced = isForced;
  }

  /**
   * A log was opened; what it showed must be found from now on.
   *
   * @param durably whether also after a power cut
   */
  void opened(Journal.Log log, List<JournalEntry> found, boolean durably) {
    assertThat(log.lastSequence()).isEqualTo(last(found));
    if (deleting && found.isEmpty()) {
      told.clear();
      durable = 0;
    } else if (incarnation != null && !found.isEmpty()) {
      assertThat(log.incarnation()).isEqualTo(incarnation);
    }
    incarnation = log.incarnation();
    deleting = false;
    refused = Long.MAX_VALUE;
    told.tailMap(last(found), false).clear();
    groups.tailMap(last(found), false).clear();
    written = last(found);
    durable = durably ? written : durable;
  }

  /** Appends an entry that no other has the content of, and takes note of the answer. */
  void append(Journal.Log log, Kind kind, int size) {
    JournalEntry entry = entry(log.lastSequence() + 1, kind, size);
    boolean wasRefused = isRefused();
    // First, because it may be found as soon as it is offered.
    JournalEntry before = told.putIfAbsent(entry.sequence(), entry);
    assertThat(before == null || wasRefused).as("two entries %d", entry.sequence()).isTrue();
    outstanding++;
    CompletableFuture<Void> unused =
        log.append(entry).whenComplete((done, failure) -> answered(entry, failure == null));
  }

  /** Appends entries that must be found together, or not at all. */
  void appendTogether(Journal.Log log, Kind... kinds) {
    long first = log.lastSequence() + 1;
    List<JournalEntry> entries = new ArrayList<>();
    for (Kind kind : kinds) {
      JournalEntry entry = entry(first + entries.size(), kind, 300);
      entries.add(entry);
      told.put(entry.sequence(), entry);
    }
    long last = first + kinds.length - 1;
    groups.put(first, last);
    outstanding++;
    CompletableFuture<Void> unused =
        log.append(entries)
            .whenComplete(
                (done, failure) -> {
                  outstanding += kinds.length - 1; // each is counted down below
                  entries.forEach(entry -> answered(entry, failure == null));
                });
    assertThat(last).isGreaterThan(first);
  }

  private void answered(JournalEntry entry, boolean acknowledged) {
    outstanding--;
    if (!acknowledged) {
      refused = Math.min(refused, entry.sequence());
      return;
    }
    if (entry.sequence() > refused) {
      violations.add(entry + " was acknowledged after a failure");
    }
    written = Math.max(written, entry.sequence());
    if (isForced.test(entry.kind())) {
      durable = Math.max(durable, entry.sequence());
    }
  }

  private JournalEntry entry(long sequence, Kind kind, int size) {
    made++;
    ConversationState state =
        switch (kind) {
          case ANSWERED, DISCARDED, SYSTEM, SUMMARY -> ConversationState.IDLE;
          case PROGRESS -> ConversationState.STREAM_INTERRUPTED;
          default -> ConversationState.QUESTION_PENDING;
        };
    String body = "{\"text\":\"%d-%d %s\"}".formatted(sequence, made, "x".repeat(size));
    return new JournalEntry(sequence, Instant.ofEpochSecond(made), kind, state, body);
  }

  /** The conversation is about to be deleted: from now on it may be gone. */
  void deleting() {
    deleting = true;
  }

  /** The deletion was acknowledged. */
  void deleted() {
    told.clear();
    groups.clear();
    written = 0;
    durable = 0;
    deleting = false;
    incarnation = null;
  }

  /** What was acknowledged up to here is durable now. */
  void forced(long last) {
    durable = Math.max(durable, last);
  }

  /** Whether the log that is open took nothing more. */
  boolean isRefused() {
    return refused < Long.MAX_VALUE;
  }

  /** Nobody is left who could wait for an answer. */
  void processEnded() {
    outstanding = 0;
  }

  /** How many appends had no answer. */
  int outstanding() {
    return outstanding;
  }

  long lastAcknowledged() {
    return written;
  }

  /** An entry was damaged on purpose and may be missing. */
  void lost(long sequence) {
    told.remove(sequence);
    lost = sequence;
  }

  boolean isBeingDeleted() {
    return deleting;
  }

  /** The process ended; what was found then is all there is. */
  void ended(List<JournalEntry> found) {
    told.tailMap(last(found), false).clear();
    groups.tailMap(last(found), false).clear();
    written = last(found);
  }

  /** Checks what is there after the process ended, or while it lives. */
  void check(List<JournalEntry> found, boolean powerWasLost) {
    assertThat(violations).isEmpty();
    if (deleting && found.isEmpty()) {
      return;
    }
    long promised = powerWasLost ? durable : written;
    assertThat(last(found))
        .as("last entry, of %d promised", promised)
        .isBetween(promised, lastTold());
    Map.Entry<Long, Long> group = groups.floorEntry(last(found));
    assertThat(group == null || last(found) < group.getKey() || last(found) >= group.getValue())
        .as("the last entry, %d, leaves others of its group out", last(found))
        .isTrue();
    long expected = 1;
    for (JournalEntry entry : found) {
      for (; expected < entry.sequence(); expected++) {
        assertThat(mayBeMissing(expected, found)).as("entry %d may be missing", expected).isTrue();
      }
      assertThat(entry.sequence()).as("order").isEqualTo(expected);
      assertThat(known(entry)).as("entry %d", expected).isEqualTo(told.get(expected));
      expected++;
    }
  }

  /** A piece of an answer says its time by that of the entry before it, which may be lost. */
  private JournalEntry known(JournalEntry found) {
    JournalEntry before = told.get(found.sequence());
    boolean timeMayBeLost = found.kind() == Kind.PROGRESS && found.sequence() > lost;
    return before == null || !timeMayBeLost
        ? found
        : new JournalEntry(
            found.sequence(), before.at(), found.kind(), found.stateAfter(), found.body());
  }

  private boolean mayBeMissing(long sequence, List<JournalEntry> found) {
    JournalEntry entry = told.get(sequence);
    return entry == null
        || (DROPPABLE.contains(entry.kind())
            && found.stream()
                .anyMatch(e -> e.sequence() > sequence && ENDS_A_TURN.contains(e.kind())));
  }

  private long lastTold() {
    return told.isEmpty() ? 0 : told.lastKey();
  }

  private static long last(List<JournalEntry> entries) {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).sequence();
  }
}
