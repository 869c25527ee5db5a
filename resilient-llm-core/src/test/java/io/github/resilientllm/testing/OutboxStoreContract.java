package io.github.resilientllm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.OutboxStore.Listing;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Shared;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.outbox.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link OutboxStore} does; extend it for your own. */
@Timeout(60)
public abstract class OutboxStoreContract {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String WORK =
      "{\"b\":1,\"a\":[1.50, 2e3],\"text\":\"\u00fcber \\u00e4 \\\"quoted\\\" {}\",\"a\":null}";

  private OutboxStore store;

  /** A store without items. */
  protected abstract OutboxStore open() throws Exception;

  /** The store as the next process finds it; the one before has ended. */
  protected abstract OutboxStore reopen(OutboxStore store) throws Exception;

  /** The present instant by the store's clock. */
  protected abstract Instant now();

  /** Lets time pass, by the store's clock. */
  protected abstract void pass(Duration time) throws Exception;

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  private OutboxItem.Builder item(String id) {
    return OutboxItem.builder(id, "mail", WORK, now());
  }

  private void submit(OutboxItem.Builder item) {
    assertThat(store.submit(item.build()).join().state()).isEqualTo(ItemState.WAITING);
  }

  private List<OutboxItem> take(ItemState state, int most) {
    return store.take(new Take(state, Set.of("mail"), most, MINUTE, false)).join();
  }

  private List<String> ids(List<OutboxItem> items) {
    return items.stream().map(OutboxItem::id).toList();
  }

  private List<String> takeIds(int most) {
    return ids(take(ItemState.WAITING, most));
  }

  private void put(OutboxItem.Builder item) {
    assertThat(store.put(item.build(), false).join()).isTrue();
  }

  private OutboxItem find(String id) {
    return store.find(id).join().orElseThrow();
  }

  @Test
  void whatWasSubmittedIsGivenByteByByte() throws Exception {
    submit(item("a").key("mail-1").tenant("acme").priority(Priority.HIGH).lane("ticket-1"));
    store = reopen(store);
    OutboxItem taken = take(ItemState.WAITING, 5).get(0);
    assertThat(taken.work()).isEqualTo(WORK);
    assertThat(taken.key()).contains("mail-1");
    assertThat(taken.tenant()).isEqualTo("acme");
    assertThat(taken.priority()).isEqualTo(Priority.HIGH);
    assertThat(taken.lane()).contains("ticket-1");
    assertThat(taken.takes()).isEqualTo(1);
    assertThat(taken.lease()).isNotZero();
  }

  @Test
  void aKeyIsTakenOnceAlsoWhenItsItemIsDone() throws Exception {
    submit(item("a").key("order-1"));
    assertThat(store.submit(item("b").key("order-1").build()).join().id()).isEqualTo("a");
    put(take(ItemState.WAITING, 1).get(0).toBuilder().state(ItemState.DONE));
    store = reopen(store);
    OutboxItem again = store.submit(item("c").key("order-1").build()).join();
    assertThat(again.id()).isEqualTo("a");
    assertThat(again.state()).isEqualTo(ItemState.DONE);
    assertThat(store.findByKey("order-1").join().orElseThrow().id()).isEqualTo("a");
    assertThat(store.find("b").join()).isEmpty();
  }

  @Test
  void classesComeInTheirOrderAndWithinThemThoseWhoCameFirst() {
    submit(item("low").priority(Priority.LOW));
    submit(item("normal-1"));
    submit(item("normal-2"));
    submit(item("critical").priority(Priority.CRITICAL));
    submit(item("high").priority(Priority.HIGH));
    assertThat(takeIds(2)).containsExactly("critical", "high");
    assertThat(takeIds(5)).containsExactly("normal-1", "normal-2", "low");
  }

  @Test
  void whoHasWaitedLongestCanBeGivenFirst() {
    submit(item("low").priority(Priority.LOW));
    submit(item("critical").priority(Priority.CRITICAL));
    Take oldest = new Take(ItemState.WAITING, Set.of("mail"), 1, MINUTE, true);
    assertThat(ids(store.take(oldest).join())).containsExactly("low");
  }

