package io.github.resilientllm.postgres.internal.outbox;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Shared;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.outbox.Priority;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statements. Each holds by itself, and none relies on what another one left in a connection.
 *
 * <p>{@code ready} and {@code next_at} say of each row what an index can find: whether it may be
 * taken, and when something is due for it otherwise. So neither those that are put off nor those
 * that somebody has are in the way of the next.
 */
final class ItemStatements {
  /** Rows that are changed at once, so that no lock is held for long. */
  static final int BATCH = 1000;

  /** Stands for the clock. */
  private static final String NOW = "@now";

  private static final String MICROSECOND = "interval '1 microsecond'";

  /** When something is due for a row of {@code i} that nobody has, by what {@code n} says. */
  private static final String NEXT =
      "CASE WHEN n.state IN ('done', 'cancelled') THEN n.now + n.remembered * "
          + MICROSECOND
          + " WHEN n.state NOT IN ('waiting', 'answered') THEN 'infinity'"
          + " WHEN n.state = 'answered' THEN CASE WHEN n.begins > n.now THEN n.begins ELSE"
          + " 'infinity' END WHEN n.begins > n.now THEN least(n.begins, n.ends) ELSE n.ends END";

  private static final String READY = "(n.state IN ('waiting', 'answered') AND n.begins <= n.now)";

  /** Whether a row of {@code i} may be taken although it has a lane. */
  private static final String LANE_IS_FREE =
      "(i.lane IS NULL OR i.state <> 'waiting' OR (NOT EXISTS (SELECT FROM %item b WHERE b.lane ="
          + " i.lane AND b.state = 'waiting' AND b.number < i.number) AND NOT EXISTS (SELECT FROM"
          + " %item b WHERE b.lane = i.lane AND b.state = 'waiting' AND b.held)))";

  /** The turn after the last of a tenant, or after the one that was served last. */
  private static String turn(String priority, String tenant) {
    return "1 + greatest((SELECT served[("
        + priority
        + ") / 10] FROM %outbox), coalesce((SELECT w.turn FROM %item w WHERE w.state = 'waiting'"
        + " AND w.priority = "
        + priority
        + " AND w.tenant = "
        + tenant
        + " ORDER BY w.turn DESC LIMIT 1), 0))";
  }

  private final Function<String, String> sql;
  private final long rememberedMicros;
  private final String insert;
  private final String insertHere;
  private final String same;
  private final String wake;
  private final String take;
  private final String takeOldest;
  private final String untake;
  private final String renew;
  private final String put;
  private final String wasPut;
  private final String unread;
  private final String promote;
  private final String lanes;
  private final String find;
  private final String findByKey;
  private final String counts;
  private final String size;
  private final String pause;
  private final String shared;
  private final String share;
  private final String page;

