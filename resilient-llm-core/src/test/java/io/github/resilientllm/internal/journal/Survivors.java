package io.github.resilientllm.internal.journal;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.testing.Mutation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@link Victim}s were promised in a directory, and a check that it is kept. Entries are known
 * by the process that wrote them.
 */
final class Survivors {
  private final Path directory;
  private final Map<String, NavigableMap<Long, Integer>> promised = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int lives;

  Survivors(Path directory) {
    this.directory = directory;
    Victim.CONVERSATIONS.forEach(conversation -> promised.put(conversation, new TreeMap<>()));
  }

  /** Prepares a process that writes so many entries, perhaps below a command. */
  ProcessBuilder victim(int entries, String... below) {
    List<String> command = new ArrayList<>(List.of(below));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx64m"));
    command.addAll(List.of("-cp", Mutation.classPathOf(Victim.class)));
    command.add(Victim.class.getName());
    command.addAll(List.of(directory.toString(), String.valueOf(++lives), String.valueOf(entries)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  /** The number of the process that was prepared last. */
  int life() {
    return lives;
  }

  /** What a victim said that was not an acknowledgement. */
  List<String> failures() {
    synchronized (promised) {
      return List.copyOf(failures);
    }
  }

  /** Takes note of what a process prints, and kills it after so many acknowledgements. */
  void watch(Process process, int life, int acknowledgements) throws IOException {
    int seen = 0;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line, life);
        if (line.startsWith("ack") && ++seen == acknowledgements) {
          // Not Process.destroyForcibly, which throws away what was printed.
          process.toHandle().destroyForcibly();
        }
      }
    }
  }

  private void note(String line, int life) {
    String[] words = line.split(" ", -1); // "ack a 17 ."
    synchronized (promised) {
      if (!words[0].equals("ack")) {
        failures.add(line);
      } else if (words.length == 4) {
        Integer before = promised.get(words[1]).put(Long.parseLong(words[2]), life);
        assertThat(before).as("the process that %s was acknowledged to before", line).isNull();
      }
    }
  }

  /**
   * Forgets what was promised only for as long as there is power: what follows the last boundary
   * entry of each conversation.
   */
  void losePower() {
    promised.forEach(
        (conversation, kept) -> {
          while (!kept.isEmpty() && !isBoundary(conversation, kept.lastKey())) {
            kept.pollLastEntry();
          }
        });
  }

  private static boolean isBoundary(String conversation, long n) {
    return Victim.entry(conversation, n, 0).kind().isBoundary();
  }

  /**
   * Checks a directory after losses of power. Arguments: the directory, a file with what each
   * process printed, its number before each line, in the order of the processes.
   */
  public static void main(String[] args) throws IOException {
    Survivors survivors = new Survivors(Path.of(args[0]));
    for (String line : Files.readAllLines(Path.of(args[1]))) {
      int end = line.indexOf(' ');
      int life = Integer.parseInt(line.substring(0, end));
      if (life != survivors.lives) {
        survivors.losePower();
        survivors.lives = life;
      }
      survivors.note(line.substring(end + 1), life);
    }
    survivors.losePower();
    int promises = survivors.promises();
    survivors.check();
    if (!survivors.failures.isEmpty()) {
      throw new AssertionError(survivors.failures);
    }
    System.out.printf("%d cuts, nothing lost of %d entries%n", survivors.lives, promises);
  }

  /** Opens every conversation and finds all that was promised; what it finds is promised too. */
  void check() {
    try (FileJournal journal = FileJournal.at(directory)) {
      promised.forEach((conversation, kept) -> check(journal, conversation, kept));
    }
  }

  private void check(FileJournal journal, String conversation, NavigableMap<Long, Integer> kept) {
    List<JournalEntry> read = journal.read(conversation).join();
    try (Journal.Log log = journal.open(conversation).join()) {
      List<JournalEntry> found = log.entriesAfter(0).join();
      // Opening compacts a file that is mostly progress; what is missing is checked below.
      assertThat(read).as("read, before it was opened").containsAll(found);
      assertThat(found.size()).as("opened").isEqualTo(read.size() - dropped(read, found));
      long last = log.lastSequence();
      assertThat(last).as("last of %s", conversation).isGreaterThanOrEqualTo(last(kept));
      assertThat(journal.verify(conversation).problems()).isEmpty();
      long expected = 1;
      for (JournalEntry entry : found) {
        for (; expected < entry.sequence(); expected++) {
          Kind kind = Victim.entry(conversation, expected, 0).kind();
          assertThat(kind).as("missing %d", expected).isIn(Kind.PROGRESS, Kind.ATTEMPT);
        }
        int life = kept.getOrDefault(expected, Victim.lifeOf(entry));
        assertThat(life).isBetween(1, lives);
        assertThat(entry).isEqualTo(Victim.entry(conversation, expected, life));
        kept.put(expected, life);
        expected++;
      }
      assertThat(expected - 1).isEqualTo(last);
    }
  }

  private static int dropped(List<JournalEntry> read, List<JournalEntry> found) {
    Set<Long> numbers = found.stream().map(JournalEntry::sequence).collect(toSet());
    return (int)
        read.stream()
            .filter(entry -> entry.kind() == Kind.PROGRESS || entry.kind() == Kind.ATTEMPT)
            .filter(entry -> !numbers.contains(entry.sequence()))
            .count();
  }

  private static long last(NavigableMap<Long, Integer> entries) {
    return entries.isEmpty() ? 0 : entries.lastKey();
  }

  /** How many entries were promised. */
  int promises() {
    return promised.values().stream().mapToInt(Map::size).sum();
  }
}
