package io.github.resilientllm.postgres.internal.outbox;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.postgres.internal.sql.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An item as it stands in the table.
 *
 * @param work null if it was not asked for, or is gone
 * @param answer the same
 */
record ItemRow(
    long number,
    long turn,
    String storedId,
    OutboxItem item,
    Contents.@Nullable Stored work,
    Contents.@Nullable Stored answer) {

  /** What {@link #read} needs, in its order, of the table called i. */
  static final String COLUMNS =
      "i.number, i.turn, i.id, i.key, i.handler, i.priority, i.tenant, i.lane, i.state,"
          + " i.submitted_at, i.expires_at, i.not_before, i.changed_at, i.attempts, i.doubts,"
          + " i.handlings, i.setbacks, i.takes, i.reason, CASE WHEN i.held THEN i.lease ELSE 0 END";

  /** The content, behind the others. */
  static final String CONTENT =
      ", i.work_key, i.work_crc, i.work, i.answer_key, i.answer_crc, i.answer";

  private static final int FIRST_OF_CONTENT = 21;

  /** Classes stand ten apart, so that another one can come between. */
  private static final int APART = 10;

  /** Longer than this is for ever. */
  private static final Duration LONG = Duration.ofDays(365_000);

  static ItemRow read(ResultSet found, boolean withContent) throws SQLException {
    String storedId = found.getString(3);
    OutboxItem item =
        OutboxItem.builder(
                Ids.decode(storedId), Ids.decode(found.getString(5)), "", instant(found, 10))
            .key(decoded(found.getString(4)))
            .priority(priority(found.getInt(6)))
            .tenant(Ids.decode(found.getString(7)))
            .lane(decoded(found.getString(8)))
            .state(state(found.getString(9)))
            .expiresAt(instant(found, 11))
            .notBefore(instant(found, 12))
            .changedAt(instant(found, 13))
            .attempts(found.getInt(14))
            .doubts(found.getInt(15))
            .handlings(found.getInt(16))
            .setbacks(found.getInt(17))
            .takes(found.getInt(18))
            .reason(Ids.decode(found.getString(19)))
            .lease(found.getLong(20))
            .build();
    return new ItemRow(
        found.getLong(1),
        found.getLong(2),
        storedId,
        item,
        withContent ? stored(found, FIRST_OF_CONTENT) : null,
        withContent ? stored(found, FIRST_OF_CONTENT + 3) : null);
  }

  private static Contents.@Nullable Stored stored(ResultSet found, int from) throws SQLException {
    byte[] bytes = found.getBytes(from + 2);
    return bytes == null
        ? null
        : new Contents.Stored(found.getString(from), found.getLong(from + 1), bytes);
  }

  private static @Nullable String decoded(@Nullable String stored) {
    return stored == null ? null : Ids.decode(stored);
  }

  private static Instant instant(ResultSet found, int column) throws SQLException {
    OffsetDateTime at = found.getObject(column, OffsetDateTime.class);
    return at.equals(OffsetDateTime.MAX) ? Instant.MAX : at.toInstant();
  }

  static String of(ItemState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  static int of(Priority priority) {
    return switch (priority) {
      case CRITICAL -> APART;
      case HIGH -> 2 * APART;
      case NORMAL -> 3 * APART;
      case LOW -> 4 * APART;
    };
  }

  static Priority priority(int stored) {
    for (Priority priority : Priority.values()) {
      if (of(priority) == stored) {
        return priority;
      }
    }
    throw unknown("class", Integer.toString(stored));
  }

  static ItemState state(String stored) {
    for (ItemState state : ItemState.values()) {
      if (of(state).equals(stored)) {
        return state;
      }
    }
    throw unknown("state", stored);
  }

  private static OutboxException unknown(String what, String name) {
    return new OutboxException(
        Reason.UNKNOWN,
        "An item has the %s '%s', which a newer version of resilient-llm wrote. Nothing was changed; take that version"
            .formatted(what, name));
  }

  /** An instant as text that the database reads; what is out of its years is for ever. */
  static String timestamp(Instant instant) {
    if (instant.isAfter(Instant.EPOCH.plus(LONG))) {
      return "infinity";
    }
    return instant.isBefore(Instant.EPOCH.minus(LONG)) ? "-infinity" : instant.toString();
  }

  /** Microseconds from one instant to another; -1 for ever, 0 if it is not later. */
  static long micros(Instant from, Instant to) {
    if (to.equals(Instant.MAX) || to.isAfter(from.plus(LONG))) {
      return -1;
    }
    return to.isBefore(from) ? 0 : ChronoUnit.MICROS.between(from, to);
  }
}
