package io.github.resilientllm.postgres.internal.journal;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.postgres.internal.sql.Commits;
import io.github.resilientllm.postgres.internal.sql.Database;
import io.github.resilientllm.postgres.internal.sql.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statements. Each holds by itself: none relies on what another one left in a connection.
 *
 * <p>{@code clock_timestamp()} and not {@code now()}: a transaction that waits has an old {@code
 * now()}.
 */
final class Statements {
  /** So long ago is before {@link Years#FIRST}, and a date that PostgreSQL still knows. */
  private static final Duration OLDEST = Duration.ofDays(6000 * 365);

  /** Rows that are looked at for one page: one, and another one for so many bytes of it. */
  private static final long BYTES_OF_ROW = 200;

  /**
   * Numbers among which each row of a page is looked for; what was streamed leaves gaps. Without a
   * bound the server may well read all of a conversation and sort it: it guesses that they are
   * short.
   */
  private static final long NUMBERS_OF_ROW = 4;

  private static final String FREE = "(c.lease = 0 OR c.lease_until <= clock_timestamp())";
  private static final String UNTIL = "clock_timestamp() + ? * interval '1 millisecond'";

  private static final String NEW_COLUMNS =
      "life, n, at, kind, state, kept, lease, key_id, crc, body";

  private final String take;
  private final String holder;
  private final String update;
  private final String drop;
  private final String insertOne;
  private final String insertMany;
  private final String kind;
  private final String standing;
  private final String written;
  private final String renew;
  private final String renewAll;
  private final String release;
  private final String releaseUnused;
  private final String head;
  private final String page;
  private final String end;
  private final String list;
  private final String deleteFree;
  private final String deleteEntries;
  private final String old;
  private final String over;
  private final String deleteLives;
  private final String deleteLivesEntries;
  private final String deleteLivesDamaged;

