package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal.Head;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Deletes old conversations when the application says so; damaged ones are for people to see, and
 * those of a newer version for that.
 *
 * <p>A conversation is as old as its last entry and its file both are: the entry's time is the
 * application's, whose clock may have been behind for a while.
 */
public final class Retention {
  private final JournalDirectory directory;
  private final InstantSource clock;

  Retention(JournalDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** A conversation and when it was last used. */
  private record Aged(Head head, Instant used) {}

  /** Deletes those in which nothing happened for some time; says how many. */
  public int deleteOlderThan(Duration age) {
    if (age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException("age must be more than zero, not " + age);
    }
    Instant cutoff = before(age);
    int deleted = 0;
    for (Aged aged : oldestFirst()) {
      if (aged.used.isBefore(cutoff) && directory.deleteUnchanged(aged.head)) {
        deleted++;
      }
    }
    directory.deleteLeftovers(cutoff);
    return deleted;
  }

  /** The instant so long ago; the first there is if it is longer than that. */
  private Instant before(Duration age) {
    try {
      return clock.instant().minus(age);
    } catch (DateTimeException | ArithmeticException e) {
      return Instant.MIN;
    }
  }

  /** Deletes the oldest until the rest takes no more than some bytes; says how many. */
  public int shrinkTo(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be zero or more, not " + bytes);
    }
    directory.deleteLeftovers(clock.instant());
    List<Aged> all = oldestFirst();
    long room = all.stream().mapToLong(aged -> aged.head.bytes()).sum();
    int deleted = 0;
    for (Aged aged : all) {
      if (room <= bytes) {
        break;
      }
      if (directory.deleteUnchanged(aged.head)) {
        room -= aged.head.bytes();
        deleted++;
      }
    }
    return deleted;
  }

  private List<Aged> oldestFirst() {
    Predicate<Head> mayGo =
        head ->
            head.state() != ConversationState.DAMAGED && head.state() != ConversationState.UNKNOWN;
    return directory.heads().stream()
        .filter(mayGo)
        .map(head -> new Aged(head, directory.lastUsed(head)))
        .sorted(Comparator.comparing(Aged::used))
        .toList();
  }
}
