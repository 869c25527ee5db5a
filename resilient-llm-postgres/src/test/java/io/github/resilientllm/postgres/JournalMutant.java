package io.github.resilientllm.postgres;

import io.github.resilientllm.testing.Mutation;
import java.nio.file.Path;

/** Mistakes in the journal's source, by the sentence of the contract that they break. */
@SuppressWarnings("StringConcatToTextBlock") // what is replaced has an indentation of its own
enum JournalMutant {
  // The right to write: one has it, by the database's clock, and who lost it is told.
  APPENDS_WITHOUT_THE_LEASE(
      LeaseTest.class,
      "Statements",
      "\" WHERE life = ? AND lease = ? AND last_n = ? RETURNING life, \"",
      "\" WHERE life = ? AND (lease = ? OR true) AND last_n = ? RETURNING life, \""),
  TAKES_WHAT_ANOTHER_HAS(
      LeaseTest.class, "Statements", "\"(c.lease = 0 OR", "\"(true OR c.lease = 0 OR"),
  WAITS_FOR_THE_DEAD_FOR_EVER(
      LeaseTest.class, "Statements", " OR c.lease_until <= clock_timestamp())", ")"),
  RENEWS_WHAT_ANOTHER_HAS(
      LeaseTest.class,
      "Statements",
      "+ \" WHERE life = ? AND lease = ? RETURNING \"",
      "+ \" WHERE life = ? AND (lease = ? OR true) RETURNING \""),
  BEATS_FOR_WHAT_ANOTHER_HAS(
      LeaseTest.class, "Statements", " AND c.lease = h.lease RETURNING", " RETURNING"),
  BEATS_WITHOUT_TELLING(
      LeaseTest.class, "Heartbeat", "if (!renewed.contains(log.life()))", "if (false)"),
  BEATS_NOT(LeaseTest.class, "Heartbeat", "renew(List.copyOf(all.logs()));", "renew(List.of());"),
  HOLDS_WITHOUT_ASKING(LeaseTest.class, "HeldLog", "    if (!held) {\n", "    if (false) {\n"),
  GIVES_BACK_WHAT_ANOTHER_HAS(
      LeaseTest.class,
      "Statements",
      "+ \" life = ? AND lease = ? RETURNING \"",
      "+ \" life = ? AND (lease = ? OR true) RETURNING \""),
  GIVES_BACK_BEFORE_ALL_IS_WRITTEN(
      PostgresJournalTest.class,
      "HeldLog",
      "taken.release = closing && queue.isEmpty() && last > 0",
      "taken.release = closing && last > 0"),
  DELETES_WHAT_ANOTHER_WRITES(
      LeaseTest.class,
      "Statements",
      "\"DELETE FROM %conversation c WHERE id = ? AND \"\n                + FREE",
      "\"DELETE FROM %conversation c WHERE id = ? AND \"\n                + \"true\""),
  WAITS_IN_NO_ORDER(LeaseTest.class, "Conversations", "return first(id) == this;", "return true;"),

  // Numbers follow each other, and nothing is there twice.
  APPENDS_BEHIND_ANY_NUMBER(
      LostConnectionTest.class,
      "Statements",
      "\" WHERE life = ? AND lease = ? AND last_n = ? RETURNING life, \"",
      "\" WHERE life = ? AND lease = ? AND (last_n = ? OR true) RETURNING life, \""),
  TAKES_ANY_NUMBER(PostgresJournalTest.class, "HeldLog", "if (row.n != ++next)", "if (false)"),
  READS_BACKWARDS(
      PostgresJournalTest.class,
      "Statements",
      "+ \" c.last_n > 0 ORDER BY e.n\");\n    end =",
      "+ \" c.last_n > 0 ORDER BY e.n DESC\");\n    end ="),
  LISTS_THE_OLDEST_FIRST(
      PostgresJournalTest.class,
      "Statements",
      "ORDER BY used_at DESC, life DESC LIMIT ?",
      "ORDER BY used_at, life LIMIT ?"),
  LISTS_THE_LAST_OF_A_PAGE_AGAIN(
      PostgresJournalTest.class,
      "Statements",
      "(used_at, life) < (CAST",
      "(used_at, life) <= (CAST"),

