package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, killed by SIGKILL while they write: six in the normal run, 100 by {@code -Psoak},
 * or as many as {@code -Djournal.kills=400} says. {@code -Djournal.seed=7} kills at other moments.
 */
class KillTest {
  private static final int FEW_KILLS = Integer.getInteger("journal.kills", 6);
  private static final int MANY_KILLS = 100;
  private static final long SEED = Long.getLong("journal.seed", 1);
  private static final int MOST_ACKNOWLEDGEMENTS = 120;

  @Test
  @Timeout(600)
  void whateverWasAcknowledgedToAKilledProcessIsThere(@TempDir Path directory) throws Exception {
    kill(FEW_KILLS, directory);
  }

  @Test
  @Tag("soak")
  @Timeout(600)
  void whateverWasAcknowledgedToManyKilledProcessesIsThere(@TempDir Path directory)
      throws Exception {
    kill(MANY_KILLS, directory);
  }

  private static void kill(int kills, Path directory) throws Exception {
    Survivors survivors = new Survivors(directory);
    Random random = new Random(SEED);
    int killed = 0;
    for (int i = 0; i < kills / 2; i++) {
      // Two at once, so that one takes over what the other left in the middle.
      killed += endsOfTwo(survivors, random);
      survivors.check();
    }
    System.out.printf("%d processes killed, %d entries kept%n", killed, survivors.promises());
    assertThat(survivors.failures()).isEmpty();
    assertThat(killed).isGreaterThanOrEqualTo(kills / 2);
    assertThat(survivors.promises()).isGreaterThan(kills * 10);
  }

  private static int endsOfTwo(Survivors survivors, Random random) throws Exception {
    List<Process> processes = new ArrayList<>();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Process process = survivors.victim(2 * MOST_ACKNOWLEDGEMENTS).start();
      processes.add(process);
      int life = survivors.life();
      int acknowledgements = 1 + random.nextInt(MOST_ACKNOWLEDGEMENTS);
      ends.add(CompletableFuture.runAsync(() -> watch(survivors, process, life, acknowledgements)));
    }
    ends.forEach(CompletableFuture::join);
    int killed = 0;
    for (Process process : processes) {
      killed += process.waitFor() == 0 ? 0 : 1;
    }
    return killed;
  }

  private static void watch(Survivors survivors, Process process, int life, int acknowledgements) {
    try {
      survivors.watch(process, life, acknowledgements);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Timeout(60)
  void aConversationIsFreeAsSoonAsItsProcessIsKilled(@TempDir Path directory) throws Exception {
    Process holder = new Survivors(directory).victim(0).start();
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThat(holder.inputReader().readLine()).isEqualTo("ready");
      assertThatThrownBy(() -> journal.open("a").join())
          .hasCauseInstanceOf(JournalException.class)
          .hasMessageContaining("c-a.jsonl")
          .extracting(e -> ((JournalException) e.getCause()).reason())
          .isEqualTo(Reason.BUSY);

      holder.destroyForcibly().waitFor();

      try (Journal.Log log = journal.open("a").join()) {
        log.append(Victim.entry("a", 1, 1)).join();
      }
      assertThat(journal.read("a").join()).containsExactly(Victim.entry("a", 1, 1));
    } finally {
      holder.destroyForcibly();
    }
  }
}
