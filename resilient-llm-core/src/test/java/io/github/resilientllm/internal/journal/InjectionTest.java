package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.resilientllm.internal.journal.file.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real process whose system calls fail, or during which it dies, as {@code strace} arranges.
 * {@code -Djournal.injections=20} strikes each kind at its first call, its second, up to its 20th;
 * the normal run strikes one of each.
 */
class InjectionTest {
  private static final int MOST = Integer.getInteger("journal.injections", 0);

  /**
   * So many that each of the sixteen writers, whose calls strace counts apart, comes to its fifth.
   */
  private static final int ENTRIES = 600;

  /** Some kinds of call, what happens, and at which call in the normal run. */
  private record Injection(String call, String what, int when) {
    String[] command(Path directory) {
      List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null"));
      if (call.equals("write")) { // to a conversation, and not to what the process prints
        for (String conversation : Victim.CONVERSATIONS) {
          command.addAll(List.of("-P", Names.file(directory, conversation).toString()));
        }
      }
      String inject = "inject=%s:%s:when=%d".formatted(call, what, when);
      command.addAll(List.of("-e", "trace=" + call, "-e", inject));
      return command.toArray(String[]::new);
    }

    boolean kills() {
      return what.startsWith("signal");
    }
  }

  private static Stream<Injection> injections() {
    List<Injection> once =
        List.of(
            new Injection("fdatasync", "error=EIO", 3),
            new Injection("fdatasync", "error=ENOSPC", 2),
            new Injection("fsync", "error=EIO", 2),
            new Injection("write", "error=ENOSPC", 5),
            new Injection("write", "retval=0", 4), // a write so short that nothing was written
            new Injection("fdatasync", "signal=KILL", 3),
            new Injection("rename", "signal=KILL", 1));
    if (MOST == 0) {
      return once.stream();
    }
    List<Injection> all = new ArrayList<>();
    for (Injection injection : once) {
      for (int when = 1; when <= MOST; when++) {
        all.add(new Injection(injection.call(), injection.what(), when));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("injections")
  @Timeout(60)
  void nothingAcknowledgedIsLost(Injection injection, @TempDir Path directory) throws Exception {
    assumeTrue(straceWorks(), "strace is missing, or may not trace here");
    Survivors survivors = new Survivors(directory);

    int code = run(survivors, injection.command(directory));

    if (MOST == 0) {
      assertThat(code).as("exit code").isEqualTo(injection.kills() ? 128 + 9 : 0);
      assertThat(survivors.failures().isEmpty()).as("all is well").isEqualTo(injection.kills());
    }
    survivors.check();
    run(survivors);
    survivors.check();
    assertThat(survivors.promises()).isGreaterThanOrEqualTo(ENTRIES);
  }

  /** The limit makes a write short, and the next one fail. */
  @Test
  @Timeout(60)
  void nothingAcknowledgedIsLostToAShortWrite(@TempDir Path directory) throws Exception {
    String[] limited = {"bash", "-c", "ulimit -f 12 && exec \"$@\"", "limited"};
    assumeTrue(works("bash", "-c", "ulimit -f 12"), "bash is missing, or may not limit files here");
    Survivors survivors = new Survivors(directory);

    run(survivors, limited);

    assertThat(survivors.failures()).anyMatch(failure -> failure.contains("File too large"));
    survivors.check();
  }

  private static int run(Survivors survivors, String... below) throws Exception {
    Process process = survivors.victim(ENTRIES, below).start();
    survivors.watch(process, survivors.life(), Integer.MAX_VALUE);
    return process.waitFor();
  }

  private static boolean straceWorks() throws InterruptedException {
    return works("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "true");
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
