package io.github.resilientllm.postgres.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.journal.JournalEntry.Kind;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** An entry as it stands in the table. */
final class Row {
  /** What {@link #read} needs, in its order. */
  static final String COLUMNS = "n, at, kind, state, kept, lease, key_id, crc, body";

  /** About what a row takes beside its body. */
  private static final int OVERHEAD = 100;

  final long n;
  final Instant at; // whole microseconds
  final String kind;
  final String state;
  final long kept;
  final long lease;
  final @Nullable String key;
  final long crc;
  final byte[] body;

  Row(
      long n,
      Instant at,
      String kind,
      String state,
      long kept,
      long lease,
      @Nullable String key,
      long crc,
      byte[] body) {
    this.n = n;
    this.at = at;
    this.kind = kind;
    this.state = state;
    this.kept = kept;
    this.lease = lease;
    this.key = key;
    this.crc = crc;
    this.body = body;
  }

  /** A row that begins in a column of a result. */
  static Row read(ResultSet found, int from) throws SQLException {
    return new Row(
        found.getLong(from),
        found.getObject(from + 1, OffsetDateTime.class).toInstant(),
        found.getString(from + 2),
        found.getString(from + 3),
        found.getLong(from + 4),
        found.getLong(from + 5),
        found.getString(from + 6),
        found.getLong(from + 7),
        found.getBytes(from + 8));
  }

  /** The same as it is to be written: with its place among what is never dropped, and its sum. */
  Row placed(String storedId, long life, long number) {
    Row placed = new Row(n, at, kind, state, number, lease, key, 0, body);
    long sum = placed.checksum(storedId, life);
    return new Row(n, at, kind, state, number, lease, key, sum, body);
  }

  /** The same where only the rest of it is of use. */
  Row withoutBody() {
    return new Row(n, at, kind, state, kept, lease, key, crc, new byte[0]);
  }

  /** Whether what follows says all of it again. */
  boolean isSaidAgain() {
    return kind.equals(StoredNames.of(Kind.PROGRESS)) || kind.equals(StoredNames.of(Kind.ATTEMPT));
  }

  /** Whether what was streamed before it says nothing any more. */
  boolean endsTurn() {
    return kind.equals(StoredNames.of(Kind.ANSWERED))
        || kind.equals(StoredNames.of(Kind.DISCARDED))
        || kind.equals(StoredNames.of(Kind.ASKED));
  }

  long size() {
    return (long) body.length + OVERHEAD;
  }

  boolean isSound(String storedId, long life) {
    return crc == checksum(storedId, life);
  }

  /** CRC32C of all that the row says, and whose it is. */
  private long checksum(String storedId, long life) {
    CRC32C sum = new CRC32C();
    sum.update(
        ByteBuffer.allocate(4 * Long.BYTES)
            .putLong(life)
            .putLong(n)
            .putLong(at.getEpochSecond() * 1_000_000 + at.getNano() / 1000)
            .putLong(kept)
            .flip());
    for (String text : new String[] {storedId, kind, state, key == null ? "" : key}) {
      sum.update(text.getBytes(UTF_8));
      sum.update(0);
    }
    sum.update(body);
    return sum.getValue();
  }
}