  Statements(Database database) {
    Function<String, String> sql = database::sql;
    take =
        sql.apply(
                "INSERT INTO %conversation AS c (life, id, last_n, last_at, state, kept, bytes,"
                    + " streamed_from, streamed_bytes, in_doubt, used_at, lease, lease_until, owner)"
                    + " VALUES (?, ?, 0, '-infinity', 'idle', 0, 0, 0, 0, false, clock_timestamp(), ?, "
                    + UNTIL
                    + ", ?) ON CONFLICT (id) DO UPDATE SET lease = excluded.lease, lease_until ="
                    + " excluded.lease_until, owner = excluded.owner, used_at = excluded.used_at WHERE "
                    + FREE
                    + " OR c.lease = excluded.lease RETURNING c.life, c.last_n, c.kept, c.state,"
                    + " c.bytes, c.streamed_from, c.streamed_bytes, (SELECT e.kind FROM %entry e WHERE"
                    + " e.life = c.life AND e.n = c.last_n), ")
            + Commits.durablyIf("c.in_doubt");
    holder =
        sql.apply("SELECT c.owner, c.lease_until, " + FREE + " FROM %conversation c WHERE id = ?");
    update =
        sql.apply(
                "WITH c AS (UPDATE %conversation SET last_n = ?, last_at = CAST(? AS timestamptz),"
                    + " state = ?, kept = ?, bytes = bytes + ?, streamed_from = ?, streamed_bytes ="
                    + " ?, in_doubt = ?, lease = CASE WHEN ? THEN 0 ELSE lease END, lease_until = "
                    + UNTIL
                    + " WHERE life = ? AND lease = ? AND last_n = ? RETURNING life, ")
            + Commits.durablyIf("?")
            + ")";
    drop =
        sql.apply(
            ", d AS (DELETE FROM %entry e USING c WHERE e.life = c.life AND e.n >= ? AND e.n < ?"
                + " AND e.kind IN ('progress', 'attempt'))");
    String into = sql.apply(" INSERT INTO %entry (" + NEW_COLUMNS + ") SELECT c.life, ");
    insertOne = into + "?, CAST(? AS timestamptz), ?, ?, ?, ?, ?, ?, ? FROM c";
    insertMany =
        into
            + "r.n, r.at, r.kind, r.state, r.kept, r.lease, r.key_id, r.crc, r.body FROM c CROSS"
            + " JOIN unnest(CAST(? AS bigint[]), CAST(CAST(? AS text[]) AS timestamptz[]), CAST(?"
            + " AS text[]), CAST(? AS text[]), CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS"
            + " text[]), CAST(? AS bigint[]), CAST(? AS bytea[])) AS r (n, at, kind, state, kept,"
            + " lease, key_id, crc, body)";
    kind = sql.apply("SELECT kind FROM %entry WHERE life = ? AND n = ?");
    standing = sql.apply("SELECT lease, last_n, owner FROM %conversation WHERE life = ?");
    written = sql.apply("SELECT 1 FROM %entry WHERE life = ? AND n = ? AND lease = ? AND crc = ?");
    renew =
        sql.apply(
                "UPDATE %conversation SET lease_until = "
                    + UNTIL
                    + " WHERE life = ? AND lease = ? RETURNING ")
            + Commits.durablyIf("?");
    renewAll =
        sql.apply(
                "UPDATE %conversation c SET lease_until = "
                    + UNTIL
                    + " FROM unnest(CAST(? AS bigint[]), CAST(? AS bigint[])) AS h (life, lease)"
                    + " WHERE c.life = h.life AND c.lease = h.lease RETURNING c.life, ")
            + Commits.soon();
    release =
        sql.apply(
                "UPDATE %conversation SET lease = 0, lease_until = '-infinity', owner = '' WHERE"
                    + " life = ? AND lease = ? RETURNING ")
            + Commits.soon();
    releaseUnused =
        sql.apply(
                "DELETE FROM %conversation WHERE life = ? AND lease = ? AND last_n = 0 RETURNING ")
            + Commits.soon();
    head =
        sql.apply(
            "SELECT id, life, last_n, state, last_at, bytes FROM %conversation WHERE id = ? AND"
                + " last_n > 0");
    page =
        sql.apply(
            "SELECT c.life, c.last_n, c.streamed_from, p.n, p.kept, e.* FROM %conversation c"
                + " LEFT JOIN LATERAL (SELECT n, kept FROM %entry WHERE life = c.life AND n <= ?"
                + " ORDER BY n DESC LIMIT 1) p ON true LEFT JOIN LATERAL (SELECT s.*,"
                + " sum(octet_length(s.body)) OVER (ORDER BY s.n) AS upto FROM (SELECT "
                + Row.COLUMNS
                + " FROM %entry WHERE life = c.life AND n > ? AND n <= ? ORDER BY n LIMIT ?) s) e ON e.upto <= ? OR e.upto = octet_length(e.body) WHERE c.id = ? AND"
                + " c.last_n > 0 ORDER BY e.n");
    end =
        sql.apply(
            "SELECT c.life, c.last_n, c.streamed_from, CAST(NULL AS bigint), CAST(NULL AS bigint),"
                + " e.* FROM %conversation c LEFT JOIN LATERAL (SELECT s.*,"
                + " sum(octet_length(s.body)) OVER (ORDER BY s.n DESC) AS upto FROM (SELECT "
                + Row.COLUMNS
                + " FROM %entry WHERE life = c.life AND n > c.last_n - ? ORDER BY n DESC LIMIT ?) s) e ON e.upto <= ? OR e.upto = octet_length(e.body) WHERE c.id = ? AND"
                + " c.last_n > 0 ORDER BY e.n");
    list =
        sql.apply(
            "SELECT id, life, last_n, state, last_at, bytes, used_at FROM %conversation WHERE"
                + " last_n > 0 AND (used_at, life) < (CAST(? AS timestamptz), ?) AND last_at >="
                + " CAST(? AS timestamptz) AND last_at < CAST(? AS timestamptz) AND (state = ANY (?)"
                + " OR (? AND state <> ALL (?))) ORDER BY used_at DESC, life DESC LIMIT ?");
    deleteFree =
        sql.apply(
            "DELETE FROM %conversation c WHERE id = ? AND "
                + FREE
                + " RETURNING life, last_n, "
                + database.endsInSilence());
    deleteEntries =
        sql.apply(
            "WITH e AS (DELETE FROM %entry WHERE life = ? RETURNING 1)"
                + " DELETE FROM %damaged WHERE life = ?");
    String chosen = "SELECT c.life, c.last_n, " + database.endsInSilence();
    String mayGo = " AND c.state = ANY (?) AND " + FREE;
    old =
        sql.apply(
            chosen
                + " FROM %conversation c WHERE c.used_at < clock_timestamp() - ?"
                + " * interval '1 millisecond' AND c.last_at < clock_timestamp() - ? * interval '1"
                + " millisecond'"
                + mayGo
                + " ORDER BY c.used_at LIMIT ? FOR UPDATE SKIP LOCKED");
    over =
        sql.apply(
            chosen
                + " FROM %conversation c WHERE c.life IN (SELECT life FROM (SELECT"
                + " life, used_at, sum(bytes) OVER (ORDER BY used_at DESC, life DESC) AS upto FROM"
                + " %conversation) s WHERE s.upto > ? ORDER BY used_at LIMIT ?)"
                + mayGo
                + " FOR UPDATE SKIP LOCKED");
    deleteLives = sql.apply("DELETE FROM %conversation WHERE life = ANY (?)");
    deleteLivesEntries = sql.apply("DELETE FROM %entry WHERE life = ANY (?)");
    deleteLivesDamaged = sql.apply("DELETE FROM %damaged WHERE life = ANY (?)");
  }

