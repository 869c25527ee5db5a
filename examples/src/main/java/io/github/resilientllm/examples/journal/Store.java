package io.github.resilientllm.examples.journal;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.postgres.PostgresJournal;
import java.util.List;

/** A journal, and what only its kind can do. */
interface Store extends AutoCloseable {
  Journal journal();

  /** Where it is, as it may be shown. */
  String place();

  /** What was found in a conversation; none if there is no such conversation. */
  List<Check> verify(String id);

  List<Check> verifyAll();

  /** Makes a damaged conversation usable; gives what was wrong, none if there is none such. */
  List<Check> repair(String id);

  /** Where a repair leaves what cannot be read, for the sentence that says so. */
  String aside(Check repaired);

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
    public List<Check> repair(String id) {
      return List.of(check(journal.repair(id)));
    }

    @Override
    public String aside(Check repaired) {
      return "the damaged file stands beside " + repaired.place();
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
    public List<Check> repair(String id) {
      return journal.repair(id).map(this::check).stream().toList();
    }

    @Override
    public String aside(Check repaired) {
      return "what cannot be read stands in the table resilient_llm_damaged";
    }

    @Override
    public void close() {
      journal.close();
    }
  }
}
