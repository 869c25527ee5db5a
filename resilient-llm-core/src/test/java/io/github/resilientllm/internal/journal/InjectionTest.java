package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.resilientllm.internal.journal.file.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real process whose system calls fail, or during which it dies, as {@code strace} arranges. The
 * normal run strikes each kind of call once, several in one process, and each process goes on with
 * what the one before left. {@code -Psoak} strikes each at its first call, its second, up to its
 * 20th, or as many as {@code -Djournal.injections} says.
 */
class InjectionTest {
  private static final int MOST = Integer.getInteger("journal.injections", 20);

  /**
   * So many that one of the sixteen writers, whose calls strace counts apart, comes to its fifth.
   */
  private static final int ENTRIES = 600;

  /** Some kind of call, what happens, and at which call of a thread. */
  private record Injection(String call, String what, int when) {
    Injection at(int other) {
      return new Injection(call, what, other);
    }

    boolean kills() {
      return what.startsWith("signal");
    }

    @Override
    public String toString() {
      return "inject=%s:%s:when=%d".formatted(call, what, when);
    }
  }

  private static final Injection SYNC_FAILS = new Injection("fdatasync", "error=EIO", 3);
  private static final Injection SYNC_IS_FULL = new Injection("fdatasync", "error=ENOSPC", 2);
  private static final Injection NAME_FAILS = new Injection("fsync", "error=EROFS", 2);
  private static final Injection WRITE_FAILS = new Injection("write", "error=EDQUOT", 5);
  private static final Injection WRITES_NOTHING = new Injection("write", "retval=0", 4);
  private static final Injection DIES_IN_A_SYNC = new Injection("fdatasync", "signal=KILL", 3);
  private static final Injection DIES_IN_A_MOVE = new Injection("rename", "signal=KILL", 1);

  @Test
  @Timeout(120)
  void nothingAcknowledgedIsLost(@TempDir Path directory) throws Exception {
    requireStrace();
    Survivors survivors = new Survivors(directory);

    String[] traced = strace(directory, SYNC_FAILS, NAME_FAILS, WRITE_FAILS);
    Path calls = directory.resolveSibling(directory.getFileName() + ".calls");
    traced[Arrays.asList(traced).indexOf("/dev/null")] = calls.toString();
    assertThat(run(survivors, traced)).isZero();
    // Nothing else can tell whether a sync of the directory reaches the kernel.
    assertThat(calls)
        .content()
        .containsPattern("fsync\\(\\d+<" + Pattern.quote(directory.toString()) + ">\\)");
    Files.delete(calls);
    assertThat(survivors.failures())
        .anyMatch(failure -> failure.contains("Input/output error"))
        .anyMatch(failure -> failure.contains("Read-only file system"))
        .anyMatch(failure -> failure.contains("quota exceeded"));
    survivors.check();

    assertThat(run(survivors, strace(directory, SYNC_IS_FULL, WRITES_NOTHING))).isZero();
    assertThat(survivors.failures())
        .anyMatch(failure -> failure.contains("No space left"))
        .anyMatch(failure -> failure.contains("took no byte"));
    survivors.check();

    int told = survivors.failures().size();
    assertThat(run(survivors, strace(directory, DIES_IN_A_SYNC))).isEqualTo(128 + 9);
    survivors.check();
    assertThat(run(survivors, strace(directory, DIES_IN_A_MOVE))).isEqualTo(128 + 9);
    survivors.check();
    assertThat(run(survivors)).isZero();
    survivors.check();
    assertThat(survivors.failures()).hasSize(told);
    assertThat(survivors.promises()).isGreaterThanOrEqualTo(ENTRIES);
  }

  private static Stream<Injection> injections() {
    return Stream.of(
            SYNC_FAILS,
            SYNC_IS_FULL,
            NAME_FAILS,
            WRITE_FAILS,
            WRITES_NOTHING,
            DIES_IN_A_SYNC,
            DIES_IN_A_MOVE)
        .flatMap(injection -> IntStream.rangeClosed(1, MOST).mapToObj(injection::at));
  }

  @ParameterizedTest
  @MethodSource("injections")
  @Tag("soak")
  @Timeout(60)
  void nothingAcknowledgedIsLostAtAnyCall(Injection injection, @TempDir Path directory)
      throws Exception {
    requireStrace();
    Survivors survivors = new Survivors(directory);

    int code = run(survivors, strace(directory, injection));

    assertThat(code).isIn(0, injection.kills() ? 128 + 9 : 0);
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

  /** Strikes calls on conversations and their directory, and not what the process prints. */
  private static String[] strace(Path directory, Injection... injections) {
    List<String> command = straced();
    if (Stream.of(injections).noneMatch(Injection::kills)) {
      command.add("--seccomp-bpf"); // all other calls run at full speed; no signals come then
    }
    command.addAll(List.of("-P", directory.toString()));
    for (String conversation : Victim.CONVERSATIONS) {
      Path file = Names.file(directory, conversation);
      command.addAll(List.of("-P", file.toString(), "-P", Names.temporary(file).toString()));
    }
    command.add("-e");
    command.add("trace=" + String.join(",", Stream.of(injections).map(Injection::call).toList()));
    Stream.of(injections).forEach(injection -> command.addAll(List.of("-e", injection.toString())));
    return command.toArray(String[]::new);
  }

  private static List<String> straced() {
    return new ArrayList<>(List.of("strace", "-f", "-y", "-qq", "-o", "/dev/null"));
  }

  private static void requireStrace() throws InterruptedException {
    List<String> command = straced();
    command.addAll(List.of("--seccomp-bpf", "-e", "trace=fdatasync", "true"));
    assumeTrue(
        works(command.toArray(String[]::new)),
        "strace (5.3 or later) is missing, or may not trace");
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