  // What is appended together is kept together, or not at all.
  APPENDS_ONE_BY_ONE(
      LeaseTest.class,
      "HeldLog",
      "    boolean done =\n"
          + "        all.database().once(c -> all.statements().append(c, addition, all.settings().lease()));\n",
      "    boolean done = true;\n"
          + "    for (int i = 0; i < addition.rows().size(); i++) {\n"
          + "      Row row = addition.rows().get(i);\n"
          + "      Addition one = new Addition(life, lease,\n"
          + "          i == 0 ? written : addition.rows().get(i - 1).n, List.of(row), row.size(),\n"
          + "          addition.streamedFrom(), addition.streamedBytes(), addition.dropFrom(), true,\n"
          + "          addition.release() && i == addition.rows().size() - 1);\n"
          + "      done &= all.database().once(c -> all.statements().append(c, one, all.settings().lease()));\n"
          + "    }\n"),

  // What was acknowledged is kept; after a failure nothing is.
  ACKNOWLEDGES_BEFORE_IT_IS_WRITTEN(
      LeaseTest.class,
      "HeldLog",
      "    Addition addition = now.hasRows()",
      "    tell(now);\n    Addition addition = now.hasRows()"),
  GOES_ON_AFTER_A_FAILURE(
      LeaseTest.class, "HeldLog", "failure = failure == null ? cause : failure;", ""),
  BELIEVES_THAT_A_LOST_APPEND_WAS_KEPT(
      LeaseTest.class,
      "HeldLog",
      "if (!done && !(now.losses > 0 && wasWritten(addition)))",
      "if (!done && !(now.losses > 0))"),
  BELIEVES_THAT_A_LOST_APPEND_WAS_NOT_KEPT(
      LostConnectionTest.class,
      "HeldLog",
      "if (!done && !(now.losses > 0 && wasWritten(addition)))",
      "if (!done)"),
  TRIES_NO_APPEND_AGAIN(LostConnectionTest.class, "HeldLog", "now.losses < PAUSES.size()", "false"),
  TRIES_NO_READING_AGAIN(
      LostConnectionTest.class, "../sql/Database", "++lost == MOST_TRIES", "true"),
  WAITS_FOR_A_SILENT_SERVER(
      CutWireTest.class,
      "../sql/Database",
      "if (before == 0 || before > patienceMillis)",
      "if (false)"),

  // Boundary entries, and what else is relied on, wait for the disk; nothing else does.
  KEEPS_NOTHING_DURABLY(
      PostgresJournalTest.class,
      "Statements",
      "sql.setBoolean(14, add.durable);",
      "sql.setBoolean(14, false);"),
  KEEPS_EVERYTHING_DURABLY(
      PostgresJournalTest.class,
      "Statements",
      "sql.setBoolean(14, add.durable);",
      "sql.setBoolean(14, true);"),
  HOLDS_WITHOUT_THE_DISK(
      PostgresJournalTest.class,
      "HeldLog",
      "all.settings().lease(), !takenDurably)",
      "all.settings().lease(), false)"),
  RELIES_ON_WHAT_IS_IN_DOUBT(
      PostgresJournalTest.class,
      "Statements",
      "sql.setBoolean(8, !add.durable);",
      "sql.setBoolean(8, false);"),
  TELLS_OF_PIECES_AT_ONCE(
      LeaseTest.class, "HeldLog", "if (waiting.paced && !done.release)", "if (false)"),

  // What was streamed is dropped when its turn ends, and nothing else.
  DROPS_NOTHING(PostgresJournalTest.class, "HeldLog", "drop = streamedFrom;", "drop = 0;"),
  DROPS_ALL_OF_A_TURN(
      PostgresJournalTest.class,
      "Statements",
      "+ \" AND e.kind IN ('progress', 'attempt'))\"",
      "+ \")\""),