  @Test
  void aTenantWithManyItemsLeavesRoomForOthers() {
    for (int i = 0; i < 40; i++) {
      submit(item("big-" + i).tenant("big"));
    }
    assertThat(takeIds(5)).allMatch(id -> id.startsWith("big"));
    for (int i = 0; i < 5; i++) {
      submit(item("small-" + i).tenant("small"));
    }
    List<String> next = takeIds(12);
    assertThat(next.stream().filter(id -> id.startsWith("small")))
        .containsExactly("small-0", "small-1", "small-2", "small-3", "small-4");
    assertThat(next).contains("big-5", "big-6");
  }

  @Test
  void itemsOfALaneComeOneAfterAnother() {
    submit(item("first").lane("ticket").priority(Priority.LOW));
    submit(item("second").lane("ticket").priority(Priority.CRITICAL));
    submit(item("other"));
    assertThat(takeIds(5)).containsExactly("other", "first");
    assertThat(takeIds(5)).isEmpty();
    put(find("first").toBuilder().state(ItemState.ANSWERED).answer("{}"));
    assertThat(takeIds(5)).containsExactly("second");
  }

  @Test
  void oneThatWasGivenUpFreesItsLaneAndOneThatIsPutOffDoesNot() throws Exception {
    submit(item("first").lane("ticket"));
    submit(item("second").lane("ticket"));
    OutboxItem first = take(ItemState.WAITING, 5).get(0);
    put(first.toBuilder().notBefore(now().plus(MINUTE)).attempts(1).reason("refused"));
    assertThat(takeIds(5)).isEmpty();
    pass(MINUTE.multipliedBy(2));
    first = take(ItemState.WAITING, 5).get(0);
    assertThat(first.id()).isEqualTo("first");
    assertThat(first.attempts()).isEqualTo(1);
    put(first.toBuilder().state(ItemState.DEAD).reason("refused again"));
    assertThat(takeIds(5)).containsExactly("second");
  }

  @Test
  void oneThatIsReplayedWaitsForTheOneOfItsLaneThatIsTaken() {
    submit(item("first").lane("ticket"));
    submit(item("second").lane("ticket"));
    put(take(ItemState.WAITING, 1).get(0).toBuilder().state(ItemState.DEAD).reason("refused"));
    OutboxItem second = take(ItemState.WAITING, 5).get(0);
    assertThat(second.id()).isEqualTo("second");
    assertThat(store.change(Query.one("first"), Change.REPLAY).join()).isEqualTo(1);
    assertThat(takeIds(5)).isEmpty();
    put(second.toBuilder().reason("put off").notBefore(now()));
    assertThat(takeIds(5)).containsExactly("first");
  }

  @Test
  void alsoWhereNothingMoreIsHeardOfTheOneThatIsTaken() throws Exception {
    submit(item("first").lane("ticket"));
    submit(item("second").lane("ticket"));
    put(take(ItemState.WAITING, 1).get(0).toBuilder().state(ItemState.DEAD).reason("refused"));
    assertThat(takeIds(5)).containsExactly("second");
    assertThat(store.change(Query.one("first"), Change.REPLAY).join()).isEqualTo(1);
    assertThat(takeIds(5)).isEmpty();
    pass(MINUTE.multipliedBy(2));
    assertThat(takeIds(5)).containsExactly("first");
  }

  @Test
  void nothingIsGivenBeforeItsTime() throws Exception {
    submit(item("later").notBefore(now().plus(MINUTE)));
    assertThat(takeIds(5)).isEmpty();
    pass(MINUTE.multipliedBy(2));
    assertThat(takeIds(5)).containsExactly("later");
  }

