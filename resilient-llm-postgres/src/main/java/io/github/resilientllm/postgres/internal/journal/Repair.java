package io.github.resilientllm.postgres.internal.journal;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.postgres.internal.journal.Statements.Part;
import io.github.resilientllm.postgres.internal.sql.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a damaged conversation usable again, which its caller holds: what is sound stays, what is
 * not is set aside in a table of its own, and an entry at the end notes both that and what is
 * missing. The numbers of lost entries are not given again: whoever remembers those would believe
 * in them.
 */
final class Repair {
  /** The kind of the note, which conversations pass over. */
  private static final String NOTE = "resilient-llm.repair";

  /** More numbers than these in one note would say no more. */
  private static final int MOST_NOTED = 1000;

  private final Database database;
  private final Statements statements;
  private final Encoding encoding;
  private final String head;
  private final String setAside;
  private final String remove;
  private final String countAgain;

  Repair(Database database, Statements statements, Encoding encoding) {
    this.database = database;
    this.statements = statements;
    this.encoding = encoding;
    this.head =
        database.sql(
            "UPDATE %conversation SET streamed_from = 0, streamed_bytes = 0, last_n = ? WHERE life"
                + " = ? AND lease = ? RETURNING "
                + database.endsInSilence());
    this.setAside =
        database.sql(
            "INSERT INTO %damaged SELECT life, n, clock_timestamp(), at, kind, state, kept, lease,"
                + " key_id, crc, body FROM %entry WHERE life = ? AND n = ANY (?)");
    this.remove = database.sql("DELETE FROM %entry WHERE life = ? AND n = ANY (?)");
    this.countAgain =
        database.sql(
            "UPDATE %entry e SET kept = r.kept, crc = r.crc FROM unnest(CAST(? AS bigint[]), CAST(?"
                + " AS bigint[]), CAST(? AS bigint[])) AS r (n, kept, crc) WHERE e.life = ? AND e.n"
                + " = r.n");
  }

  /** What is to be done, found by reading all. */
  private static final class Plan {
    final String id;
    final String stored;
    final long life;
    final long lease;
    final List<Row> counted = new ArrayList<>(); // sound, and now another one in the count
    final List<Long> aside = new ArrayList<>();
    final List<String> missing = new ArrayList<>();
    @Nullable Row last;
    long kept;
    long end;
    boolean isSealed;

    Plan(String id, String stored, long life, long lease) {
      this.id = id;
      this.stored = stored;
      this.life = life;
      this.lease = lease;
    }

    void see(Row row, boolean follows) {
      if (!row.isSound(stored, life)) {
        aside.add(row.n);
        return;
      }
      StoredNames.requireKind(row.kind, Failures.name(id));
      StoredNames.requireState(row.state, Failures.name(id));
      if (!follows) {
        miss(last == null ? 1 : last.n + 1, row.n - 1);
      }
      kept += row.isSaidAgain() ? 0 : 1;
      isSealed |= row.key != null;
      if (row.kept != kept) {
        counted.add(row.placed(stored, life, kept).withoutBody());
      }
      last = row.withoutBody();
    }

    void miss(long from, long to) {
      if (from <= to && missing.size() < MOST_NOTED) {
        missing.add("[%d,%d]".formatted(from, to));
      }
    }

    JournalEntry note(Row lastSound) {
      String body =
          "{\"missing\":%s,\"aside\":%s}"
              .formatted(missing, aside.subList(0, Math.min(aside.size(), MOST_NOTED)));
      return new JournalEntry(
          Math.max(end, lastSound.n) + 1,
          lastSound.at, // nothing was said since
          JournalEntry.Kind.OTHER,
          NOTE,
          StoredNames.state(lastSound.state, Failures.name(id)),
          body);
    }
  }

  /** Repairs a conversation that is held by a lease, and gives it back. */
  void perform(String id, String stored, long life, long lease, Keeping keeping)
      throws SQLException {
    Plan plan = new Plan(id, stored, life, lease);
    read(plan, keeping);
    Row last = plan.last;
    if (last == null) {
      throw Failures.unrepaired(id, "nothing of it can be read");
    }
    if (plan.isSealed && !encoding.seals()) {
      throw Failures.unrepaired(
          id, "it is encrypted; repair it by a journal that has its key, PostgresJournal.repair");
    }
    Row note = encoding.row(id, life, lease, plan.note(last)).placed(stored, life, plan.kept + 1);
    Statements.Addition addition =
        new Statements.Addition(life, lease, note.n - 1, List.of(note), 0, 0, 0, 0, true, true);
    boolean done =
        database.inTransaction(
            c -> write(c, plan, addition) || statements.isWritten(c, life, note));
    if (!done) {
      throw Failures.lost(id, "another one took it over while it was repaired");
    }
  }

  /** What holds the conversation while it is read. */
  interface Keeping {
    void go() throws SQLException;
  }

  private void read(Plan plan, Keeping keeping) throws SQLException {
    long after = 0;
    boolean more = true;
    while (more) {
      long from = after;
      keeping.go();
      Part part =
          database
              .call(c -> statements.page(c, plan.stored, from, Journal.Page.MAX_BYTES))
              .orElseThrow(() -> Failures.lost(plan.id, "it was deleted"));
      plan.end = part.lastN();
      for (Row row : part.rows()) {
        long before = row.isSaidAgain() ? row.kept : row.kept - 1;
        long lastKept = plan.last == null ? 0 : plan.last.kept;
        long next = plan.last == null ? 1 : plan.last.n + 1;
        boolean mayMiss = part.streamedFrom() == 0 || row.n <= part.streamedFrom();
        plan.see(row, before == lastKept && (row.n == next || mayMiss));
        after = row.n;
      }
      more = !part.rows().isEmpty();
    }
    plan.miss(plan.last == null ? 1 : plan.last.n + 1, plan.end);
  }

  private boolean write(Connection connection, Plan plan, Statements.Addition addition)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(head)) {
      sql.setLong(1, addition.after());
      sql.setLong(2, plan.life);
      sql.setLong(3, plan.lease);
      try (var found = sql.executeQuery()) {
        if (!found.next()) {
          return false;
        }
      }
    }
    for (String text : List.of(setAside, remove)) {
      try (PreparedStatement sql = connection.prepareStatement(text)) {
        sql.setLong(1, plan.life);
        sql.setArray(2, connection.createArrayOf("bigint", plan.aside.toArray()));
        sql.executeUpdate();
      }
    }
    try (PreparedStatement sql = connection.prepareStatement(countAgain)) {
      sql.setArray(1, numbers(connection, plan.counted.stream().map(row -> row.n)));
      sql.setArray(2, numbers(connection, plan.counted.stream().map(row -> row.kept)));
      sql.setArray(3, numbers(connection, plan.counted.stream().map(row -> row.crc)));
      sql.setLong(4, plan.life);
      sql.executeUpdate();
    }
    return statements.append(connection, addition, java.time.Duration.ZERO);
  }

  private static java.sql.Array numbers(Connection connection, java.util.stream.Stream<Long> all)
      throws SQLException {
    return connection.createArrayOf("bigint", all.toArray());
  }
}