  // What was changed or lost is found, and never read.
  SUMS_ONLY_THE_BEGINNING(
      DamageTest.class,
      "Row",
      "    sum.update(body);\n",
      "    sum.update(body, 0, Math.min(body.length, 4096));\n"),
  SUMS_NO_LIFE(DamageTest.class, "Row", ".putLong(life)", ".putLong(0)"),
  SUMS_NO_NUMBER(DamageTest.class, "Row", ".putLong(n)", ".putLong(0)"),
  SUMS_NO_TIME(
      DamageTest.class,
      "Row",
      ".putLong(at.getEpochSecond() * 1_000_000 + at.getNano() / 1000)",
      ".putLong(0)"),
  SUMS_NO_COUNT(DamageTest.class, "Row", ".putLong(kept)", ".putLong(0)"),
  SUMS_NO_ID(DamageTest.class, "Row", "new String[] {storedId, kind,", "new String[] {kind,"),
  SUMS_NO_KIND(DamageTest.class, "Row", "storedId, kind, state", "storedId, state"),
  SUMS_NO_STATE(DamageTest.class, "Row", "kind, state, key", "kind, key"),
  SUMS_NO_KEY(DamageTest.class, "Row", ", key == null ? \"\" : key}", "}"),
  READS_WHATEVER_THE_SUM_SAYS(
      DamageTest.class, "Row", "return crc == checksum(storedId, life);", "return true;"),
  MISSES_NO_ENTRY(DamageTest.class, "Judge", "return follows ? null", "return true ? null"),
  MISSES_NO_END(DamageTest.class, "Judge", "return lastN < end ?", "return false ?"),
  READS_BEHIND_THE_END(DamageTest.class, "Judge", "if (row.n > end)", "if (false)"),
  OPENS_WITHOUT_THE_LAST_ENTRY(
      DamageTest.class,
      "Conversations",
      "                .orElseThrow(\n"
          + "                    () -> Failures.damaged(id, \"entry %d is missing\".formatted(taken.lastN())));",
      "                .orElse(\"asked\");"),
  OPENS_WHAT_A_NEWER_VERSION_WROTE(
      DamageTest.class, "Conversations", "StoredNames.requireState(taken.state(), name);", ""),
  OPENS_KINDS_OF_A_NEWER_VERSION(
      DamageTest.class,
      "Conversations",
      "      StoredNames.requireKind(kind, name);\n    }\n",
      "    }\n"),

  // Sealed bodies open only where they belong.
  SEALS_NOTHING(DamageTest.class, "Encoding", "if (key != null)", "if (false)"),
  SEALS_NO_ID(DamageTest.class, "Encoding", "Place(id, ", "Place(\"\", "),
  SEALS_NO_LIFE(DamageTest.class, "Encoding", "Statements.incarnation(life), n", "\"\", n"),
  SEALS_NO_NUMBER(DamageTest.class, "Encoding", "(life), n, kind", "(life), 1, kind"),
  SEALS_NO_KIND(
      DamageTest.class,
      "Encoding",
      "n, kind, state, at.toString()",
      "n, \"\", state, at.toString()"),
  SEALS_NO_STATE(
      DamageTest.class,
      "Encoding",
      "n, kind, state, at.toString()",
      "n, kind, \"\", at.toString()"),
  SEALS_NO_TIME(
      DamageTest.class, "Encoding", "n, kind, state, at.toString()", "n, kind, state, \"\""),

  // Any id is one.
  KEEPS_BACKSLASHES(
      PostgresJournalTest.class, "../sql/Ids", "text.append(\"\\\\\\\\\")", "text.append('\\\\')"),
  KEEPS_ONE_NUL_AS_NONE(
      PostgresJournalTest.class, "../sql/Ids", "text.append(\"\\\\0\")", "text.append(\"\")"),

