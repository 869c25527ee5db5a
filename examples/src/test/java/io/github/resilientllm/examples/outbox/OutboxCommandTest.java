package io.github.resilientllm.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.examples.journal.JournalCommand;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.outbox.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outbox from its command line to its output. */
class OutboxCommandTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir private Path directory;

  @Test
  void anEmptyOutboxListsNothing() {
    Terminal terminal = Terminal.piped();
    assertThat(outbox(terminal, "list")).isZero();
    assertThat(terminal.out()).isEmpty();
    assertThat(terminal.err()).isEqualToNormalizingNewlines("nothing waits\n");
  }

  @Test
  void workIsListedWithWhyItIsWhereItIsAlsoBesideItsOwner() {
    try (FileOutbox owner = FileOutbox.at(directory)) {
      fill(owner);
      Terminal terminal = Terminal.piped();
      assertThat(outbox(terminal, "list")).isZero();
      assertThat(terminal.out().replaceAll("\\S+Z ", "DATE "))
          .isEqualToNormalizingNewlines(
              """
              a  DEAD       CRITICAL  DATE  for mail: CONTENT_FILTERED
              b  WAITING    LOW       DATE  for mail, of acme
              """);
      Terminal dead = Terminal.piped();
      assertThat(outbox(dead, "list", "--state", "dead")).isZero();
      assertThat(dead.out()).startsWith("a ").hasLineCount(1);

      Terminal show = Terminal.piped();
      assertThat(outbox(show, "show", "b")).isZero();
      assertThat(show.out()).contains("work        {\"x\":1}", "lane        l");

      Terminal refused = Terminal.piped();
      assertThat(outbox(refused, "cancel", "b")).isEqualTo(1);
      assertThat(refused.err())
          .startsWith("error: Another process, or another store of this one, has this outbox");
    }
  }

  @Test
  void itIsCancelledAndReplayedWithoutItsOwner() {
    try (FileOutbox owner = FileOutbox.at(directory)) {
      fill(owner);
    }
    Terminal replay = Terminal.piped();
    assertThat(outbox(replay, "replay", "--all")).isZero();
    assertThat(replay.out()).isEqualToNormalizingNewlines("1 item is waiting again\n");
    assertThat(outbox(Terminal.piped(), "cancel", "b")).isZero();
    Terminal list = Terminal.piped();
    assertThat(outbox(list, "list")).isZero();
    assertThat(list.out()).containsPattern("a +WAITING").containsPattern("b +CANCELLED");
    Terminal unknown = Terminal.piped();
    assertThat(outbox(unknown, "replay", "x")).isEqualTo(1);
    assertThat(unknown.err()).contains("there is no item \"x\"");
  }

  @Test
  void verifyFindsDamage() throws IOException {
    try (FileOutbox owner = FileOutbox.at(directory)) {
      fill(owner);
    }
    assertThat(outbox(Terminal.piped(), "verify")).isZero();
    Path segment = directory.resolve("c-segment-000000000001.jsonl");
    Files.writeString(segment, Files.readString(segment).replaceFirst("acme", "acne"));
    Terminal verify = Terminal.piped();
    assertThat(outbox(verify, "verify")).isEqualTo(1);
    assertThat(verify.out()).contains("DAMAGED", "line 3", ".jsonl");
    Terminal list = Terminal.piped();
    assertThat(outbox(list, "list")).isEqualTo(1);
    assertThat(list.err()).startsWith("error: ").contains("line 3");

    assertThat(run(Terminal.piped(), "journal", "repair", "segment-000000000001")).isZero();
    Terminal repaired = Terminal.piped();
    assertThat(outbox(repaired, "list")).isZero();
    assertThat(repaired.out()).startsWith("a  DEAD").hasLineCount(1);
  }

  @Test
  void mistakesAreToldInOneLine() {
    assertMistake("say what to do", "remove");
    assertMistake("outbox show needs one ID", "show");
    assertMistake("outbox replay needs one ID, or --all", "replay");
    assertMistake("outbox list takes no ID", "list", "x");
    assertMistake("--state is one of [waiting, answered", "list", "--state", "late");
  }

  private static void fill(FileOutbox outbox) {
    OutboxItem a =
        OutboxItem.builder("a", "mail", "{\"x\":1}", NOON).priority(Priority.CRITICAL).build();
    OutboxItem b =
        OutboxItem.builder("b", "mail", "{\"x\":1}", NOON)
            .priority(Priority.LOW)
            .tenant("acme")
            .lane("l")
            .build();
    outbox.submit(a).join();
    outbox.submit(b).join();
    Take one = new Take(ItemState.WAITING, Set.of("mail"), 1, Duration.ofMinutes(1), false);
    OutboxItem taken = outbox.take(one).join().get(0);
    OutboxItem dead =
        taken.toBuilder().state(ItemState.DEAD).attempts(3).reason("CONTENT_FILTERED").build();
    assertThat(outbox.put(dead, false).join()).isTrue();
  }

  private void assertMistake(String expected, String... words) {
    Terminal terminal = Terminal.piped();
    assertThat(outbox(terminal, words)).isEqualTo(CommandLine.USAGE_ERROR);
    assertThat(terminal.err()).startsWith("error: " + expected).hasLineCount(1);
  }

  private int outbox(Terminal terminal, String... words) {
    return run(terminal, "outbox", words);
  }

  /** Both commands, each on the same directory. */
  private int run(Terminal terminal, String command, String... words) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(words));
    all.addAll(List.of("--" + command, directory.toString()));
    return new CommandLine("test", List.of(new OutboxCommand(), new JournalCommand()))
        .run(all, terminal.screen());
  }
}