  /**
   * Statements for a database.
   *
   * @param remembered how long the keys of what is done or cancelled keep others out
   * @param clock the expression that tells the present instant
   */
  ItemStatements(Database database, Duration remembered, String clock) {
    this.sql = text -> database.sql(text.replace(NOW, clock));
    this.rememberedMicros = remembered.toNanos() / 1000;
    String insertAny =
        "INSERT INTO %item AS i (id, key, handler, priority, tenant, lane, turn, state,"
            + " submitted_at, expires_at, not_before, changed_at, reason, ready, next_at, held,"
            + " lease, work_key, work_crc, work) SELECT n.id, n.key, n.handler, n.priority,"
            + " n.tenant, n.lane, "
            + turn("n.priority", "n.tenant")
            + ", 'waiting', n.now, n.ends, n.begins, n.now, '', n.begins <= n.now AND (n.lane IS"
            + " NULL OR NOT EXISTS (SELECT FROM %item b WHERE b.lane = n.lane AND b.state ="
            + " 'waiting')), CASE WHEN n.begins > n.now THEN least(n.begins, n.ends) ELSE n.ends"
            + " END, false, 0, n.work_key, n.work_crc, n.work FROM (SELECT m.*, CASE WHEN m.delay < 0"
            + " THEN 'infinity' ELSE m.now + m.delay * "
            + MICROSECOND
            + " END AS begins, CASE WHEN m.life < 0 THEN 'infinity' ELSE m.now + m.life * "
            + MICROSECOND
            + " END AS ends FROM (SELECT CAST(? AS text) AS id, CAST(? AS text) AS key, CAST(? AS"
            + " text) AS handler, CAST(? AS smallint) AS priority, CAST(? AS text) AS tenant,"
            + " CAST(? AS text) AS lane, CAST(? AS bigint) AS delay, CAST(? AS bigint) AS life,"
            + " CAST(? AS text) AS work_key, CAST(? AS bigint) AS work_crc, CAST(? AS bytea) AS"
            + " work, "
            + NOW
            + " AS now) m) n ON CONFLICT DO NOTHING RETURNING "
            + ItemRow.COLUMNS;
    insert = sql.apply(insertAny + ", " + Commits.durably());
    insertHere = sql.apply(insertAny);
    same =
        sql.apply(
            "SELECT "
                + ItemRow.COLUMNS
                + " FROM %item i WHERE i.id = ? OR i.key = ? ORDER BY i.key = ? DESC NULLS LAST"
                + " LIMIT 1");
    wake =
        sql.apply(
            "WITH due AS MATERIALIZED (SELECT number, state FROM %item WHERE next_at < 'infinity'"
                + " AND next_at <= (SELECT "
                + NOW
                + ") ORDER BY next_at LIMIT "
                + BATCH
                + " FOR UPDATE SKIP LOCKED), gone AS (DELETE FROM %item i USING due WHERE i.number"
                + " = due.number AND due.state IN ('done', 'cancelled')) UPDATE %item i SET held ="
                + " false, lease = 0, state = n.state, ready = "
                + READY
                + ", next_at = "
                + NEXT
                + ", reason = CASE WHEN n.state <> 'expired' THEN i.reason ELSE left('was not"
                + " answered by ' || to_char(i.expires_at AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') || CASE i.reason WHEN '' THEN '' ELSE ';"
                + " before that: ' || i.reason END, 500) END, changed_at = CASE n.state WHEN"
                + " 'expired' THEN n.now ELSE i.changed_at END FROM (SELECT d.number, t.now,"
                + " s.not_before AS begins, s.expires_at AS ends, CAST(? AS bigint) AS remembered,"
                + " CASE WHEN d.state = 'waiting' AND s.expires_at <= t.now THEN 'expired' ELSE"
                + " d.state END AS state FROM due d JOIN %item s USING (number) CROSS JOIN (SELECT "
                + NOW
                + " AS now) t WHERE d.state IN ('waiting', 'answered')) n WHERE i.number = n.number"
                + " RETURNING CASE WHEN i.state = 'expired' THEN i.lane END, "
                + Commits.soon());
    take = sql.apply(take("i.priority, i.turn, i.number", "d.priority, d.turn, d.number"));
    takeOldest = sql.apply(take("i.number", "d.number"));
    untake =
        sql.apply(
            "UPDATE %item SET held = false, lease = 0, ready = true, takes = greatest(takes - 1,"
                + " 0), next_at = CASE state WHEN 'waiting' THEN expires_at ELSE 'infinity' END"
                + " WHERE lease = ? AND held RETURNING "
                + Commits.soon());
    renew =
        sql.apply(
            "UPDATE %item i SET next_at = n.now + CAST(? AS bigint) * "
                + MICROSECOND
                + " FROM (SELECT h.id, h.lease, t.now FROM unnest(CAST(? AS text[]), CAST(? AS"
                + " bigint[])) AS h (id, lease) CROSS JOIN (SELECT "
                + NOW
                + " AS now) t) n WHERE i.id = n.id AND i.lease = n.lease AND i.held AND i.next_at >"
                + " n.now RETURNING i.id, "
                + Commits.soon());
    put =
        sql.apply(
            "UPDATE %item i SET state = n.state, not_before = n.begins, expires_at = n.ends,"
                + " changed_at = n.now, attempts = n.attempts, doubts = n.doubts, handlings ="
                + " n.handlings, setbacks = n.setbacks, takes = 0, reason = n.reason, held ="
                + " n.holds, ready = NOT n.holds AND "
                + READY
                + ", next_at = CASE WHEN n.holds THEN i.next_at ELSE "
                + NEXT
                + " END, work_key = "
                + unlessDone("i.work_key")
                + ", work_crc = CASE n.state WHEN 'done' THEN 0 ELSE i.work_crc END, work = "
                + unlessDone("i.work")
                + ", answer_key = "
                + unlessDone("CASE WHEN i.answer IS NULL THEN n.answer_key ELSE i.answer_key END")
                + ", answer_crc = "
                + unlessDone("CASE WHEN i.answer IS NULL THEN n.answer_crc ELSE i.answer_crc END")
                + ", answer = "
                + unlessDone("coalesce(i.answer, n.answer)")
                + " FROM (SELECT CAST(? AS text) AS state, CAST(? AS timestamptz) AS begins, CAST(?"
                + " AS timestamptz) AS ends, CAST(? AS integer) AS attempts, CAST(? AS integer) AS"
                + " doubts, CAST(? AS integer) AS handlings, CAST(? AS integer) AS setbacks, CAST(?"
                + " AS text) AS reason, CAST(? AS text) AS answer_key, CAST(? AS bigint) AS"
                + " answer_crc, CAST(? AS bytea) AS answer, CAST(? AS boolean) AS holds, CAST(? AS"
                + " bigint) AS remembered, CAST(? AS text) AS id, CAST(? AS bigint) AS lease, "
                + NOW
                + " AS now) n WHERE i.id = n.id AND i.lease = n.lease AND i.held AND i.next_at >"
                + " n.now RETURNING CASE WHEN i.state = 'waiting' THEN NULL ELSE i.lane END, "
                + Commits.durably());
    wasPut = sql.apply("SELECT FROM %item WHERE id = ? AND lease = ? AND NOT held AND state = ?");
    unread =
        sql.apply(
            "UPDATE %item i SET held = false, lease = 0, state = CASE WHEN n.dead THEN 'dead' ELSE"
                + " i.state END, reason = CASE WHEN n.dead THEN n.reason ELSE i.reason END, ready ="
                + " false, not_before = CASE WHEN n.dead THEN i.not_before ELSE n.later END,"
                + " next_at = CASE WHEN n.dead THEN 'infinity' ELSE n.later END, changed_at ="
                + " n.now FROM (SELECT CAST(? AS boolean) AS dead, CAST(? AS text) AS reason, "
                + NOW
                + " AS now, "
                + NOW
                + " + interval '10 seconds' AS later) n WHERE i.number = ? AND i.lease = ? AND"
                + " i.held RETURNING i.lane");
    promote =
        sql.apply(
            "WITH first AS MATERIALIZED (SELECT f.number FROM unnest(CAST(? AS text[])) AS l (name)"
                + " CROSS JOIN LATERAL (SELECT b.number, b.ready, b.held, b.not_before FROM %item b"
                + " WHERE b.lane = l.name AND b.state = 'waiting' ORDER BY b.number LIMIT 1) f WHERE"
                + " NOT f.ready AND NOT f.held AND f.not_before <= (SELECT "
                + NOW
                + ")) UPDATE %item i SET ready = true, next_at = i.expires_at FROM first WHERE"
                + " i.number = first.number AND i.state = 'waiting' AND NOT i.held AND"
                + " i.not_before <= "
                + NOW
                + " RETURNING "
                + Commits.soon());
    lanes =
        sql.apply("SELECT DISTINCT lane FROM %item WHERE state = 'waiting' AND lane IS NOT NULL");
    find =
        sql.apply("SELECT " + ItemRow.COLUMNS + ItemRow.CONTENT + " FROM %item i WHERE i.id = ?");
    findByKey =
        sql.apply("SELECT " + ItemRow.COLUMNS + ItemRow.CONTENT + " FROM %item i WHERE i.key = ?");
    counts =
        sql.apply(
            "SELECT state, priority, count(*), min(submitted_at), sum(octet_length(work)),"
                + " sum(octet_length(answer)) FROM %item GROUP BY state, priority");
    size =
        sql.apply(
            "SELECT count(*), coalesce(sum(coalesce(octet_length(work), 0) +"
                + " coalesce(octet_length(answer), 0)), 0) FROM %item WHERE state NOT IN ('done',"
                + " 'cancelled')");
    pause = sql.apply("UPDATE %outbox SET paused = ? RETURNING ") + Commits.durably();
    shared = sql.apply("SELECT " + NOW + ", paused, version, note FROM %outbox");
    share =
        sql.apply(
            "UPDATE %outbox SET version = version + 1, note = ? WHERE version = ? RETURNING "
                + Commits.soon());
    page =
        sql.apply(
            "SELECT "
                + ItemRow.COLUMNS
                + ItemRow.CONTENT
                + " FROM %item i WHERE i.number > ? ORDER BY i.number LIMIT ?");
  }

