package io.github.resilientllm.internal.journal;

import io.github.resilientllm.testing.Mutation;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A mistake in the journal's own code, and the tests that are there for it. */
@SuppressWarnings("ImmutableEnumChecker") // lists that List.of made
enum SourceMutant {
  ACKNOWLEDGES_BEFORE_THE_FORCE(
      Tests.CRASHES,
      in(
          "journal/file/FileLog",
          "      if (batch.force() ||",
          "      batch.entries().forEach(entry -> entry.done().complete(null));\n      if (batch.force() ||")),
  FORCES_FOR_NOBODY(Tests.CRASHES, in("journal/file/FileLog", "force |= entry.forced();", "")),
  GOES_ON_AFTER_A_FAILURE(
      Tests.CRASHES, in("journal/file/FileLog", "      failure = first;\n", "")),
  RETRIES_A_FAILED_FORCE(
      Tests.CRASHES,
      in(
          "journal/file/LogFile",
          "    channel.force(false);",
          "    try { channel.force(false); } catch (IOException e) { channel.force(false); }")),
  CREATES_WITHOUT_A_FORCE(Tests.CRASHES, in("journal/file/NewFile", "file.force(true);", "")),
  CREATES_WITHOUT_A_SYNC_OF_THE_DIRECTORY(
      Tests.CRASHES,
      in(
          "journal/file/NewFile",
          "disk.syncDirectory(Objects.requireNonNull(target.getParent()));",
          "")),
  SWALLOWS_A_SHORT_WRITE(
      Tests.CRASHES,
      in("journal/file/NewFile", "while (bytes.hasRemaining())", "if (bytes.hasRemaining())")),
  SWALLOWS_A_SHORT_APPEND(
      Tests.CRASHES,
      in("journal/file/LogFile", "while (from.hasRemaining())", "if (from.hasRemaining())"),
      in(
          "journal/file/LogFile",
          "length += bytes.length;",
          "length += bytes.length - from.remaining();")),
  APPENDS_TO_A_TORN_END(
      Tests.CRASHES, in("journal/check/Recovery", "if (survey.isTorn())", "if (false)")),
  TRUSTS_WHAT_WAS_NOT_FORCED(
      Tests.CRASHES,
      in("journal/check/Recovery", "survey.isInDoubt() && options.sync().forces()", "false")),
  TRUSTS_AN_END_THAT_WAS_NOT_CLOSED(
      Tests.CRASHES,
      in(
          "journal/check/Recovery",
          "if (end == null || !end.isClosedInOrder())",
          "if (end == null)")),
  RECOVERS_WITHOUT_A_FORCE(
      Tests.CRASHES,
      in(
          "journal/check/Recovery",
          "new NewFile(disk, path, header, forces, survey.size())",
          "new NewFile(disk, path, header, false, survey.size())")),
  CUTS_AT_THE_FIRST_BAD_LINE(
      Tests.CRASHES,
      in(
          "journal/check/Survey",
          "return impossible || (!problems.isEmpty() && problems.get(0).offset() < safe);",
          "return false;")),
  SAYS_MORE_IS_SAFE_THAN_WAS_FORCED(
      Tests.CRASHES,
      in(
          "journal/file/FileLog",
          "before, incarnation, file.durable());",
          "before, incarnation, file.length());")),
  READS_HALF_OF_WHAT_WAS_APPENDED_TOGETHER(
      Tests.SAFETY,
      in(
          "journal/check/Survey",
          "    if (together > 0) {\n      lastSound",
          "    if (false) {\n      lastSound"),
      in("journal/check/Survey", "if (together > 0 && problems.isEmpty())", "if (false)")),
  DROPS_WHAT_AN_OPEN_TURN_STREAMED(
      Tests.DIRECTORY,
      in(
          "journal/check/Survey",
          "entry.kind().isSaidAgain() && entry.sequence() < lastEnder",
          "entry.kind().isSaidAgain()")),
  REPAIRS_WITHOUT_A_COPY(
      Tests.CRASHES,
      in(
          "journal/check/Repair",
          "new Aside(disk, path, true).keep(file, 0, n -> Names.damaged(path, n));",
          "")),
  SETS_ASIDE_WITHOUT_A_FORCE(Tests.CRASHES, in("journal/file/Aside", "to.force(true);", "")),
  TELLS_NOBODY_OF_THE_LAST_PIECES(
      Tests.SAFETY,
      in(
          "journal/file/FileLog",
          "    file.abandon();\n    tellOfPieces();\n",
          "    file.abandon();\n")),
  USES_A_NAME_THAT_MAY_NOT_BE_DURABLE(
      Tests.DURABLE_NAMES,
      in(
          "journal/check/Recovery",
          "if (survey.isAsItWasMade() && options.sync().forces())",
          "if (false)")),
  USES_A_DIRECTORY_THAT_MAY_NOT_BE_DURABLE(
      Tests.DURABLE_NAMES, in("journal/file/Site", "      syncName();\n", "")),
  DELETES_WITHOUT_A_SYNC(
      Tests.DURABLE_NAMES,
      in("journal/JournalDirectory", "      disk.syncDirectory(directory);\n", "")),
  MAKES_A_DIRECTORY_WITHOUT_ITS_PARENTS_SYNC(
      Tests.DISK, in("journal/file/FileDisk", "      syncDirectory(parent);\n", "")),
  SYNCS_NO_DIRECTORY(Tests.DISK, in("journal/file/FileDisk", "    sync.of(directory);\n", "")),
  OPENS_A_DIRECTORY_AND_DOES_NOT_FORCE_IT(
      Tests.SYSTEM_CALLS, in("journal/file/FileDisk", "channel.force(true);", "")),
  WRITES_AT_AN_OFFSET(
      Tests.DISK, in("journal/file/FileDisk", "Set.of(WRITE, APPEND)", "Set.of(WRITE)")),
  LETS_OTHERS_READ_FILES(
      Tests.FILES,
      in(
          "journal/file/FileDisk",
          "FileChannel.open(file, NEW, owner(file, \"rw-------\"))",
          "FileChannel.open(file, NEW, owner(file, \"rw-r--r--\"))")),
  LETS_OTHERS_READ_DIRECTORIES(
      Tests.FILES,
      in(
          "journal/file/FileDisk",
          "owner(directory, \"rwx------\")",
          "owner(directory, \"rwxr-xr-x\")")),
  FREES_THE_LOCK_BEFORE_THE_QUEUE_IS_WRITTEN(
      Tests.SAFETY,
      in(
          "journal/JournalDirectory",
          "      Closings.add(file, end);",
          "      release(lock);\n      Closings.add(file, end);")),
  DOES_NOT_NOTICE_A_REPLACED_FILE(
      Tests.SAFETY, in("journal/file/LogFile", "if (!now.equals(key))", "if (false)")),
  DOES_NOT_NOTICE_WHAT_OTHERS_ADDED(
      Tests.SAFETY, in("journal/file/LogFile", "if (size != length)", "if (false)")),
  DOES_NOT_LOOK_AFTER_A_WRITE(
      Tests.SAFETY,
      in(
          "journal/file/LogFile",
          "    requireOurs();\n  }\n\n  private void append(",
          "  }\n\n  private void append(")),
  DOES_NOT_LOOK_BEFORE_A_WRITE(
      Tests.SAFETY,
      in("journal/file/LogFile", "if it was not open\n    requireOurs();", "if it was not open")),
  REPLACES_A_FILE_THAT_GREW(
      Tests.SAFETY, in("journal/file/NewFile", "if (size != replaced)", "if (false)")),
  FORGETS_WHAT_IT_CUTS(
      Tests.SAFETY, in("journal/check/Recovery", "    if (isHalfALine)", "    if (true)")),
  CUTS_WHAT_IS_NEWER(
      Tests.SAFETY,
      in(
          "journal/check/Survey",
          "    requireKnown();\n    if (!isDamaged())",
          "    if (!isDamaged())")),
  REPAIRS_WHAT_IS_NEWER(
      Tests.FORMAT, in("journal/check/Repair", "      survey.requireKnown();\n", "")),
  TRUSTS_A_NAME(
      Tests.SAFETY,
      in("journal/check/Heads", "        && Names.isNameOf(path, header.conversation())", "")),
  VERIFIES_BY_THE_HEADER_ALONE(
      Tests.SAFETY,
      in("journal/check/Survey", "? Names.isNameOf(path, line.conversation())", "? true")),
  BELIEVES_THE_CLOCK_OF_ENTRIES(
      Tests.SAFETY,
      in(
          "journal/JournalDirectory",
          "return written.isAfter(head.lastActivity()) ? written : head.lastActivity();",
          "return head.lastActivity();")),
  LEAVES_A_NEW_VERSION_BEHIND(
      Tests.SAFETY, in("journal/Retention", "    directory.deleteLeftovers(cutoff);\n", "")),
  LEAVES_COPIES_BEHIND(
      Tests.SAFETY, in("journal/JournalDirectory", "deleteAll(n -> Names.cut(path, n))", "false")),
  LEAVES_COPIES_WHERE_NOTHING_LEADS_TO_THEM(
      Tests.DIRECTORY,
      in(
          "journal/JournalDirectory",
          "for (int n = last; n > 0; n--)",
          "for (int n = 1; n <= last; n++)")),
  FILLS_A_FULL_DISK_WITH_COPIES(
      Tests.DIRECTORY, in("journal/check/Recovery", "        aside.drop(kept);", "")),
  LEAVES_HALF_A_COPY(Tests.DIRECTORY, in("journal/file/Aside", "      drop(copy);\n", "")),
  GIVES_A_QUESTION_THE_ANSWER_TO_ANOTHER(
      Tests.REPAIRED,
      in("conversation/Transcript", "turns.isEmpty() || !isOfLast ||", "turns.isEmpty() ||")),
  SHOWS_A_TURN_THAT_LOST_ITS_TOOLS(
      Tests.REPAIRED, in("conversation/Transcript", "      last().torn();\n", "")),
  GIVES_A_TURN_UP_WITH_A_LOST_ONE(
      Tests.REPAIRED,
      in("conversation/Transcript", "!turns.isEmpty() && last().isOpen()", "!turns.isEmpty()")),
  SUMS_UP_FOUR_KIB(
      Tests.SAFETY,
      in(
          "journal/line/LineEncoder",
          "crc.update(line, PREFIX, line.length - 1 - PREFIX);",
          "crc.update(line, PREFIX, Math.min(4096, line.length - 1 - PREFIX));"),
      in(
          "journal/line/LineDecoder",
          "crc.update(bytes, json, to - json);",
          "crc.update(bytes, json, Math.min(4096, to - json));")),
  SUMS_UP_BY_ANOTHER_POLYNOMIAL(
      Tests.FORMAT,
      in(
          "journal/line/LineEncoder",
          "CRC32C crc = new CRC32C();",
          "var crc = new java.util.zip.CRC32();"),
      in(
          "journal/line/LineDecoder",
          "CRC32C crc = new CRC32C();",
          "java.util.zip.CRC32 crc = new java.util.zip.CRC32();")),
  SUMS_UP_SHORT_LINES_WITHOUT_THE_FILE(
      Tests.FORMAT,
      in("journal/line/LineEncoder", "    crc.update(unsaid.getBytes(UTF_8));\n", ""),
      in("journal/line/LineDecoder", "      crc.update(unsaid.getBytes(UTF_8));\n", "")),
  READS_UPPER_CASE_DIGITS(
      Tests.FORMAT,
      in(
          "journal/line/LineDecoder",
          "HEX.indexOf(bytes[i])",
          "HEX.indexOf(Character.toLowerCase(bytes[i]))")),
  READS_ANY_VERSION(
      Tests.FORMAT,
      in(
          "journal/line/LineDecoder",
          "if (format != null && version != LineEncoder.VERSION)",
          "if (false)")),
  REFUSES_FIELDS_IT_DOES_NOT_KNOW(
      Tests.FORMAT,
      in(
          "journal/line/LineDecoder",
          "default -> parser.skipChildren();",
          "default -> throw new IOException(name);")),
  TAKES_ANY_KIND(
      Tests.SAFETY,
      in("journal/line/LineDecoder", "KINDS.get(kind)", "KINDS.getOrDefault(kind, Kind.ATTEMPT)")),
  TAKES_ANY_STATE(
      Tests.SAFETY,
      in(
          "journal/line/LineDecoder",
          "STATES.get(state)",
          "STATES.getOrDefault(state, ConversationState.IDLE)")),
  FORGETS_THE_TIME_OF_SHORT_LINES(
      Tests.FORMAT, in("journal/line/LineDecoder", ".plusMillis(millis)", ".plusMillis(0)")),
  DOES_WITHOUT_A_HEADER(
      Tests.FORMAT,
      in(
          "journal/check/Survey",
          "      contradiction(0, \"should be the header of the conversation\");\n",
          "")),
  TAKES_ANY_CONVERSATIONS_FILE(
      Tests.FORMAT,
      in("journal/check/Survey", ": line.conversation().equals(conversation);", ": true;")),
  TAKES_A_FILE_THAT_IS_TOO_SHORT(
      Tests.FORMAT, in("journal/check/Survey", "if (size < safe)", "if (false)")),
  TAKES_A_GAP(
      Tests.FORMAT,
      in(
          "journal/check/Survey",
          "        contradiction(offset, what);\n      }\n    }\n    numbersAreKnown",
          "      }\n    }\n    numbersAreKnown")),
  TAKES_LINES_OF_ANOTHER_FILE(
      Tests.FORMAT, in("journal/check/Survey", "if (!line.file().equals(file))", "if (false)")),
  TAKES_A_LINE_THAT_KNOWS_OF_MORE(
      Tests.FORMAT, in("journal/check/Survey", "if (line.safe() > offset)", "if (false)")),
  TAKES_A_SECOND_HEADER(Tests.FORMAT, in("journal/check/Survey", "if (offset != 0)", "if (false)")),
  TAKES_A_BREAK_INTO_A_GROUP(
      Tests.FORMAT,
      in(
          "journal/check/Survey",
          "if (together > 0 && entry.more() != together - 1)",
          "if (false)")),
  CUTS_A_LINE_THAT_IS_TOO_LONG(
      Tests.DAMAGE, in("journal/check/Survey", "if (reader.isTooLong())", "if (false)")),
  CALLS_LOST_WHAT_WAS_DROPPED(
      Tests.DAMAGE,
      in("journal/check/Repair", "entry.movedAfter(last, true)", "entry.movedAfter(last, false)")),
  REPAIRS_IN_THE_ORDER_OF_THE_FILE(
      Tests.DAMAGE,
      in(
          "journal/check/Repair",
          "    pieces.sort(Comparator.comparingLong(Piece::sequence));\n",
          "")),
  REPAIRS_BY_THE_WRONG_TIME(
      Tests.FORMAT,
      in(
          "journal/check/Repair",
          "new LineDecoder(header.file(), piece.before)",
          "new LineDecoder(header.file(), \"\")")),
  KEEPS_UPPER_CASE_IN_NAMES(
      Tests.FORMAT,
      in(
          "journal/file/Names",
          "(c >= 'a' && c <= 'z')",
          "(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')")),
  WRITES_LOWER_CASE_IN_NAMES(
      Tests.FORMAT,
      in(
          "journal/file/Names",
          "HexFormat.of().withUpperCase().toHexDigits(b)",
          "HexFormat.of().toHexDigits(b)")),
  CUTS_NAMES_ELSEWHERE(
      Tests.FORMAT, in("journal/file/Names", "KEPT_OF_LONG = 60", "KEPT_OF_LONG = 59")),
  CUTS_NAMES_SOONER(Tests.FORMAT, in("journal/file/Names", "LONGEST = 120", "LONGEST = 119")),
  CUTS_NAMES_TO_A_SHORT_HASH(
      Tests.FORMAT, in("journal/file/Names", "HASH_CHARS = 32", "HASH_CHARS = 31")),
  LOCKS_ELSEWHERE(Tests.FORMAT, in("journal/file/Names", "position >>> 2", "position >>> 3")),
  READS_ON_FROM_BEHIND_AN_ENTRY(
      Tests.DIRECTORY,
      in("journal/check/Survey", "place.sequence < sequence", "place.sequence < sequence + 20")),
  READS_ON_FROM_WHAT_A_CRASH_LEFT(
      Tests.SAFETY, in("journal/check/Survey", "high = size - UNSETTLED;", "high = size;")),
  READS_ALL_FOR_ONE_ENTRY(
      Tests.DIRECTORY, in("journal/check/EntryReader", "after > 0 ? Survey", "after < 0 ? Survey")),
  READS_ALL_OF_A_LONG_FILE(
      Tests.DIRECTORY,
      in("journal/check/Recovery", "if (size <= options.readWhole())", "if (true)")),
  USES_A_NONCE_TWICE(
      Tests.SAFETY,
      inApi("journal/Sealing", "random.nextBytes(iv);", "new java.util.Random(7).nextBytes(iv);")),
  TAKES_THE_NONCE_FROM_THE_NUMBER(
      Tests.SAFETY,
      inApi(
          "journal/Sealing",
          "random.nextBytes(iv);",
          "ByteBuffer.wrap(iv).putLong(4, place.sequence);")),
  SEALS_WITHOUT_THE_NUMBER(
      Tests.SAFETY,
      inApi(
          "journal/Sealing",
          "      ByteBuffer.allocate(Long.BYTES).putLong(place.sequence).array(),\n",
          "")),
  SEALS_WITHOUT_THE_LIFE(
      Tests.SAFETY, inApi("journal/Sealing", "      place.incarnation.getBytes(US_ASCII),\n", "")),
  SEALS_WITHOUT_THE_CONVERSATION(
      Tests.SAFETY, inApi("journal/Sealing", "      JournalEntry.utf8(place.conversation),\n", "")),
  SEALS_WITHOUT_THE_KIND(
      Tests.SAFETY, inApi("journal/Sealing", "      place.kind.getBytes(US_ASCII),\n", "")),
  SEALS_WITHOUT_THE_STATE(
      Tests.SAFETY, inApi("journal/Sealing", "      place.state.getBytes(US_ASCII),\n", "")),
  SEALS_WITHOUT_THE_TIME(
      Tests.SAFETY, inApi("journal/Sealing", ",\n      place.at.getBytes(US_ASCII)", "")),
  SEALS_WITHOUT_LENGTHS(
      Tests.FORMAT,
      inApi("journal/Sealing", "context.putInt(part.length).put(part);", "context.put(part);")),
  TAKES_WHAT_IS_NOT_SEALED(
      Tests.SAFETY, inApi("journal/Sealing", "if (keys != null && !plainToo)", "if (false)")),
  TAKES_ANY_NUMBER(
      Tests.FILES,
      in("journal/file/FileLog", "if (entry.sequence() != ++next)", "if (entry.sequence() == 0)")),
  TAKES_ANY_LENGTH(
      Tests.FILES,
      in(
          "journal/file/FileLog",
          "if (queuedLength + lines.length > options.maxConversationBytes())",
          "if (false)")),
  TAKES_ANY_ENTRY(
      Tests.FILES,
      in("journal/line/EntryEncoder", "    if (body.length > maxEntryBytes)", "    if (false)"),
      in("journal/line/EntryEncoder", "if (entry.body().length() > maxEntryBytes)", "if (false)")),
  OPENS_ANY_NUMBER(
      Tests.FILES,
      in(
          "journal/JournalDirectory",
          "if (openLogs.incrementAndGet() > options.maxOpenLogs())",
          "if (openLogs.incrementAndGet() < 0)")),
  HAS_NO_PATIENCE(
      Tests.FILES,
      in(
          "journal/JournalDirectory",
          "patience.isZero() || patience.isNegative() ||",
          "!patience.isNegative() ||")),
  WRITES_AFTER_CLOSING(
      Tests.FILES,
      in(
          "journal/file/FileLog",
          "    if (closing) {\n      throw closed();\n    }\n    long next",
          "    long next")),
  DOES_NOT_WAIT_FOR_A_CLOSED_LOG(
      Tests.FILES, in("journal/JournalDirectory", "return Closings.of(seen);", "return null;")),
  LISTS_WHAT_WAS_NOT_ASKED_FOR(
      Tests.FILES,
      in("journal/check/Heads", "if (head == null || !query.matches(head))", "if (head == null)")),
  LISTS_THE_OLDEST_FIRST(
      Tests.FILES,
      in(
          "journal/check/Heads",
          ".thenComparing(Dated::name).reversed()",
          ".thenComparing(Dated::name)")),
  LISTS_ONE_PAGE(
      Tests.FILES,
      in(
          "journal/check/Heads",
          "new Journal.Listing(heads, file.cursor())",
          "new Journal.Listing(heads, \"\")")),
  PARTS_WHAT_WAS_APPENDED_TOGETHER(
      Tests.SAFETY,
      in(
          "journal/check/EntryReader",
          "!entries.isEmpty() && isWhole && room > maxBytes",
          "!entries.isEmpty() && room > maxBytes")),
  BEGINS_A_LIFE_UNDER_THE_SAME_NAME(
      Tests.FILES,
      in(
          "journal/check/Recovery",
          "FileState.none(incarnations.get())",
          "FileState.none(\"0000000000000000\")")),
  DELETES_WHAT_IS_WRITTEN(
      Tests.FILES,
      in(
          "journal/JournalDirectory",
          "path, new Gate(path), alone(path, false, () -> deleteHere(path))",
          "path, new Gate(path), () -> deleteHere(path)")),
  HANDS_OUT_AN_ANSWER_THAT_IS_NOT_KEPT(
      Tests.TURNS,
      in(
          "conversation/Floor",
          "    await(kept, deadline);\n  }\n\n  private void await(CompletableFuture<Void> kept, long deadline) {",
          "  }\n\n  private void await(CompletableFuture<Void> kept, long deadline) {")),
  HANDS_OUT_A_RESULT_THAT_IS_NOT_KEPT(
      Tests.TURNS,
      in(
          "conversation/Entries",
          "floor.keep(Kind.TOOL_RESULT, body, deadline);",
          "write(Kind.TOOL_RESULT, body);")),
  RUNS_TOOLS_OF_AN_ANSWER_THAT_IS_NOT_KEPT(
      Tests.TURNS,
      in(
          "conversation/Entries",
          "floor.keep(Kind.ANSWERED, body, deadline);",
          "write(Kind.ANSWERED, body);")),
  SENDS_A_QUESTION_THAT_IS_NOT_KEPT(
      Tests.TURNS,
      in(
          "conversation/Entries",
          "floor.keep(together, at, deadline);",
          "together.forEach(said -> write(said.kind(), said.body()));")),
  DISCARDS_WITHOUT_KEEPING_IT(
      Tests.TURNS,
      in(
          "conversation/Entries",
          "floor.keep(Kind.DISCARDED, \"{}\", deadline);",
          "write(Kind.DISCARDED, \"{}\");")),
  RESUMES_ANOTHER_OPEN_TURN(
      Tests.TURNS,
      in("conversation/TurnScribe", "key.equals(turn.key()) && turn.isOpen()", "turn.isOpen()")),
  ANSWERS_ANOTHER_QUESTION_OF_THE_KEY(
      Tests.TURNS,
      in(
          "conversation/TurnScribe",
          "        && !before.equals(question.text())\n",
          "        && before.isEmpty()\n")),
  RUNS_A_TOOL_AFTER_IT_LOST_THE_CONVERSATION(
      Tests.TURNS, in("conversation/Floor", "      await(open.held(), deadline);\n", "")),
  BELIEVES_ANOTHER_LIFES_NUMBERS(
      Tests.WINDOW,
      in(
          "conversation/Transcript",
          "past != null && incarnation.equals(past.text(\"life\"))",
          "past != null")),
  FORGETS_A_STEP_TO_A_KEY(
      Tests.WINDOW, in("conversation/TurnKeys", "        path.pass(common, at);\n", "")),
  LEADS_TO_AN_OLDER_QUESTION(
      Tests.WINDOW, in("conversation/TurnKeys", "if (last[common] == 0)", "if (number > 0)")),
  TAKES_A_DEAD_END_FOR_AN_ANSWER(
      Tests.WINDOW,
      in(
          "conversation/TurnKeys",
          "          return false;\n        }\n        List<?> its",
          "          return true;\n        }\n        List<?> its")),
  DOES_NOT_NUMBER_QUESTIONS(
      Tests.WINDOW, in("conversation/Transcript", "      last().numbered(number);\n", "")),
  FORGETS_THE_LAST_KEY(
      Tests.WINDOW, in("conversation/Transcript", "known.withKeyed(number)", "known")),
  COPIES_WHAT_HOLDS_OF_ANOTHER_LIFE(
      Tests.WINDOW, in("conversation/Fork", "    if (past != null) {", "    if (false) {")),
  LOOKS_A_KEY_UP_TWICE(
      Tests.WINDOW,
      in(
          "conversation/TurnScribe",
          "if (found == null || found.path() == null || !found.isTrueOf(floor.transcript()))",
          "if (true)")),
  BELIEVES_AN_EARLIER_LOOK(
      Tests.WINDOW,
      in(
          "conversation/TurnScribe",
          "found.path() == null || !found.isTrueOf(floor.transcript())",
          "found.path() == null")),
  GOES_THROUGH_ALL_FOR_A_PROMPT(
      Tests.WINDOW,
      in(
          "conversation/TurnScribe",
          "? Integer.MAX_VALUE : MOST_TURNS_AT_FIRST",
          "? Integer.MAX_VALUE : Integer.MAX_VALUE")),
  HOLDS_WHAT_WAS_STREAMED(
      Tests.MEMORY,
      in(
          "conversation/Turn",
          "    partial.trimToSize(); // it is kept for as long as the turn is\n",
          "")),
  READS_ALL_FOR_A_KEY(
      Tests.WINDOW,
      in(
          "conversation/TurnKeys",
          "    if (!isSure) {\n      return null;",
          "    if (true) {\n      return null;"));

