package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.testing.JournalContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest extends JournalContract {
  @TempDir Path directory;

  @Override
  protected Journal open() {
    return FileJournal.at(directory);
  }

  @Override
  protected Journal reopen(Journal journal) {
    journal.close();
    return open();
  }
}