  private static String unlessDone(String value) {
    return "CASE n.state WHEN 'done' THEN NULL ELSE " + value + " END";
  }

  /**
   * Each handler's first ones are locked, and the first of those taken. So many may have expired at
   * once that not all are ended yet; they are passed over.
   */
  private static String take(String innerOrder, String order) {
    return "WITH due AS MATERIALIZED (SELECT d.* FROM unnest(CAST(? AS text[])) AS h (name) CROSS"
        + " JOIN LATERAL (SELECT i.number, i.priority, i.turn FROM %item i WHERE i.ready AND"
        + " i.handler = h.name AND i.state = ? AND (i.state <> 'waiting' OR i.expires_at > (SELECT "
        + NOW
        + ")) AND "
        + LANE_IS_FREE
        + " ORDER BY "
        + innerOrder
        + " LIMIT ? FOR UPDATE SKIP LOCKED) d WHERE NOT (SELECT paused AND ? FROM %outbox) ORDER BY "
        + order
        + " LIMIT ?), s AS (UPDATE %outbox SET served = ARRAY(SELECT greatest(served[p], (SELECT"
        + " max(turn) FROM due WHERE priority / 10 = p)) FROM generate_series(1,"
        + " array_length(served, 1)) p ORDER BY p) WHERE ? AND EXISTS (SELECT FROM due WHERE turn >"
        + " served[priority / 10])) UPDATE %item i SET ready = false, held = true, lease = ?,"
        + " next_at = "
        + NOW
        + " + CAST(? AS bigint) * "
        + MICROSECOND
        + ", takes = takes + ? FROM due WHERE i.number = due.number RETURNING "
        + ItemRow.COLUMNS
        + ItemRow.CONTENT
        + ", "
        + Commits.soon();
  }