  /**
   * A conversation as who took it finds it. The kind is of its last entry; null if that is gone, or
   * younger than the statement, which then waited for its writer.
   */
  record Taken(
      long life,
      long lastN,
      long kept,
      String state,
      long bytes,
      long streamedFrom,
      long streamedBytes,
      @Nullable String lastKind) {}

  /** Takes the right to write; empty if another one has it. */
  Optional<Taken> take(
      Connection connection, String id, long newLife, long lease, Duration term, String owner)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(take)) {
      sql.setLong(1, newLife);
      sql.setString(2, id);
      sql.setLong(3, lease);
      sql.setLong(4, term.toMillis());
      sql.setString(5, owner);
      try (ResultSet found = sql.executeQuery()) {
        return found.next()
            ? Optional.of(
                new Taken(
                    found.getLong(1),
                    found.getLong(2),
                    found.getLong(3),
                    found.getString(4),
                    found.getLong(5),
                    found.getLong(6),
                    found.getLong(7),
                    found.getString(8)))
            : Optional.empty();
      }
    }
  }

  /** The kind of an entry; empty if it is not there. */
  Optional<String> kind(Connection connection, long life, long n) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(kind)) {
      sql.setLong(1, life);
      sql.setLong(2, n);
      try (ResultSet found = sql.executeQuery()) {
        return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
      }
    }
  }

  /** Who has a conversation. */
  record Holder(String owner, Instant until, boolean isFree) {}

  /** Empty if there is no such conversation. */
  Optional<Holder> holder(Connection connection, String id) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(holder)) {
      sql.setString(1, id);
      try (ResultSet found = sql.executeQuery()) {
        return found.next()
            ? Optional.of(new Holder(found.getString(1), instant(found, 2), found.getBoolean(3)))
            : Optional.empty();
      }
    }
  }

  /**
   * Rows that are to be written, and what the conversation is then.
   *
   * @param rows one or more
   * @param dropFrom what was streamed from here on is dropped; 0 if nothing is
   * @param release whether the right to write is given back
   */
  record Addition(
      long life,
      long lease,
      long after,
      List<Row> rows,
      long bytes,
      long streamedFrom,
      long streamedBytes,
      long dropFrom,
      boolean durable,
      boolean release) {
    Row last() {
      return rows.get(rows.size() - 1);
    }
  }

  /** Writes all, or nothing because another one has the right to, or has written; says which. */
  boolean append(Connection connection, Addition add, Duration term) throws SQLException {
    boolean drops = add.dropFrom > 0;
    String insert = add.rows.size() == 1 ? insertOne : insertMany;
    try (PreparedStatement sql =
        connection.prepareStatement(update + (drops ? drop : "") + insert)) {
      Row last = add.last();
      sql.setLong(1, last.n);
      sql.setString(2, last.at.toString());
      sql.setString(3, last.state);
      sql.setLong(4, last.kept);
      sql.setLong(5, add.bytes);
      sql.setLong(6, add.streamedFrom);
      sql.setLong(7, add.streamedBytes);
      sql.setBoolean(8, !add.durable);
      sql.setBoolean(9, add.release);
      sql.setLong(10, term.toMillis());
      sql.setLong(11, add.life);
      sql.setLong(12, add.lease);
      sql.setLong(13, add.after);
      sql.setBoolean(14, add.durable);
      int next = 15;
      if (drops) {
        sql.setLong(next++, add.dropFrom);
        sql.setLong(next++, last.n);
      }
      if (add.rows.size() == 1) {
        one(sql, next, last);
      } else {
        many(connection, sql, next, add.rows);
      }
      return sql.executeUpdate() > 0;
    }
  }

  private static void one(PreparedStatement sql, int from, Row row) throws SQLException {
    sql.setLong(from, row.n);
    sql.setString(from + 1, row.at.toString());
    sql.setString(from + 2, row.kind);
    sql.setString(from + 3, row.state);
    sql.setLong(from + 4, row.kept);
    sql.setLong(from + 5, row.lease);
    if (row.key == null) {
      sql.setNull(from + 6, Types.VARCHAR);
    } else {
      sql.setString(from + 6, row.key);
    }
    sql.setLong(from + 7, row.crc);
    sql.setBytes(from + 8, row.body);
  }

  private static void many(Connection connection, PreparedStatement sql, int from, List<Row> rows)
      throws SQLException {
    array(connection, sql, from, "bigint", rows, row -> row.n);
    array(connection, sql, from + 1, "text", rows, row -> row.at.toString());
    array(connection, sql, from + 2, "text", rows, row -> row.kind);
    array(connection, sql, from + 3, "text", rows, row -> row.state);
    array(connection, sql, from + 4, "bigint", rows, row -> row.kept);
    array(connection, sql, from + 5, "bigint", rows, row -> row.lease);
    array(connection, sql, from + 6, "text", rows, row -> row.key);
    array(connection, sql, from + 7, "bigint", rows, row -> row.crc);
    byte[][] bodies = rows.stream().map(row -> row.body).toArray(byte[][]::new);
    sql.setArray(from + 8, connection.createArrayOf("bytea", bodies));
  }

  private static void array(
      Connection connection,
      PreparedStatement sql,
      int at,
      String type,
      List<Row> rows,
      Function<Row, @Nullable Object> value)
      throws SQLException {
    @Nullable Object[] values = new @Nullable Object[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    sql.setArray(at, connection.createArrayOf(type, values));
  }

  /** Where a conversation stands and who may write it. */
  record Standing(long lease, long lastN, String owner) {}

  /** Empty if it is gone. */
  Optional<Standing> standing(Connection connection, long life) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(standing)) {
      sql.setLong(1, life);
      try (ResultSet found = sql.executeQuery()) {
        return found.next()
            ? Optional.of(new Standing(found.getLong(1), found.getLong(2), found.getString(3)))
            : Optional.empty();
      }
    }
  }

  /** Whether a row is there as it was to be written, by the same right. */
  boolean isWritten(Connection connection, long life, Row row) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(written)) {
      sql.setLong(1, life);
      sql.setLong(2, row.n);
      sql.setLong(3, row.lease);
      sql.setLong(4, row.crc);
      try (ResultSet found = sql.executeQuery()) {
        return found.next();
      }
    }
  }

  /** Lengthens the right to write; false if another one has it. */
  boolean renew(Connection connection, long life, long lease, Duration term, boolean durably)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(renew)) {
      sql.setLong(1, term.toMillis());
      sql.setLong(2, life);
      sql.setLong(3, lease);
      sql.setBoolean(4, durably);
      try (ResultSet found = sql.executeQuery()) {
        return found.next();
      }
    }
  }

  /** Lengthens many at once; gives the lives of those that could be. */
  List<Long> renewAll(Connection connection, Long[] lives, Long[] leases, Duration term)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(renewAll)) {
      sql.setLong(1, term.toMillis());
      sql.setArray(2, connection.createArrayOf("bigint", lives));
      sql.setArray(3, connection.createArrayOf("bigint", leases));
      List<Long> renewed = new ArrayList<>();
      try (ResultSet found = sql.executeQuery()) {
        while (found.next()) {
          renewed.add(found.getLong(1));
        }
      }
      return renewed;
    }
  }

  /** Gives the right to write back; what was never written is gone with it. */
  void release(Connection connection, long life, long lease, boolean unused) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(unused ? releaseUnused : release)) {
      sql.setLong(1, life);
      sql.setLong(2, lease);
      sql.executeQuery().close();
    }
  }

  Optional<Journal.Head> head(Connection connection, String id) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(head)) {
      sql.setString(1, id);
      try (ResultSet found = sql.executeQuery()) {
        return found.next() ? Optional.of(head(found)) : Optional.empty();
      }
    }
  }

  private static Journal.Head head(ResultSet found) throws SQLException {
    return Journal.Head.of(
            Ids.decode(found.getString(1)),
            incarnation(found.getLong(2)),
            StoredNames.stateOrUnknown(found.getString(4)),
            found.getLong(3),
            instant(found, 5))
        .withBytes(found.getLong(6));
  }

  /** How a life is called outside. */
  static String incarnation(long life) {
    return HexFormat.of().toHexDigits(life);
  }

  /** Rows of a conversation as they were at one instant; the row before is 0, 0 if none is. */
  record Part(
      long life, long lastN, long streamedFrom, long beforeN, long beforeKept, List<Row> rows) {}

  /** Empty if there is no such conversation. */
  Optional<Part> page(Connection connection, String id, long after, long maxBytes)
      throws SQLException {
    long near = after + NUMBERS_OF_ROW * rows(maxBytes);
    Optional<Part> part = page(connection, id, after, near, maxBytes);
    boolean isGap = part.isPresent() && part.get().rows.isEmpty() && near < part.get().lastN;
    return isGap ? page(connection, id, after, Long.MAX_VALUE, maxBytes) : part;
  }

  private Optional<Part> page(
      Connection connection, String id, long after, long upTo, long maxBytes) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(page)) {
      sql.setLong(1, after);
      sql.setLong(2, after);
      sql.setLong(3, upTo);
      sql.setLong(4, rows(maxBytes));
      sql.setLong(5, maxBytes);
      sql.setString(6, id);
      return part(sql);
    }
  }

  Optional<Part> end(Connection connection, String id, long maxBytes) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(end)) {
      sql.setLong(1, NUMBERS_OF_ROW * rows(maxBytes));
      sql.setLong(2, rows(maxBytes));
      sql.setLong(3, maxBytes);
      sql.setString(4, id);
      return part(sql);
    }
  }

  private static long rows(long maxBytes) {
    return 1 + maxBytes / BYTES_OF_ROW;
  }

  private static Optional<Part> part(PreparedStatement sql) throws SQLException {
    Part part = null;
    try (ResultSet found = sql.executeQuery()) {
      while (found.next()) {
        if (part == null) {
          part =
              new Part(
                  found.getLong(1),
                  found.getLong(2),
                  found.getLong(3),
                  found.getLong(4),
                  found.getLong(5),
                  new ArrayList<>());
        }
        if (found.getLong(6) != 0) { // a conversation without what was asked for is a row too
          part.rows.add(Row.read(found, 6));
        }
      }
    }
    return Optional.ofNullable(part);
  }

  /** A page of a list; where it goes on is of the conversation's that is its last. */
  Journal.Listing list(Connection connection, Journal.Query query) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(list)) {
      int slash = query.from().indexOf('/');
      sql.setString(1, slash < 0 ? "infinity" : query.from().substring(0, slash));
      sql.setLong(
          2, slash < 0 ? Long.MAX_VALUE : Long.parseLong(query.from().substring(slash + 1)));
      sql.setString(3, timestamp(query.since()));
      sql.setString(4, timestamp(query.until()));
      sql.setArray(5, connection.createArrayOf("text", StoredNames.of(query.states())));
      sql.setBoolean(6, query.states().contains(ConversationState.UNKNOWN));
      sql.setArray(
          7, connection.createArrayOf("text", StoredNames.states().toArray(String[]::new)));
      sql.setInt(8, query.limit() + 1);
      List<Journal.Head> heads = new ArrayList<>();
      String next = "";
      try (ResultSet found = sql.executeQuery()) {
        while (found.next()) {
          if (heads.size() == query.limit()) {
            return new Journal.Listing(heads, next);
          }
          heads.add(head(found));
          next = instant(found, 7) + "/" + found.getLong(2);
        }
      }
      return new Journal.Listing(heads, "");
    }
  }

  /** Instants beyond the years of timestamps are before or after all. */
  private static String timestamp(Instant instant) {
    if (instant.isBefore(Years.FIRST)) {
      return "-infinity";
    }
    return instant.isAfter(Years.LAST) ? "infinity" : instant.toString();
  }

  private static Instant instant(ResultSet found, int column) throws SQLException {
    return found.getObject(column, OffsetDateTime.class).toInstant();
  }

  /**
   * Deletes a conversation that nobody writes.
   *
   * @return how many entries it had; empty if there is none to delete
   */
  Optional<Long> delete(Connection connection, String id) throws SQLException {
    long life;
    long entries;
    try (PreparedStatement sql = connection.prepareStatement(deleteFree)) {
      sql.setString(1, id);
      try (ResultSet found = sql.executeQuery()) {
        if (!found.next()) {
          return Optional.empty();
        }
        life = found.getLong(1);
        entries = found.getLong(2);
      }
    }
    try (PreparedStatement sql = connection.prepareStatement(deleteEntries)) {
      sql.setLong(1, life);
      sql.setLong(2, life);
      sql.executeUpdate();
    }
    return Optional.of(entries);
  }

  /** Conversations that are deleted at once. */
  private static final int MOST_DELETED = 100;

  /** How many rows went, and how many of them were conversations in which something was said. */
  record Deleted(int rows, int conversations) {}

  /** Deletes some of those in which nothing happened for a while. */
  Deleted deleteOld(Connection connection, Duration age, String[] states) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(old)) {
      long millis = age.compareTo(OLDEST) < 0 ? age.toMillis() : OLDEST.toMillis();
      sql.setLong(1, millis);
      sql.setLong(2, millis);
      sql.setArray(3, connection.createArrayOf("text", states));
      sql.setInt(4, MOST_DELETED);
      return delete(connection, sql);
    }
  }

  /** Deletes some of those in which nothing happened for longest, if all take more room. */
  Deleted deleteOver(Connection connection, long bytes, String[] states) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(over)) {
      sql.setLong(1, bytes);
      sql.setInt(2, MOST_DELETED);
      sql.setArray(3, connection.createArrayOf("text", states));
      return delete(connection, sql);
    }
  }

  private Deleted delete(Connection connection, PreparedStatement chosen) throws SQLException {
    List<Long> lives = new ArrayList<>();
    int conversations = 0;
    try (ResultSet found = chosen.executeQuery()) {
      while (found.next()) {
        lives.add(found.getLong(1));
        conversations += found.getLong(2) > 0 ? 1 : 0;
      }
    }
    if (!lives.isEmpty()) {
      for (String text : List.of(deleteLives, deleteLivesEntries, deleteLivesDamaged)) {
        try (PreparedStatement sql = connection.prepareStatement(text)) {
          sql.setArray(1, connection.createArrayOf("bigint", lives.toArray()));
          sql.executeUpdate();
        }
      }
    }
    return new Deleted(lives.size(), conversations);
  }
}
