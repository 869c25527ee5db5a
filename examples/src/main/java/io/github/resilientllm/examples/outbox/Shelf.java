package io.github.resilientllm.examples.outbox;

import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.postgres.PostgresOutbox;
import java.util.List;

/** An outbox's store, and what only its kind can do. */
interface Shelf extends AutoCloseable {
  OutboxStore store();

  /** Reads all of it. */
  List<Check> verify();

  @Override
  void close();

  /**
   * What verifying found.
   *
   * @param size how much there is, in words
   */
  record Check(String name, boolean damaged, String size, String place, List<String> problems) {}

  /** Files in a directory. */
  record InFiles(FileOutbox store) implements Shelf {
    @Override
    public List<Check> verify() {
      return store.verify().stream()
          .map(
              found ->
                  new Check(
                      found.conversation(),
                      found.damaged(),
                      "%,d entries, %,d bytes".formatted(found.entries(), found.bytes()),
                      found.file().toString(),
                      found.problems()))
          .toList();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Tables in a database. */
  record InPostgres(PostgresOutbox store, String place) implements Shelf {
    @Override
    public List<Check> verify() {
      PostgresOutbox.Check found = store.verify();
      return List.of(
          new Check(
              "items",
              found.damaged(),
              "%,d items, %,d bytes".formatted(found.items(), found.bytes()),
              place,
              found.problems()));
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
