package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Take;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** Work that is submitted in the application's transaction, that is too much, or odd. */
@Timeout(60)
class OutboxSubmitTest {
  private static PGSimpleDataSource database;

  @BeforeAll
  static void newDatabase() {
    database = PostgresServer.shared().database();
  }

  @BeforeEach
  void empty() {
    OutboxTables.empty(database);
  }

  private static OutboxItem.Builder item(String id) {
    return item(id, 1);
  }

  private static OutboxItem.Builder item(String id, int size) {
    return OutboxItem.builder(id, "mail", "{\"x\":\"" + "y".repeat(size) + "\"}", Instant.now());
  }

  private static List<OutboxItem> take(PostgresOutbox store) {
    return store
        .take(new Take(ItemState.WAITING, Set.of("mail"), 10, Duration.ofMinutes(1), false))
        .join();
  }

  private static void assertFails(Reason reason, ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .satisfies(
            thrown -> {
              Throwable e = thrown instanceof OutboxException ? thrown : thrown.getCause();
              assertThat(e).isInstanceOf(OutboxException.class).hasMessageContainingAll(words);
              assertThat(((OutboxException) e).reason()).isEqualTo(reason);
            });
  }

  @Test
  void whatIsSubmittedInATransactionIsThereWhenThatIsCommitted() throws SQLException {
    try (PostgresOutbox store = PostgresOutbox.on(database);
        Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      OutboxItem kept = store.submit(connection, item("a").key("order-1").build());
      assertThat(kept.state()).isEqualTo(ItemState.WAITING);
      assertThat(take(store)).isEmpty();
      assertThat(store.findByKey("order-1").join()).isEmpty();
      connection.commit();
      assertThat(take(store)).extracting(OutboxItem::id).containsExactly("a");
      assertThat(connection.getAutoCommit()).isFalse();
    }
  }

  @Test
  void rolledBackItNeverWasAndItsKeyIsFree() throws SQLException {
    try (PostgresOutbox store = PostgresOutbox.on(database);
        Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      store.submit(connection, item("a").key("order-1").build());
      connection.rollback();
      assertThat(store.submit(item("b").key("order-1").build()).join().id()).isEqualTo("b");
      assertThat(take(store)).extracting(OutboxItem::id).containsExactly("b");
    }
  }

  @Test
  void oneOfTheSameKeyIsGivenInTheTransactionToo() throws SQLException {
    try (PostgresOutbox store = PostgresOutbox.on(database);
        Connection connection = database.getConnection()) {
      store.submit(item("a").key("order-1").build()).join();
      connection.setAutoCommit(false);
      assertThat(store.submit(connection, item("b").key("order-1").build()).id()).isEqualTo("a");
      assertThat(store.submit(connection, item("c").key("order-2").build()).id()).isEqualTo("c");
      connection.commit();
      assertThat(take(store)).extracting(OutboxItem::id).containsExactly("a", "c");
    }
  }

  @Test
  void whoSubmitsAKeyThatATransactionHasJustSubmittedWaitsForItsEnd() throws SQLException {
    try (PostgresOutbox store = PostgresOutbox.on(database);
        Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      store.submit(connection, item("a").key("order-1").build());
      CompletableFuture<OutboxItem> other = store.submit(item("b").key("order-1").build());
      store.submit(item("c").key("order-2").build()).join();
      assertThat(other).isNotDone();
      connection.commit();
      assertThat(other.join().id()).isEqualTo("a");
    }
  }