  @Test
  void whatHasExpiredIsNotGivenAndSaysSo() throws Exception {
    submit(item("short").expiresAt(now().plus(MINUTE)));
    submit(item("long").expiresAt(now().plus(MINUTE.multipliedBy(60))));
    pass(MINUTE.multipliedBy(2));
    assertThat(takeIds(5)).containsExactly("long");
    OutboxItem expired = find("short");
    assertThat(expired.state()).isEqualTo(ItemState.EXPIRED);
    assertThat(expired.work()).isEqualTo(WORK);
    assertThat(expired.reason()).isNotEmpty();
    assertThat(store.change(Query.one("short"), Change.REPLAY).join()).isEqualTo(1);
    assertThat(takeIds(5)).containsExactly("short");
  }

  @Test
  void whatHasExpiredIsNotGivenHoweverMuchOfItThereIs() throws Exception {
    List<CompletableFuture<OutboxItem>> submitted = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      submitted.add(store.submit(item("short-" + i).expiresAt(now().plus(MINUTE)).build()));
    }
    submitted.forEach(CompletableFuture::join);
    submit(item("long"));
    pass(MINUTE.multipliedBy(2));
    assertThat(takeIds(5)).containsExactly("long");
    for (int i = 0; i < 10; i++) {
      assertThat(takeIds(5)).isEmpty();
    }
    assertThat(store.counts().join().of(ItemState.EXPIRED)).isEqualTo(1100);
  }

  @Test
  void datesAreToldByTheClockOfTheStore() throws Exception {
    Instant ahead = now().plus(MINUTE.multipliedBy(60)); // by a machine's clock that was set
    submit(OutboxItem.builder("a", "mail", WORK, ahead).expiresAt(ahead.plus(MINUTE)));
    submit(OutboxItem.builder("b", "mail", WORK, ahead).notBefore(ahead.plus(MINUTE)));
    Instant behind = now().minus(MINUTE.multipliedBy(60));
    submit(OutboxItem.builder("c", "mail", WORK, behind).expiresAt(behind.plus(MINUTE)));
    assertThat(find("a").submittedAt()).isBetween(now().minusSeconds(30), now().plusSeconds(30));
    assertThat(takeIds(1)).containsExactly("a");
    assertThat(takeIds(5)).containsExactly("c");
    pass(MINUTE.multipliedBy(2));
    assertThat(takeIds(5)).contains("b");
  }

  @Test
  void oneIsGivenToOneOnlyUntilItsTimeIsOver() throws Exception {
    submit(item("a"));
    OutboxItem taken = take(ItemState.WAITING, 5).get(0);
    assertThat(takeIds(5)).isEmpty();
    pass(Duration.ofSeconds(40));
    assertThat(store.renew(List.of(taken), MINUTE).join()).containsExactly("a");
    pass(Duration.ofSeconds(40));
    assertThat(takeIds(5)).isEmpty();
    pass(Duration.ofSeconds(40));
    OutboxItem again = take(ItemState.WAITING, 5).get(0);
    assertThat(again.takes()).isEqualTo(2);
    assertThat(store.put(taken.toBuilder().state(ItemState.DONE).build(), false).join()).isFalse();
    assertThat(store.renew(List.of(taken), MINUTE).join()).isEmpty();
    put(again.toBuilder().attempts(1));
    assertThat(find("a").takes()).isZero();
  }

  @Test
  void whatIsTakenWhenTheProcessEndsIsGivenToTheNext() throws Exception {
    submit(item("a"));
    OutboxItem taken = take(ItemState.WAITING, 5).get(0);
    store = reopen(store);
    pass(MINUTE.multipliedBy(2));
    assertThat(store.put(taken.toBuilder().state(ItemState.DONE).build(), false).join()).isFalse();
    assertThat(takeIds(5)).containsExactly("a");
  }

  @Test
  void anAnswerWaitsForItsHandlerAndIsForgottenWhenItIsDone() throws Exception {
    submit(item("a"));
    OutboxItem taken = take(ItemState.WAITING, 1).get(0);
    assertThat(
            store
                .put(
                    taken.toBuilder().state(ItemState.ANSWERED).answer("{\"t\": 1.0}").build(),
                    true)
                .join())
        .isTrue();
    assertThat(take(ItemState.ANSWERED, 5)).as("held by who asked").isEmpty();
    store = reopen(store);
    pass(MINUTE.multipliedBy(2));
    assertThat(takeIds(5)).isEmpty();
    OutboxItem answered = take(ItemState.ANSWERED, 5).get(0);
    assertThat(answered.answer()).contains("{\"t\": 1.0}");
    assertThat(answered.work()).isEqualTo(WORK);
    put(answered.toBuilder().state(ItemState.DONE));
    assertThat(find("a").state()).isEqualTo(ItemState.DONE);
    assertThat(find("a").bytes()).isZero();
    assertThat(take(ItemState.ANSWERED, 5)).isEmpty();
  }

  @Test
  void onlyItemsForTheGivenHandlersAreGiven() {
    store.submit(OutboxItem.builder("a", "fax", WORK, now()).build()).join();
    submit(item("b"));
    assertThat(takeIds(5)).containsExactly("b");
  }

  @Test
  void whoeverCancelsWinsAgainstWhoeverAsks() {
    submit(item("a"));
    submit(item("b"));
    OutboxItem taken = take(ItemState.WAITING, 1).get(0);
    assertThat(store.change(Query.all(), Change.CANCEL).join()).isEqualTo(2);
    assertThat(
            store
                .put(taken.toBuilder().state(ItemState.ANSWERED).answer("{}").build(), true)
                .join())
        .isFalse();
    assertThat(takeIds(5)).isEmpty();
    assertThat(find("b").state()).isEqualTo(ItemState.CANCELLED);
    assertThat(store.change(Query.all(), Change.CANCEL).join()).isZero();
  }

  @Test
  void replayedByAFilterItemsHaveNoPast() throws Exception {
    for (String id : List.of("a", "b", "c")) {
      submit(item(id));
    }
    for (OutboxItem taken : take(ItemState.WAITING, 3)) {
      put(
          taken.toBuilder()
              .state(ItemState.DEAD)
              .attempts(3)
              .setbacks(5)
              .reason(taken.id().equals("c") ? "CONTENT_FILTERED" : "INVALID_REQUEST"));
    }
    store = reopen(store);
    Query refused = Query.all().in(ItemState.DEAD).reason("INVALID");
    assertThat(store.change(refused, Change.REPLAY).join()).isEqualTo(2);
    assertThat(takeIds(5)).containsExactly("a", "b");
    assertThat(find("a")).returns(0, OutboxItem::attempts).returns(0, OutboxItem::setbacks);
    assertThat(find("c").state()).isEqualTo(ItemState.DEAD);
  }

  @Test
  void oneWhoseHandlerGaveUpGoesToItsHandlerAgain() {
    submit(item("a"));
    OutboxItem taken = take(ItemState.WAITING, 1).get(0);
    assertThat(
            store
                .put(taken.toBuilder().state(ItemState.ANSWERED).answer("{}").build(), true)
                .join())
        .isTrue();
    put(taken.toBuilder().state(ItemState.DEAD).handlings(9).reason("threw"));
    assertThat(store.change(Query.one("a"), Change.REPLAY).join()).isEqualTo(1);
    assertThat(takeIds(5)).isEmpty();
    assertThat(take(ItemState.ANSWERED, 5).get(0).answer()).contains("{}");
  }

  @Test
  void whatIsPutOffCanBeHurried() {
    submit(item("later").notBefore(now().plus(MINUTE)));
    submit(item("other").notBefore(now().plus(MINUTE)));
    assertThat(store.change(Query.one("later"), Change.HURRY).join()).isEqualTo(1);
    assertThat(takeIds(5)).containsExactly("later");
    assertThat(store.change(Query.one("later"), Change.HURRY).join()).as("is held").isZero();
  }

  @Test
  void whatIsPurgedIsForgottenWithItsKey() throws Exception {
    submit(item("a").key("k"));
    submit(item("b"));
    assertThat(store.change(Query.one("a"), Change.PURGE).join()).as("still waits").isZero();
    assertThat(store.change(Query.one("a"), Change.CANCEL).join()).isEqualTo(1);
    assertThat(store.change(Query.all(), Change.PURGE).join()).isEqualTo(1);
    store = reopen(store);
    assertThat(store.find("a").join()).isEmpty();
    assertThat(store.submit(item("c").key("k").build()).join().id()).isEqualTo("c");
  }

  @Test
  void aPauseHoldsWhatWaitsAndNotWhatIsAnswered() throws Exception {
    submit(item("a"));
    put(take(ItemState.WAITING, 1).get(0).toBuilder().state(ItemState.ANSWERED).answer("{}"));
    submit(item("b"));
    store.pause(true).join();
    store = reopen(store);
    assertThat(store.counts().join().paused()).isTrue();
    assertThat(takeIds(5)).isEmpty();
    assertThat(take(ItemState.ANSWERED, 5)).hasSize(1);
    store.pause(false).join();
    assertThat(takeIds(5)).containsExactly("b");
  }

  @Test
  void aNoteIsReplacedByWhoHasSeenItOnly() {
    Shared first = store.shared().join();
    assertThat(first.now()).isBetween(now().minusSeconds(30), now().plusSeconds(30));
    assertThat(first.paused()).isFalse();
    assertThat(store.share(first, "one").join()).isTrue();
    assertThat(store.share(first, "two").join()).isFalse();
    Shared second = store.shared().join();
    assertThat(second.note()).isEqualTo("one");
    store.pause(true).join();
    assertThat(store.share(second, "three").join()).as("a pause is no note").isTrue();
    assertThat(store.shared().join().paused()).isTrue();
    assertThat(store.shared().join().note()).isEqualTo("three");
  }

  @Test
  void aListingGoesOnWhereItsPageEnded() {
    for (int i = 0; i < 5; i++) {
      submit(item("i" + i).tenant(i % 2 == 0 ? "even" : "odd"));
    }
    Query query = Query.all().limit(2);
    List<String> seen = new ArrayList<>();
    Listing page = store.list(query).join();
    seen.addAll(ids(page.items()));
    while (!page.next().isEmpty()) {
      page = store.list(query.from(page.next())).join();
      seen.addAll(ids(page.items()));
    }
    assertThat(seen).containsExactly("i0", "i1", "i2", "i3", "i4");
    assertThat(ids(store.list(Query.all().tenant("odd")).join().items()))
        .containsExactly("i1", "i3");
    assertThat(page.items().get(0).work()).isEmpty();
  }

  @Test
  void countsTellWhatThereIs() {
    Instant noon = now();
    submit(item("a").priority(Priority.CRITICAL));
    submit(item("b"));
    submit(item("c"));
    put(take(ItemState.WAITING, 1).get(0).toBuilder().state(ItemState.DEAD));
    Counts counts = store.counts().join();
    assertThat(counts.of(ItemState.DEAD)).isEqualTo(1);
    assertThat(counts.of(ItemState.WAITING)).isEqualTo(2);
    assertThat(counts.waiting()).containsOnlyKeys(Priority.NORMAL);
    assertThat(counts.oldest().get(Priority.NORMAL)).isAfterOrEqualTo(noon);
    assertThat(counts.bytes()).isGreaterThanOrEqualTo(3L * WORK.length());
  }

  @Test
  void workThatIsNoJsonObjectIsRefused() {
    for (String work : List.of("", "[]", "{", "{} {}", "{\n}", "x")) {
      OutboxItem item = OutboxItem.builder("a", "mail", work, now()).build();
      assertThatThrownBy(() -> store.submit(item).join()).hasMessageContaining("JSON object");
    }
    assertThat(store.counts().join().items()).isEmpty();
  }

  @Test
  void aStoreThatWasClosedSaysSo() {
    submit(item("a"));
    store.close();
    assertThatThrownBy(() -> store.counts().join()).hasMessageContaining("closed");
  }
}
