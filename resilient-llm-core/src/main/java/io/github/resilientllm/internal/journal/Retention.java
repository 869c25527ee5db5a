package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal.Listed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

/** Deletes old conversations when the application says so; damaged ones are for people to see. */
public final class Retention {
  private final JournalDirectory directory;
  private final InstantSource clock;

  Retention(JournalDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Deletes those in which nothing happened for some time; says how many. */
  public int deleteOlderThan(Duration age) {
    if (age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException("age must be more than zero, not " + age);
    }
    Instant cutoff = clock.instant().minus(age);
    int deleted = 0;
    for (Listed listed : oldestFirst()) {
      if (listed.lastActivity().isBefore(cutoff) && directory.deleteUnchanged(listed)) {
        deleted++;
      }
    }
    return deleted;
  }

  /** Deletes the oldest until the rest takes no more than some bytes; says how many. */
  public int shrinkTo(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be zero or more, not " + bytes);
    }
    List<Listed> all = oldestFirst();
    long room = all.stream().mapToLong(Listed::bytes).sum();
    int deleted = 0;
    for (Listed listed : all) {
      if (room <= bytes) {
        break;
      }
      if (directory.deleteUnchanged(listed)) {
        room -= listed.bytes();
        deleted++;
      }
    }
    return deleted;
  }

  private List<Listed> oldestFirst() {
    return directory.list().stream()
        .filter(listed -> listed.state() != ConversationState.DAMAGED)
        .sorted(Comparator.comparing(Listed::lastActivity))
        .toList();
  }
}
