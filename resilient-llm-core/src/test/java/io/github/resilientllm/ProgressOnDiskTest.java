package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.TimedJournal;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a streamed answer costs on the disk, and when it is there. */
class ProgressOnDiskTest {
  private static final int TOKENS = 223;
  private static final String TOKEN = " word";

  @TempDir Path directory;
  private final VirtualTime time = new VirtualTime();

  @Test
  void aStreamedAnswerTakesLessThanThreeBytesForEachOfItsText() throws Exception {
    Script script = script();
    for (int i = 0; i < TOKENS; i++) {
      script.after(Duration.ofMillis(20)).says(TOKEN);
    }
    try (JournalDirectory journal = TimedJournal.at(directory, time)) {
      Conversation chat = chat(journal, script.done());
      time.run(() -> chat.stream("Tell me a story").response());
    }
    List<String> pieces = pieces();
    long bytes = pieces.stream().mapToLong(line -> line.length() + 1).sum();
    assertThat(bytes).isLessThan(3L * TOKENS * TOKEN.length());
    assertThat(pieces).hasSizeBetween(TOKENS / 6, TOKENS / 3);
  }

  @Test
  void aPieceIsInTheFileWithinTensOfMilliseconds() throws Exception {
    Script script =
        script()
            .says("It")
            .after(Duration.ofMillis(20))
            .says(" takes")
            .after(Duration.ofMillis(20))
            .says(" three")
            .stalls();
    try (JournalDirectory journal = TimedJournal.at(directory, time)) {
      Conversation chat = chat(journal, script);
      time.run(
          () -> {
            ChatStream stream = chat.stream("How long?");
            var pieces = stream.iterator();
            ChatEvent first = pieces.next();
            assertThat(first).isInstanceOf(ChatEvent.TextDelta.class);
            assertThat(text()).as("the first at once").isEqualTo("It");
            pieces.next();
            pieces.next();
            time.pass(Duration.ofMillis(80));
            assertThat(text()).isEqualTo("It takes three");
            stream.close();
          });
    }
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThat(journal.verify("c").problems()).isEmpty();
    }
  }

  private Conversation chat(JournalDirectory journal, Script script) {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, script);
    return VirtualClient.with(time, vendor).journal(journal).build().conversation("c");
  }

  private List<String> pieces() throws IOException {
    return Files.readAllLines(directory.resolve("c-c.jsonl")).stream()
        .filter(line -> line.contains("\"ms\":") || line.contains("\"kind\":\"progress\""))
        .toList();
  }

  private String text() throws IOException {
    return pieces().stream()
        .map(line -> line.replaceAll(".*\"text\":\"([^\"]*)\".*", "$1"))
        .collect(Collectors.joining());
  }
}
