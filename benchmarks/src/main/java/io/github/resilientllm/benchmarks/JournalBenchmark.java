package io.github.resilientllm.benchmarks;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to keep an entry of 1 KiB durably, and to read 10 MB of them, beside the disk's own
 * price and beside SQLite.
 */
@SuppressWarnings("NullAway.Init") // JMH calls open() first
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class JournalBenchmark {
  private static final String KIB = "{\"text\":\"" + "x".repeat(1024 - 11) + "\"}";
  private static final int ENTRIES_OF_10_MB = 10_000;

  private Scratch scratch;
  private FileJournal journal;
  private Journal.Log log;
  private FileChannel raw;
  private ByteBuffer rawLine;
  private Sqlite sqlite;
  private long sequence;

  /** Opens one of each. */
  @Setup
  public void open() throws IOException, SQLException {
    scratch = Scratch.make();
    Path directory = scratch.directory();
    journal = FileJournal.at(directory.resolve("journal"));
    log = journal.open("c").join();
    raw =
        FileChannel.open(
            directory.resolve("raw"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    rawLine = ByteBuffer.allocateDirect(KIB.length());
    rawLine.put(KIB.getBytes(StandardCharsets.UTF_8));
    sqlite = new Sqlite(directory.resolve("sqlite"));
    try (Journal.Log large = journal.open("large").join()) {
      for (int i = 1; i < ENTRIES_OF_10_MB; i++) {
        CompletableFuture<Void> unused = append(large, i, Kind.ATTEMPT);
      }
      append(large, ENTRIES_OF_10_MB, Kind.ANSWERED).join();
    }
  }

  /** Deletes all. */
  @TearDown
  public void close() throws IOException, SQLException {
    log.close();
    journal.close();
    raw.close();
    sqlite.close();
    scratch.delete();
  }

  /** What the disk takes for the same bytes. */
  @Benchmark
  public void appendRaw() throws IOException {
    rawLine.rewind();
    raw.write(rawLine, raw.size());
    raw.force(false);
  }

  /** An entry that is acknowledged when it is durable. */
  @Benchmark
  public void appendJournal() {
    append(log, ++sequence, Kind.ANSWERED).join();
  }

  /** A row in WAL mode with {@code synchronous=FULL}. */
  @Benchmark
  public void appendSqlite() throws SQLException {
    sqlite.insert("c", ++sequence, KIB);
  }

  /** Every byte of a conversation of 10 MB checked, as an opening does that does not know it. */
  @Benchmark
  public FileJournal.Check verify10Mb() {
    return journal.verify("large");
  }

  /** A conversation of 10 MB read into entries. */
  @Benchmark
  public List<JournalEntry> read10Mb() {
    return journal.read("large").join();
  }

  /** The same rows of SQLite. */
  @Benchmark
  public int read10MbSqlite() throws SQLException {
    return sqlite.readLarge(ENTRIES_OF_10_MB, KIB);
  }

  private static CompletableFuture<Void> append(Journal.Log log, long sequence, Kind kind) {
    return log.append(new JournalEntry(sequence, Instant.now(), kind, ConversationState.IDLE, KIB));
  }
}
