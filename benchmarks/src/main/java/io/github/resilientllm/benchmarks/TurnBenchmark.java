package io.github.resilientllm.benchmarks;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole turns with a vendor that answers at once, so that nothing but the engine and the journal
 * takes time: one after the other, and 64 conversations at once.
 */
@BenchmarkMode({Mode.AverageTime, Mode.Throughput})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class TurnBenchmark {
  private static final String KIB = "x".repeat(1024);

  /** The journals, shared. */
  @SuppressWarnings("NullAway.Init") // JMH calls open() first
  @State(Scope.Benchmark)
  public static class Journals {
    private Scratch scratch;
    private final AtomicInteger conversations = new AtomicInteger();
    private FileJournal files;
    private ResilientLlm onFiles;
    private ResilientLlm inMemory;
    private Sqlite sqlite;

    /** Opens one of each. */
    @Setup
    public void open() throws IOException, SQLException {
      scratch = Scratch.make();
      Path directory = scratch.directory();
      files = FileJournal.at(directory.resolve("journal"));
      // A window as applications have one: turns of a conversation do not grow with its length.
      Conversations policy = Conversations.standard().withWindow(Window.ofMessages(20));
      onFiles =
          ResilientLlm.with(new InstantProvider()).journal(files).conversations(policy).build();
      inMemory =
          ResilientLlm.with(new InstantProvider())
              .journal(new MemoryJournal(1L << 40))
              .conversations(policy)
              .build();
      sqlite = new Sqlite(directory.resolve("sqlite"));
    }

    /** Deletes all. */
    @TearDown
    public void close() throws IOException, SQLException {
      files.close();
      sqlite.close();
      scratch.delete();
    }
  }

  /** A conversation for each thread, begun anew before it grows large. */
  @SuppressWarnings("NullAway.Init") // next() comes first
  @State(Scope.Thread)
  public static class Mine {
    private static final int MOST_TURNS = 200;

    private Conversation onFiles;
    private Conversation inMemory;
    private String id = "";
    private int turns = MOST_TURNS;
    private long sequence;

    void next(Journals journals) {
      if (++turns > MOST_TURNS) {
        turns = 0;
        id = "conversation " + journals.conversations.incrementAndGet();
        onFiles = journals.onFiles.conversation(id);
        inMemory = journals.inMemory.conversation(id);
      }
    }
  }

  /** A durable turn in files. */
  @Benchmark
  public ChatResponse turn(Journals journals, Mine mine) {
    mine.next(journals);
    return mine.onFiles.say(KIB);
  }

  /** A turn that is kept in memory only: what the engine and the conversation take. */
  @Benchmark
  public ChatResponse turnInMemory(Journals journals, Mine mine) {
    mine.next(journals);
    return mine.inMemory.say(KIB);
  }

  /** Question and answer as two commits of SQLite, without an engine. */
  @Benchmark
  public void turnSqlite(Journals journals, Mine mine) throws SQLException {
    mine.next(journals);
    journals.sqlite.insert(mine.id, ++mine.sequence, KIB);
    journals.sqlite.insert(mine.id, ++mine.sequence, KIB);
  }

  /** 64 conversations at once. */
  @Benchmark
  @Threads(64)
  public ChatResponse turnsOf64(Journals journals, Mine mine) {
    return turn(journals, mine);
  }

  /** The same on SQLite. */
  @Benchmark
  @Threads(64)
  public void turnsOf64Sqlite(Journals journals, Mine mine) throws SQLException {
    turnSqlite(journals, mine);
  }
}
