package io.github.resilientllm.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;

/**
 * Real losses of power, as far as a file system knows: see {@code power-cut.sh}. Runs with {@code
 * -Djournal.cuts=20}, as root; {@code -Djournal.cuts.on=xfs} for another file system than ext4.
 */
@EnabledIfSystemProperty(
    named = "journal.cuts",
    matches = "\\d+",
    disabledReason = "it mounts a file system; ask for it by -Djournal.cuts=20")
@DisabledOnOs(OS.WINDOWS)
class PowerCutTest {
  private static final int SKIPPED = 77;

  @Test
  void nothingAcknowledgedAsDurableIsLostWithThePower() throws Exception {
    ProcessBuilder script =
        new ProcessBuilder(
                "bash",
                "src/test/scripts/power-cut.sh",
                System.getProperty("journal.cuts"),
                System.getProperty("journal.cuts.on", "ext4"))
            .redirectErrorStream(true);
    script.environment().put("TEST_CLASSPATH", System.getProperty("java.class.path"));
    Process process = script.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    int code = process.waitFor();

    assumeFalse(code == SKIPPED, said);
    System.out.print(said);
    assertThat(code).as(said).isZero();
    assertThat(said).contains("nothing lost of");
  }
}