  /** Keeps an item; empty if there is one with its id or key. */
  Optional<ItemRow> insert(
      Connection connection, OutboxItem item, Contents.Stored work, boolean isOthers)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(isOthers ? insertHere : insert)) {
      sql.setString(1, Ids.encode(item.id()));
      setText(sql, 2, item.key().map(Ids::encode).orElse(null));
      sql.setString(3, Ids.encode(item.handler()));
      sql.setInt(4, ItemRow.of(item.priority()));
      sql.setString(5, Ids.encode(item.tenant()));
      setText(sql, 6, item.lane().map(Ids::encode).orElse(null));
      sql.setLong(7, ItemRow.micros(item.submittedAt(), item.notBefore()));
      sql.setLong(8, ItemRow.micros(item.submittedAt(), item.expiresAt()));
      setText(sql, 9, work.key());
      sql.setLong(10, work.crc());
      sql.setBytes(11, work.bytes());
      return one(sql, false);
    }
  }

  /** The item that has the key or id of another. */
  Optional<ItemRow> same(Connection connection, OutboxItem item) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(same)) {
      String key = item.key().map(Ids::encode).orElse(null);
      sql.setString(1, Ids.encode(item.id()));
      setText(sql, 2, key);
      setText(sql, 3, key);
      return one(sql, false);
    }
  }

  private static void setText(PreparedStatement sql, int at, @Nullable String text)
      throws SQLException {
    if (text == null) {
      sql.setNull(at, Types.VARCHAR);
    } else {
      sql.setString(at, text);
    }
  }

  private static Optional<ItemRow> one(PreparedStatement sql, boolean withContent)
      throws SQLException {
    try (ResultSet found = sql.executeQuery()) {
      return found.next() ? Optional.of(ItemRow.read(found, withContent)) : Optional.empty();
    }
  }

  /**
   * Does what is due: frees those whose time has come or whose taker was not heard of, ends those
   * that have expired, forgets those that were done long ago. A thousand at most.
   *
   * @return the lanes in which another one may be first now
   */
  Set<String> wake(Connection connection) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(wake)) {
      sql.setLong(1, rememberedMicros);
      return texts(sql);
    }
  }

  /** The texts of a first column that are there. */
  private static Set<String> texts(PreparedStatement sql) throws SQLException {
    Set<String> all = new HashSet<>();
    try (ResultSet found = sql.executeQuery()) {
      while (found.next()) {
        String text = found.getString(1);
        if (text != null) {
          all.add(text);
        }
      }
    }
    return all;
  }

  /** Takes items, in their order, with their content. */
  List<ItemRow> take(Connection connection, Take what, long lease) throws SQLException {
    boolean waits = what.state() == ItemState.WAITING;
    String text = what.oldestFirst() ? takeOldest : take;
    try (PreparedStatement sql = connection.prepareStatement(text)) {
      sql.setArray(1, array(connection, what.handlers()));
      sql.setString(2, ItemRow.of(what.state()));
      sql.setInt(3, what.most());
      sql.setBoolean(4, waits);
      sql.setInt(5, what.most());
      sql.setBoolean(6, waits);
      sql.setLong(7, lease);
      sql.setLong(8, micros(what.time()));
      sql.setInt(9, waits ? 1 : 0);
      List<ItemRow> rows = new ArrayList<>();
      try (ResultSet found = sql.executeQuery()) {
        while (found.next()) {
          rows.add(ItemRow.read(found, true));
        }
      }
      Comparator<ItemRow> byNumber = Comparator.comparingLong(ItemRow::number);
      rows.sort(
          what.oldestFirst()
              ? byNumber
              : Comparator.<ItemRow, Priority>comparing(row -> row.item().priority())
                  .thenComparingLong(ItemRow::turn)
                  .thenComparing(byNumber));
      return rows;
    }
  }

  private static java.sql.Array array(Connection connection, Collection<String> names)
      throws SQLException {
    return connection.createArrayOf("text", names.stream().map(Ids::encode).toArray());
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }

  /** Undoes a taking of which the end was not heard. */
  void untake(Connection connection, long lease) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(untake)) {
      sql.setLong(1, lease);
      sql.executeQuery().close();
    }
  }

  /** Lengthens leases; gives the ids of those that were held still. */
  Set<String> renew(Connection connection, List<OutboxItem> taken, Duration time)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(renew)) {
      sql.setLong(1, micros(time));
      sql.setArray(2, array(connection, taken.stream().map(OutboxItem::id).toList()));
      sql.setArray(
          3, connection.createArrayOf("bigint", taken.stream().map(OutboxItem::lease).toArray()));
      Set<String> renewed = new HashSet<>();
      texts(sql).forEach(id -> renewed.add(Ids.decode(id)));
      return renewed;
    }
  }

  /**
   * Replaces an item; empty if it is not held by that lease.
   *
   * @return the lane in which another one may be first now; none if there is none
   */
  Optional<Set<String>> put(
      Connection connection, OutboxItem item, Contents.@Nullable Stored answer, boolean holds)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(put)) {
      sql.setString(1, ItemRow.of(item.state()));
      sql.setString(2, ItemRow.timestamp(item.notBefore()));
      sql.setString(3, ItemRow.timestamp(item.expiresAt()));
      sql.setInt(4, item.attempts());
      sql.setInt(5, item.doubts());
      sql.setInt(6, item.handlings());
      sql.setInt(7, item.setbacks());
      sql.setString(8, Ids.encode(item.reason()));
      setText(sql, 9, answer == null ? null : answer.key());
      if (answer == null) {
        sql.setNull(10, Types.BIGINT);
        sql.setNull(11, Types.BINARY);
      } else {
        sql.setLong(10, answer.crc());
        sql.setBytes(11, answer.bytes());
      }
      sql.setBoolean(12, holds && !item.state().isEnd());
      sql.setLong(13, rememberedMicros);
      sql.setString(14, Ids.encode(item.id()));
      sql.setLong(15, item.lease());
      try (ResultSet found = sql.executeQuery()) {
        if (!found.next()) {
          return Optional.empty();
        }
        String lane = found.getString(1);
        return Optional.of(lane == null ? Set.of() : Set.of(lane));
      }
    }
  }

  /** Whether a {@link #put} of which the end was not heard was done. */
  boolean wasPut(Connection connection, OutboxItem item) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(wasPut)) {
      sql.setString(1, Ids.encode(item.id()));
      sql.setLong(2, item.lease());
      sql.setString(3, ItemRow.of(item.state()));
      try (ResultSet found = sql.executeQuery()) {
        return found.next();
      }
    }
  }

  /** Gives up an item whose content is damaged, or puts it off if it may be read later. */
  Set<String> unread(Connection connection, ItemRow row, boolean isDead, String reason)
      throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(unread)) {
      sql.setBoolean(1, isDead);
      sql.setString(2, Ids.encode(reason));
      sql.setLong(3, row.number());
      sql.setLong(4, row.item().lease());
      return texts(sql);
    }
  }

  /** Lets the first ones of lanes be taken, as stored, that were not when they came. */
  void promote(Connection connection, Set<String> lanes) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(promote)) {
      sql.setArray(1, connection.createArrayOf("text", lanes.toArray()));
      sql.executeQuery().close();
    }
  }

  /** All lanes, as stored, in which something waits. */
  Set<String> lanes(Connection connection) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(lanes)) {
      return texts(sql);
    }
  }

  Optional<ItemRow> find(Connection connection, String id, boolean isKey) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(isKey ? findByKey : find)) {
      sql.setString(1, Ids.encode(id));
      return one(sql, true);
    }
  }

  /** A condition and what it is compared with. */
  private record Condition(String sql, Object value) {}

  private static List<Condition> conditions(Query query) {
    List<Condition> all = new ArrayList<>();
    query.id().ifPresent(id -> all.add(new Condition("i.id = ?", Ids.encode(id))));
    query.handler().ifPresent(name -> all.add(new Condition("i.handler = ?", Ids.encode(name))));
    query.tenant().ifPresent(name -> all.add(new Condition("i.tenant = ?", Ids.encode(name))));
    query
        .reason()
        .ifPresent(part -> all.add(new Condition("position(? in i.reason) > 0", Ids.encode(part))));
    if (!query.changedBefore().equals(Instant.MAX)) {
      all.add(
          new Condition(
              "i.changed_at < CAST(? AS timestamptz)", ItemRow.timestamp(query.changedBefore())));
    }
    return all;
  }

  private static String where(List<Condition> conditions) {
    StringBuilder where = new StringBuilder(" WHERE i.number > ? AND i.state = ANY (?)");
    conditions.forEach(condition -> where.append(" AND ").append(condition.sql));
    return where.toString();
  }

  private static int set(
      Connection connection,
      PreparedStatement sql,
      long after,
      Query query,
      List<Condition> conditions)
      throws SQLException {
    sql.setLong(1, after);
    sql.setArray(
        2, connection.createArrayOf("text", query.states().stream().map(ItemRow::of).toArray()));
    int next = 3;
    for (Condition condition : conditions) {
      sql.setObject(next++, condition.value);
    }
    return next;
  }

  /** Some items behind a number, without content; those of a lane say whom they wait for. */
  List<ItemRow> list(Connection connection, Query query, long after, int most) throws SQLException {
    List<Condition> conditions = conditions(query);
    String text =
        sql.apply(
            "SELECT "
                + ItemRow.COLUMNS
                + ", CASE WHEN i.lane IS NOT NULL AND i.state = 'waiting' AND i.reason = '' THEN"
                + " (SELECT b.id FROM %item b WHERE b.lane = i.lane AND b.state = 'waiting' AND"
                + " b.number < i.number ORDER BY b.number DESC LIMIT 1) END FROM %item i"
                + where(conditions)
                + " ORDER BY i.number LIMIT ?");
    try (PreparedStatement sql = connection.prepareStatement(text)) {
      sql.setInt(set(connection, sql, after, query, conditions), most);
      List<ItemRow> rows = new ArrayList<>();
      try (ResultSet found = sql.executeQuery()) {
        while (found.next()) {
          ItemRow row = ItemRow.read(found, false);
          String before = found.getString(21);
          rows.add(before == null ? row : waitsFor(row, Ids.decode(before)));
        }
      }
      return rows;
    }
  }

  private static ItemRow waitsFor(ItemRow row, String before) {
    OutboxItem item = row.item().toBuilder().reason("waits for " + before + " before it").build();
    return new ItemRow(row.number(), row.turn(), row.storedId(), item, null, null);
  }

  /**
   * What a change did to some items.
   *
   * @param count how many were changed
   * @param last the number of the last one that was looked at; 0 if there are no more
   * @param lanes in which another one may be first now
   */
  record Changed(int count, long last, Set<String> lanes) {}

  /** Changes those behind a number that match, a thousand at most. */
  Changed change(Connection connection, Query which, Change how, long after) throws SQLException {
    List<Condition> conditions = conditions(which);
    String chosen =
        "WITH chosen AS MATERIALIZED (SELECT i.number FROM %item i"
            + where(conditions)
            + " AND "
            + takes(how)
            + " ORDER BY i.number LIMIT "
            + BATCH
            + " FOR UPDATE)";
    String text = sql.apply(chosen + changing(how) + ", " + Commits.durably());
    try (PreparedStatement sql = connection.prepareStatement(text)) {
      int next = set(connection, sql, after, which, conditions);
      if (how != Change.PURGE) {
        sql.setLong(next, rememberedMicros);
      }
      Set<String> lanes = new HashSet<>();
      long last = 0;
      int count = 0;
      try (ResultSet found = sql.executeQuery()) {
        while (found.next()) {
          count++;
          last = Math.max(last, found.getLong(1));
          String lane = found.getString(2);
          if (lane != null) {
            lanes.add(lane);
          }
        }
      }
      return new Changed(count, count == BATCH ? last : 0, lanes);
    }
  }

  private static String takes(Change how) {
    return switch (how) {
      case CANCEL -> "i.state IN ('waiting', 'answered')";
      case HURRY -> "i.state IN ('waiting', 'answered') AND NOT i.held AND i.not_before > " + NOW;
      case REPLAY -> "i.state IN ('dead', 'cancelled', 'expired')";
      case PURGE -> "i.state NOT IN ('waiting', 'answered')";
    };
  }

  private static String changing(Change how) {
    String returning = " RETURNING i.number, i.lane";
    if (how == Change.PURGE) {
      return " DELETE FROM %item i USING chosen WHERE i.number = chosen.number" + returning;
    }
    String state =
        switch (how) {
          case CANCEL -> "'cancelled'";
          case HURRY -> "s.state";
          default -> "CASE WHEN s.answer IS NULL THEN 'waiting' ELSE 'answered' END";
        };
    String begins = how == Change.CANCEL ? "s.not_before" : "t.now";
    String ends = how == Change.REPLAY ? "CAST('infinity' AS timestamptz)" : "s.expires_at";
    String anew =
        ", attempts = 0, doubts = 0, handlings = 0, setbacks = 0, takes = 0, turn = n.place - 1 + "
            + turn("i.priority", "i.tenant");
    return " UPDATE %item i SET state = n.state, not_before = n.begins, expires_at = n.ends,"
        + " changed_at = n.now, held = false, lease = 0, ready = "
        + READY
        + ", next_at = "
        + NEXT
        + (how == Change.HURRY ? "" : ", reason = ''")
        + (how == Change.REPLAY ? anew : "")
        + " FROM (SELECT s.number, t.now, "
        + state
        + " AS state, "
        + begins
        + " AS begins, "
        + ends
        + " AS ends, CAST(? AS bigint) AS remembered, row_number() OVER (PARTITION BY s.priority,"
        + " s.tenant ORDER BY s.number) AS place FROM chosen JOIN %item s USING (number) CROSS JOIN"
        + " (SELECT "
        + NOW
        + " AS now) t) n WHERE i.number = n.number"
        + returning;
  }

  Counts counts(Connection connection) throws SQLException {
    Map<ItemState, Long> items = new EnumMap<>(ItemState.class);
    Map<Priority, Long> waiting = new EnumMap<>(Priority.class);
    Map<Priority, Instant> oldest = new EnumMap<>(Priority.class);
    long bytes = 0;
    try (PreparedStatement sql = connection.prepareStatement(counts);
        ResultSet found = sql.executeQuery()) {
      while (found.next()) {
        ItemState state = ItemRow.state(found.getString(1));
        items.merge(state, found.getLong(3), Long::sum);
        bytes += found.getLong(5) + found.getLong(6);
        if (state == ItemState.WAITING) {
          Priority priority = ItemRow.priority(found.getInt(2));
          waiting.put(priority, found.getLong(3));
          oldest.put(priority, found.getObject(4, OffsetDateTime.class).toInstant());
        }
      }
    }
    return new Counts(items, waiting, oldest, bytes, shared(connection).paused());
  }

  /** How many items wait or were given up, and about how many bytes they have. */
  record Size(long items, long bytes) {}

  Size size(Connection connection) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(size);
        ResultSet found = sql.executeQuery()) {
      found.next();
      return new Size(found.getLong(1), found.getLong(2));
    }
  }

  void pause(Connection connection, boolean paused) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(pause)) {
      sql.setBoolean(1, paused);
      sql.executeQuery().close();
    }
  }

  Shared shared(Connection connection) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(shared);
        ResultSet found = sql.executeQuery()) {
      if (!found.next()) {
        throw new SQLException("resilient_llm_outbox has no row", "42P01");
      }
      return new Shared(
          found.getObject(1, OffsetDateTime.class).toInstant(),
          found.getBoolean(2),
          found.getLong(3),
          found.getString(4));
    }
  }

  boolean share(Connection connection, long version, String note) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(share)) {
      sql.setString(1, note);
      sql.setLong(2, version);
      try (ResultSet found = sql.executeQuery()) {
        return found.next();
      }
    }
  }

  /** Some items behind a number, with their content. */
  List<ItemRow> page(Connection connection, long after, int most) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(page)) {
      sql.setLong(1, after);
      sql.setInt(2, most);
      List<ItemRow> rows = new ArrayList<>();
      try (ResultSet found = sql.executeQuery()) {
        while (found.next()) {
          rows.add(ItemRow.read(found, true));
        }
      }
      return rows;
    }
  }
}
