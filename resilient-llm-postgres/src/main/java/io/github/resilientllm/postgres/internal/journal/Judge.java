package io.github.resilientllm.postgres.internal.journal;

import org.jspecify.annotations.Nullable;

/** Says of the rows of one conversation, in their order, what is wrong with them. */
final class Judge {
  private final String storedId;
  private final long life;
  private final long end;
  private final long streamedFrom;
  private long lastN;
  private long lastKept;

  /**
   * A judge of the rows that follow one.
   *
   * @param end the number of the conversation's last
   * @param streamedFrom from where on nothing was dropped; 0 for nowhere
   */
  Judge(String storedId, long life, long end, long streamedFrom, long lastN, long lastKept) {
    this.storedId = storedId;
    this.life = life;
    this.end = end;
    this.streamedFrom = streamedFrom;
    this.lastN = lastN;
    this.lastKept = lastKept;
  }

  /** What is wrong with the next row; null if nothing is. */
  @Nullable String problem(Row row) {
    long before = row.isSaidAgain() ? row.kept : row.kept - 1;
    long from = lastN + 1;
    boolean mayMiss = streamedFrom == 0 || row.n <= streamedFrom;
    boolean follows = before == lastKept && (row.n == from || mayMiss);
    lastN = row.n;
    lastKept = row.kept;
    if (!row.isSound(storedId, life)) {
      return "entry %d has a wrong checksum".formatted(row.n);
    }
    if (row.n > end) {
      return "entry %d is there although the last one is %d".formatted(row.n, end);
    }
    return follows ? null : "entries %d to %d are missing".formatted(from, row.n - 1);
  }

  /** What is missing behind the rows so far; null if nothing is. */
  @Nullable String missing() {
    return lastN < end ? "entries %d to %d are missing".formatted(lastN + 1, end) : null;
  }
}