  // Retention takes what nobody uses, and all of it.
  DELETES_WHAT_IS_OPEN(
      PostgresJournalTest.class,
      "Statements",
      "AND c.state = ANY (?) AND \" + FREE",
      "AND c.state = ANY (?)\""),
  DELETES_WHAT_IS_DAMAGED(
      PostgresJournalTest.class,
      "Conversations",
      "EnumSet.of(ConversationState.DAMAGED, ConversationState.UNKNOWN)",
      "EnumSet.of(ConversationState.UNKNOWN)"),
  DELETES_WHAT_IS_NEW(
      PostgresJournalTest.class,
      "Statements",
      "WHERE c.used_at < clock_timestamp() - ?\"\n",
      "WHERE c.used_at < clock_timestamp() + ?\"\n"),
  LEAVES_ENTRIES_OF_THE_DELETED(
      PostgresJournalTest.class,
      "Statements",
      "(DELETE FROM %entry WHERE life = ? RETURNING 1)",
      "(DELETE FROM %entry WHERE life = ? AND false RETURNING 1)"),
  LEAVES_ENTRIES_OF_THE_OLD(
      PostgresJournalTest.class,
      "Statements",
      "\"DELETE FROM %entry WHERE life = ANY (?)\"",
      "\"DELETE FROM %entry WHERE life = ANY (?) AND false\""),

  // A repair loses nothing that is sound, and invents nothing.
  REPAIRS_AWAY_WHAT_IS_SOUND(
      DamageTest.class, "Repair", "if (!row.isSound(stored, life))", "if (true)"),
  REPAIRS_WITHOUT_KEEPING_THE_REST(
      DamageTest.class, "Repair", "List.of(setAside, remove)", "List.of(remove)"),
  REPAIRS_WITHOUT_A_NOTE_OF_WHAT_IS_MISSING(
      DamageTest.class, "Repair", "if (from <= to && missing.size() < MOST_NOTED)", "if (false)"),
  REPAIRS_WITHOUT_COUNTING_AGAIN(DamageTest.class, "Repair", "if (row.kept != kept)", "if (false)"),
  GIVES_NUMBERS_OF_THE_LOST_AGAIN(
      DamageTest.class, "Repair", "Math.max(end, lastSound.n) + 1", "lastSound.n + 1"),
  NOTES_IN_PLAIN_WHAT_WAS_SEALED(
      DamageTest.class, "Repair", "if (plan.isSealed && !encoding.seals())", "if (false)"),

  // Bounds, versions.
  TAKES_ANY_ENTRY(BadInputTest.class, "Encoding", "if (body.length > maxEntryBytes)", "if (false)"),
  TAKES_ANY_CONVERSATION(BadInputTest.class, "HeldLog", "if (size + bytes > most)", "if (false)"),
  TAKES_ANY_NUMBER_OF_LOGS(
      BadInputTest.class,
      "Conversations",
      "openLogs.incrementAndGet() > settings.maxOpenLogs()",
      "false"),
  USES_OLD_TABLES(
      BadInputTest.class,
      "../sql/Schema",
      "!found.next() || found.getInt(1) < part.version",
      "!found.next()"),
  USES_TABLES_THAT_ARE_TOO_NEW(
      BadInputTest.class, "../sql/Schema", "found.getInt(2) > part.version", "false"),
  READS_A_THOUSAND_ROWS_FOR_ONE(
      ReadingTest.class,
      "Statements",
      "return 1 + maxBytes / BYTES_OF_ROW;",
      "return 1000 + maxBytes / BYTES_OF_ROW;"),
  LISTS_BY_READING_ALL(
      ReadingTest.class,
      "Statements",
      "ORDER BY used_at DESC, life DESC LIMIT ?",
      "ORDER BY used_at + interval '0', life DESC LIMIT ?");

  private static final Path SOURCES =
      Path.of("src/main/java/io/github/resilientllm/postgres/internal/journal");

  private final Class<?> noticedBy;
  private final String source;
  private final String right;
  private final String wrong;

  JournalMutant(Class<?> noticedBy, String source, String right, String wrong) {
    this.noticedBy = noticedBy;
    this.source = source;
    this.right = right;
    this.wrong = wrong;
  }

  Mutation mutation() {
    return new Mutation(SOURCES.resolve(source + ".java").normalize(), right, wrong);
  }

  /** The class with the tests that are to notice it. */
  String noticedBy() {
    return noticedBy.getName();
  }
}
