package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.testing.Pages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/** Another process that adds one entry to a conversation and prints how that went. */
final class OtherWriter {
  private OtherWriter() {}

  static String run(Path directory, String conversation) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherWriter.class.getName(),
                directory.toString(),
                conversation)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.strip();
  }

  public static void main(String[] args) {
    try (FileJournal journal = FileJournal.at(Path.of(args[0]));
        Journal.Log log = journal.open(args[1]).join()) {
      log.append(Pages.entry(log.lastSequence() + 1)).join();
      System.out.println("wrote " + log.lastSequence());
    } catch (CompletionException e) {
      System.out.println(((JournalException) e.getCause()).reason());
    }
  }
}
