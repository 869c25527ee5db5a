package io.github.resilientllm.examples.journal;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.postgres.PostgresJournal;
import java.util.List;
import java.util.Optional;

/** A journal, and what only its kind can do. */
interface Store extends AutoCloseable {
  Journal journal();

  /** Where it is, as it may be shown. */
  String place();

  /** What was found in a conversation; none if there is no such conversation. */
  List<Check> verify(String id);

  List<Check> verifyAll();

  /** Makes a damaged conversation usable; empty if this kind of journal cannot. */
  Optional<FileJournal.Check> repair(String id);

  @Override
  void close();

  /** What verifying found. */
  record Check(
      String conversation,
      boolean damaged,
      long entries,
      long bytes,
      String place,
      List<String> problems) {}

  /** Files in a directory. */
  record InFiles(FileJournal journal, String place) implements Store {
    @Override
    public List<Check> verify(String id) {
      return List.of(check(journal.verify(id)));
    }

    @Override
    public List<Check> verifyAll() {
      return journal.verifyAll().stream().map(InFiles::check).toList();
    }

    private static Check check(FileJournal.Check found) {
      return new Check(
          found.conversation(),
          found.damaged(),
          found.entries(),
          found.bytes(),
          found.file().toString(),
          found.problems());
    }

    @Override
    public Optional<FileJournal.Check> repair(String id) {
      return Optional.of(journal.repair(id));
    }

    @Override
    public void close() {
      journal.close();
    }
  }

  /** Tables in a database. */
  record InPostgres(PostgresJournal journal, String place) implements Store {
    @Override
    public List<Check> verify(String id) {
      return journal.verify(id).map(this::check).stream().toList();
    }

    @Override
    public List<Check> verifyAll() {
      return journal.verifyAll().stream().map(this::check).toList();
    }

    private Check check(PostgresJournal.Check found) {
      return new Check(
          found.conversation(),
          found.damaged(),
          found.entries(),
          found.bytes(),
          place,
          found.problems());
    }

    @Override
    public Optional<FileJournal.Check> repair(String id) {
      return Optional.empty();
    }

    @Override
    public void close() {
      journal.close();
    }
  }
}