  /** What must notice a mistake; none of the classes means the crash tests. */
  enum Tests {
    CRASHES(),
    DURABLE_NAMES("internal.journal.DurableNamesTest"),
    DISK("internal.journal.FileDiskTest"),
    SYSTEM_CALLS("internal.journal.InjectionTest"),
    SAFETY("internal.journal.SafetyTest"),
    FORMAT("internal.journal.FormatTest"),
    DAMAGE("DamageTest"),
    DIRECTORY("internal.journal.JournalDirectoryTest"),
    FILES("FileJournalTest", "ProgressOnDiskTest"),
    REPAIRED("ConversationOnDiskTest"),
    TURNS(
        "ConversationTest",
        "ConversationToolsTest",
        "ConversationJournalTest",
        "ConversationMishapTest",
        "ConversationUndisturbedTest",
        "TurnKeyTest"),
    WINDOW("ConversationWindowTest"),
    MEMORY("MemoryJournalTest");

    private final List<String> classes;

    Tests(String... classes) {
      this.classes = Stream.of(classes).map(name -> "io.github.resilientllm." + name).toList();
    }

    /** Their names. */
    List<String> classes() {
      return classes;
    }
  }

  private final Tests tests;
  private final List<Mutation> mutations;

  SourceMutant(Tests tests, Mutation... mutations) {
    this.tests = tests;
    this.mutations = List.of(mutations);
  }

  private static Mutation in(String source, String right, String wrong) {
    Path core = Path.of("src/main/java/io/github/resilientllm/internal");
    return new Mutation(core.resolve(source + ".java"), right, wrong);
  }

  private static Mutation inApi(String source, String right, String wrong) {
    Path api = Path.of("../resilient-llm-api/src/main/java/io/github/resilientllm");
    return new Mutation(api.resolve(source + ".java"), right, wrong);
  }

  Tests tests() {
    return tests;
  }

  /** What it is made of. */
  List<Mutation> mutations() {
    return mutations;
  }
}