  @Test
  void theTransactionOfTheCallingThreadIsJoined() throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      Connection[] current = {connection};
      try (PostgresOutbox store =
          PostgresOutbox.builder(database)
              .transaction(() -> current[0] == null ? null : Handle.of(current[0]))
              .build()) {
        store.submit(item("a").build()).join();
        assertThat(connection.isClosed()).isFalse();
        current[0] = null;
        store.submit(item("b").build()).join();
        assertThat(take(store)).extracting(OutboxItem::id).containsExactly("b");
        connection.rollback();
        assertThat(store.find("a").join()).isEmpty();
      }
    }
  }

  /** What a transaction gives out of its connection: closing it closes nothing. */
  private static final class Handle {
    static Connection of(Connection connection) {
      return (Connection)
          java.lang.reflect.Proxy.newProxyInstance(
              Handle.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) ->
                  method.getName().equals("close") ? null : method.invoke(connection, arguments));
    }
  }

  @Test
  void aTurnOfALaneThatCameWhileTheOneBeforeItWentIsFound() throws SQLException {
    try (PostgresOutbox store = PostgresOutbox.on(database);
        Connection connection = database.getConnection()) {
      store.submit(item("a").lane("ticket").build()).join();
      OutboxItem first = take(store).get(0);
      connection.setAutoCommit(false);
      store.submit(connection, item("b").lane("ticket").build());
      boolean unused = store.put(first.toBuilder().state(ItemState.DONE).build(), false).join();
      connection.commit();
      // Nobody could let it come: the one saw that the lane was not free, the other saw no b.
      PostgresServer.execute(database, "UPDATE resilient_llm_item SET ready = false");
      try (PostgresOutbox later = sweeping()) {
        assertThat(take(later)).extracting(OutboxItem::id).containsExactly("b");
      }
    }
  }

  private static PostgresOutbox sweeping() {
    long[] nanos = new long[1];
    return PostgresOutbox.builder(database).nanos(() -> nanos[0] += 60_000_000_000L).build();
  }

  @Test
  void aFullStoreRefusesAndSaysWhatToDo() throws SQLException {
    try (PostgresOutbox store = PostgresOutbox.builder(database).maxItems(2).build();
        Connection connection = database.getConnection()) {
      store.submit(item("a").build()).join();
      store.submit(item("b").build()).join();
      assertFails(
          Reason.FULL,
          () -> store.submit(item("c").build()).join(),
          "2 items wait",
          "maxItems is 2",
          "purge");
      connection.setAutoCommit(false);
      assertFails(Reason.FULL, () -> store.submit(connection, item("c").build()), "maxItems is 2");
      store.change(Query.one("a"), Change.CANCEL).join();
      store.submit(connection, item("c").build()); // the transaction goes on
      connection.commit();
      assertThat(take(store)).extracting(OutboxItem::id).containsExactly("b", "c");
    }
  }

  @Test
  void soDoesOneWithTooManyBytesAndWithTooLargeAnItem() {
    try (PostgresOutbox store =
        PostgresOutbox.builder(database).maxBytes(1 << 20).maxItemBytes(700_000).build()) {
      store.submit(item("a", 600_000).build()).join();
      assertFails(
          Reason.FULL,
          () -> store.submit(item("b", 600_000).build()).join(),
          "maxBytes is 1048576");
      assertFails(
          Reason.TOO_LARGE,
          () -> store.submit(item("c", 800_000).build()).join(),
          "maxItemBytes is 700000");
      OutboxItem taken = take(store).get(0);
      String answer = "{\"x\":\"" + "y".repeat(800_000) + "\"}";
      assertFails(
          Reason.TOO_LARGE,
          () ->
              store
                  .put(taken.toBuilder().state(ItemState.ANSWERED).answer(answer).build(), true)
                  .join(),
          "The answer has",
          "maxItemBytes is 700000");
    }
  }

  @Test
  void anyWordsOfUsersAreKept() {
    String odd = "\0\\ \uD800 '; DROP TABLE resilient_llm_item; -- \uD83D\uDE80";
    try (PostgresOutbox store = PostgresOutbox.on(database)) {
      store
          .submit(
              OutboxItem.builder(odd, odd, "{\"x\":\"\uD83D\uDE80\"}", Instant.now())
                  .key(odd)
                  .tenant(odd)
                  .lane(odd)
                  .build())
          .join();
      Take what = new Take(ItemState.WAITING, Set.of(odd), 1, Duration.ofMinutes(1), false);
      OutboxItem taken = store.take(what).join().get(0);
      assertThat(List.of(taken.id(), taken.handler(), taken.key().orElseThrow(), taken.tenant()))
          .containsOnly(odd);
      assertThat(taken.lane()).contains(odd);
      assertThat(taken.work()).isEqualTo("{\"x\":\"\uD83D\uDE80\"}");
      assertThat(store.put(taken.toBuilder().reason(odd).build(), false).join()).isTrue();
      assertThat(store.list(Query.all().tenant(odd).handler(odd).reason("DROP")).join().items())
          .hasSize(1)
          .allMatch(item -> item.reason().equals(odd));
      assertThat(store.verify().problems()).isEmpty();
    }
  }

  @Test
  void theLongestNamesFitIntoTheIndexes() {
    String longest = "\0".repeat(300) + "\uDFFF".repeat(212);
    try (PostgresOutbox store = PostgresOutbox.on(database)) {
      OutboxItem item =
          OutboxItem.builder(longest, longest, "{}", Instant.now())
              .key(longest)
              .tenant(longest)
              .lane(longest)
              .build();
      assertThat(store.submit(item).join().id()).isEqualTo(longest);
    }
  }

  /** The machine that submits has a clock that is ten years behind, or ahead. */
  @Test
  void aWrongClockOfWhoSubmitsChangesNeitherItsEndNorItsBeginning() {
    try (PostgresOutbox store = PostgresOutbox.on(database)) {
      for (int days : new int[] {-3650, 3650}) {
        Instant wrong = Instant.now().plus(Duration.ofDays(days));
        store
            .submit(
                OutboxItem.builder("d" + days, "mail", "{}", wrong)
                    .expiresAt(wrong.plus(Duration.ofHours(1)))
                    .build())
            .join();
        store
            .submit(
                OutboxItem.builder("later" + days, "mail", "{}", wrong)
                    .notBefore(wrong.plus(Duration.ofHours(1)))
                    .build())
            .join();
      }
      assertThat(take(store)).extracting(OutboxItem::id).containsExactly("d-3650", "d3650");
      assertThat(store.find("d3650").join().orElseThrow().submittedAt())
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }
  }

  @Test
  void contentThatWasChangedInTheTableEndsItsItemOnlyAndVerifyNamesIt() {
    try (PostgresOutbox store = PostgresOutbox.on(database)) {
      store.submit(item("bad").build()).join();
      store.submit(item("good").build()).join();
      PostgresServer.execute(
          database, "UPDATE resilient_llm_item SET work = '{\"x\":2}' WHERE id = 'bad'");
      PostgresOutbox.Check check = store.verify();
      assertThat(check.damaged()).isTrue();
      assertThat(check.items()).isEqualTo(2);
      assertThat(check.problems()).containsExactly("item bad: its work has a wrong checksum");
      assertThat(take(store)).extracting(OutboxItem::id).containsExactly("good");
      OutboxItem dead = store.list(Query.all().in(ItemState.DEAD)).join().items().get(0);
      assertThat(dead.id()).isEqualTo("bad");
      assertThat(dead.reason()).startsWith("cannot be read: ");
    }
  }

  @Test
  void withoutItsKeyNothingIsGivenUp() {
    try (PostgresOutbox sealed =
            PostgresOutbox.builder(database).encryption(PostgresJournalTest.KEYS).build();
        PostgresOutbox keyless = PostgresOutbox.on(database)) {
      sealed.submit(item("a", 20).build()).join();
      assertThat(
              PostgresServer.text(
                  database, "SELECT encode(work, 'escape') FROM resilient_llm_item"))
          .doesNotContain("yyyy");
      assertThat(take(keyless)).isEmpty();
      assertThat(keyless.verify().problems()).isEmpty();
      OutboxTables.pass(database, Duration.ofMinutes(1));
      assertThat(take(sealed)).hasSize(1);
    }
  }

  @Test
  void aDatabaseWhoseTransactionsAreSerializableIsAskedUntilItAgrees() throws Exception {
    PGSimpleDataSource own = PostgresServer.shared().database();
    PostgresServer.execute(
        own,
        "ALTER DATABASE "
            + own.getDatabaseName()
            + " SET default_transaction_isolation = 'serializable'");
    try (PostgresOutbox store = PostgresOutbox.on(own)) {
      List<CompletableFuture<OutboxItem>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(store.submit(item("i" + i).key("k" + i % 50).build()));
      }
      all.forEach(CompletableFuture::join);
      List<CompletableFuture<List<OutboxItem>>> takings = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Take five = new Take(ItemState.WAITING, Set.of("mail"), 5, Duration.ofMinutes(1), false);
        takings.add(store.take(five));
      }
      List<CompletableFuture<Boolean>> notes = new ArrayList<>();
      for (CompletableFuture<List<OutboxItem>> taken : takings) {
        for (OutboxItem it : taken.join()) {
          notes.add(store.put(it.toBuilder().state(ItemState.DONE).build(), false));
        }
      }
      assertThat(notes).hasSize(50).allMatch(CompletableFuture::join);
    }
  }

  @Test
  void missingTablesAreNamedWithTheRemedy() {
    try (PostgresOutbox store = PostgresOutbox.on(PostgresServer.shared().database(false))) {
      assertFails(
          Reason.FAILED,
          () -> store.counts().join(),
          "resilient_llm_schema",
          "PostgresSchema.in(dataSource).create()");
      assertFails(Reason.FAILED, store::check, "PostgresSchema");
    }
  }

  @Test
  void aWriteIsRefusedByATableOfAnotherSchemaUnlessItIsNamed() throws SQLException {
    PGSimpleDataSource own = PostgresServer.shared().database(false);
    PostgresSchema.in(own, "llm").create();
    try (PostgresOutbox store = PostgresOutbox.builder(own).schema("llm").build();
        Connection connection = own.getConnection()) {
      connection.setAutoCommit(false);
      store.submit(connection, item("a").build());
      connection.commit();
      assertThat(take(store)).hasSize(1);
    }
  }
}
