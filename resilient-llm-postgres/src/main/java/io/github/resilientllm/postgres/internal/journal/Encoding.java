package io.github.resilientllm.postgres.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.journal.Sealing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Entries to rows, and back. */
final class Encoding {
  private final Sealing sealing;
  private final int maxEntryBytes;

  Encoding(Sealing sealing, int maxEntryBytes) {
    this.sealing = sealing;
    this.maxEntryBytes = maxEntryBytes;
  }

  /** Whether what is written is sealed. */
  boolean seals() {
    return sealing.currentKey().isPresent();
  }

  /** A row that has no place yet. */
  Row row(String id, long life, long lease, JournalEntry entry) {
    if (entry.body().length() > maxEntryBytes) {
      throw tooLarge(entry, entry.body().length());
    }
    byte[] body = entry.bodyBytes();
    if (body.length > maxEntryBytes) {
      throw tooLarge(entry, body.length);
    }
    if (!Years.has(entry.at())) {
      throw new JournalException(
          Reason.FAILED,
          "Entry %d is of %s, and the database keeps the years 1 to 9999; see to the clock"
              .formatted(entry.sequence(), entry.at()));
    }
    Instant at = entry.at().truncatedTo(ChronoUnit.MICROS);
    String state = StoredNames.of(entry.stateAfter());
    String key = sealing.currentKey().orElse(null);
    byte[] stored = body;
    if (key != null) {
      stored = sealing.close(key, place(id, life, entry.sequence(), entry.name(), state, at), body);
    }
    return new Row(entry.sequence(), at, entry.name(), state, 0, lease, key, 0, stored);
  }

  /** An entry as it was before. */
  JournalEntry entry(String id, long life, Row row) {
    String where = Failures.name(id);
    Sealing.Place place = place(id, life, row.n, row.kind, row.state, row.at);
    JournalEntry.Kind kind = StoredNames.kind(row.kind, where);
    byte[] body = sealing.open(row.key, place, row.body, where);
    return new JournalEntry(
        row.n,
        row.at,
        kind,
        row.kind,
        StoredNames.state(row.state, where),
        new String(body, UTF_8));
  }

  private static Sealing.Place place(
      String id, long life, long n, String kind, String state, Instant at) {
    return new Sealing.Place(id, Statements.incarnation(life), n, kind, state, at.toString());
  }

  private JournalException tooLarge(JournalEntry entry, int bytes) {
    return new JournalException(
        Reason.TOO_LARGE,
        "Entry %d has %d bytes or more and maxEntryBytes is %d; shorten it or allow more"
            .formatted(entry.sequence(), bytes, maxEntryBytes));
  }
}
