package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.policy.Draining;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What an outbox does with items, handlers and bad input, while the vendor is well. */
class OutboxTest {
  private final VirtualTime time = new VirtualTime();
  private final OutboxWorld world = new OutboxWorld(time);

  private ResilientLlm answering() {
    return VirtualClient.with(time, vendor()).build();
  }

  private ScriptedProvider vendor() {
    return ScriptedProvider.of("v", time, Script.answerAfter(Duration.ofMillis(200), "hello"));
  }

  private static Work work(String key) {
    return Work.of("question " + key).handler("mail").key(key);
  }

  /** Runs an outbox for a time. */
  private void run(Outbox outbox, Duration howLong) throws Exception {
    time.run(
        () -> {
          outbox.start();
          time.pass(howLong);
          outbox.close();
        });
  }

  @Test
  void anAnswerIsGivenToItsHandlerWithWhatWasNoted() throws Exception {
    List<Delivery> deliveries = new ArrayList<>();
    Outbox outbox = world.with(answering()).handler("note", deliveries::add).build();
    OutboxItem item =
        outbox.submit(
            Work.of("Where is it?")
                .handler("note")
                .attribute("to", "ann@example.com")
                .tenant("acme")
                .key("mail-1"));
    run(outbox, Duration.ofSeconds(5));
    Delivery delivery = deliveries.get(0);
    assertThat(deliveries).hasSize(1);
    assertThat(delivery.text()).isEqualTo("hello");
    assertThat(delivery.key()).isEqualTo("mail-1");
    assertThat(delivery.attribute("to")).isEqualTo("ann@example.com");
    assertThat(delivery.tenant()).isEqualTo("acme");
    assertThat(delivery.request().orElseThrow().messages().get(0).text()).isEqualTo("Where is it?");
    assertThat(delivery).hasToString("Delivery[" + item.id() + " for note]");
    assertThatThrownBy(() -> delivery.attribute("cc")).hasMessageContaining("[to]");
    assertThat(outbox.status(item.id()).orElseThrow().item().state()).isEqualTo(ItemState.DONE);
  }

  @Test
  void aRequestIsSentAsItWasSubmittedAndInTheBackground() throws Exception {
    ScriptedProvider vendor = vendor();
    ChatRequest request =
        ChatRequest.builder()
            .system("Be short.")
            .user("Where?")
            .tool(Tool.of("look", "looks", "{\"type\":\"object\"}").enforced())
            .toolChoice(ToolChoice.tool("look"))
            .parallelToolCalls(false)
            .responseFormat(ResponseFormat.jsonSchema("s", "{\"type\":\"object\"}"))
            .temperature(0.25)
            .topP(0.5)
            .maxOutputTokens(77)
            .stop("a", "b")
            .seed(-3)
            .reasoningEffort(ReasoningEffort.LOW)
            .metadata("m", "1")
            .tag("tenant", "acme")
            .vendorOption("v", "deep", Map.of("list", List.of(1L, "x", true), "n", 1.5))
            .bestEffort()
            .timeout(Duration.ofSeconds(20))
            .build();
    Outbox outbox = world.with(VirtualClient.with(time, vendor).build()).build();
    outbox.submit(Work.of(request).handler("mail").key("k"));
    run(outbox, Duration.ofSeconds(5));
    ChatRequest sent = vendor.requests().get(0);
    assertThat(sent.background()).isTrue();
    assertThat(sent).usingRecursiveComparison().ignoringFields("background").isEqualTo(request);
    assertThat(world.handled).containsExactly("k");
  }

  @Test
  void workNeedsAHandlerThatThereIs() {
    Outbox outbox = world.with(answering()).build();
    assertThatThrownBy(() -> outbox.submit(Work.of("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a handler");
    assertThatThrownBy(() -> outbox.submit(Work.of("x").handler("fax")))
        .hasMessageContaining("No handler is called \"fax\"; there are [mail]");
    assertThatThrownBy(() -> Outbox.with(answering()).build())
        .hasMessageContaining("FileOutbox.at");
    assertThatThrownBy(() -> world.with(answering()).handler("mail", done -> {}))
        .hasMessageContaining("two handlers");
  }

  @Test
  void aStoreInFilesSaysWhatItCannotBe() {
    FileOutbox.Builder store = FileOutbox.builder(Path.of("outbox"));
    assertThatThrownBy(() -> store.maxItems(0)).hasMessage("maxItems must be 1 to 10000000, not 0");
    assertThatThrownBy(() -> store.maxBytes(1)).hasMessageContaining("maxBytes must be 1048576");
    assertThatThrownBy(() -> store.maxItemBytes(1)).hasMessageContaining("maxItemBytes must be");
    assertThatThrownBy(() -> store.remembersDone(Duration.ofHours(-1)))
        .hasMessage("remembersDone must be PT0S to PT8760H, not PT-1H");
  }

  @Test
  void aHandlerThatIsGoneAfterADeploymentIsWaitedFor() throws Exception {
    OutboxStore store = world.store();
    Outbox before = world.with(answering(), store).handler("old", done -> {}).build();
    OutboxItem item = before.submit(Work.of("x").handler("old"));
    ScriptedProvider vendor = vendor();
    Outbox after = world.with(VirtualClient.with(time, vendor).build(), store).build();
    run(after, Duration.ofMinutes(5));
    assertThat(vendor.attempts()).isZero();
    assertThat(after.status(item.id()).orElseThrow().why())
        .isEqualTo("no handler is called \"old\" here");
  }

  @Test
  void aHandlerThatThrowsIsCalledAgainWithoutAskingTheModelAgain() throws Exception {
    ScriptedProvider vendor = vendor();
    List<String> calls = new ArrayList<>();
    Outbox outbox =
        world
            .with(VirtualClient.with(time, vendor).build())
            .handler(
                "shaky",
                done -> {
                  calls.add(done.key() + " after " + done.failures());
                  if (calls.size() < 3) {
                    throw new IllegalStateException("down");
                  }
                })
            .build();
    outbox.submit(Work.of("x").handler("shaky").key("k"));
    outbox.submit(work("other"));
    run(outbox, Duration.ofMinutes(2));
    assertThat(calls).containsExactly("k after 0", "k after 1", "k after 2");
    assertThat(vendor.attempts()).isEqualTo(2);
    assertThat(world.handled).containsExactly("other");
    assertThat(outbox.find("k").orElseThrow().item().state()).isEqualTo(ItemState.DONE);
  }

  @Test
  void oneThatThrowsForEverIsGivenUpWithItsReasonAndCanBeReplayed() throws Exception {
    boolean[] works = new boolean[1];
    int[] calls = new int[1];
    Outbox outbox =
        world
            .with(answering())
            .draining(Draining.standard().withHandlings(3))
            .handler(
                "shaky",
                done -> {
                  calls[0]++;
                  if (!works[0]) {
                    throw new NoClassDefFoundError("x");
                  }
                })
            .build();
    outbox.submit(Work.of("x").handler("shaky").key("k"));
    time.run(
        () -> {
          outbox.start();
          time.pass(Duration.ofMinutes(10));
          Outbox.Entry entry = outbox.find("k").orElseThrow();
          assertThat(entry.item().state()).isEqualTo(ItemState.DEAD);
          assertThat(entry.why()).isEqualTo("its handler threw java.lang.NoClassDefFoundError");
          assertThat(calls[0]).isEqualTo(3);
          works[0] = true;
          assertThat(outbox.replay(Query.all().in(ItemState.DEAD).handler("shaky"))).isEqualTo(1);
          time.pass(Duration.ofSeconds(5));
          assertThat(outbox.find("k").orElseThrow().item().state()).isEqualTo(ItemState.DONE);
          outbox.close();
        });
  }

  @Test
  void aHandlerThatBlocksHoldsUpNoOtherAndIsCalledAgain() throws Exception {
    int[] calls = new int[2];
    Outbox outbox =
        world
            .with(answering())
            .draining(Draining.standard().withHandlerTimeout(Duration.ofMinutes(1)))
            .handler(
                "stuck",
                done -> {
                  if (calls[0]++ < 20) {
                    long end = time.nanos() + Duration.ofHours(1).toNanos();
                    while (time.nanos() < end && !Thread.interrupted()) {
                      time.park(end);
                    }
                    calls[1] += time.nanos() < end ? 1 : 0;
                    throw new InterruptedException();
                  }
                })
            .build();
    for (int i = 0; i < 20; i++) {
      outbox.submit(Work.of("x").handler("stuck"));
      outbox.submit(work("other-" + i));
    }
    time.run(
        () -> {
          outbox.start();
          time.pass(Duration.ofSeconds(55));
          assertThat(world.handled).as("by the other handler").hasSize(20);
          assertThat(calls[0]).as("of the stuck one at once").isEqualTo(8);
          time.pass(Duration.ofMinutes(30));
          outbox.close();
        });
    assertThat(calls[1]).as("interrupted").isEqualTo(20);
    assertThat(outbox.counts().of(ItemState.DONE)).isEqualTo(40);
  }

  @Test
  void anItemThatIsRefusedForItsOwnSakeIsGivenUpAndHoldsUpNobody() throws Exception {
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            time,
            n -> n % 2 == 0 ? Script.fail(ErrorKind.INVALID_REQUEST) : Script.answer("hello"));
    Outbox outbox = world.with(VirtualClient.with(time, vendor).build()).build();
    outbox.submit(work("poison"));
    outbox.submit(work("a"));
    time.run(
        () -> {
          outbox.start();
          time.pass(Duration.ofSeconds(10));
          assertThat(world.handled).containsExactly("a");
          outbox.submit(work("b")); // refused, and again after the poison's second time
          time.pass(Duration.ofHours(1));
          outbox.close();
        });
    assertThat(world.handled).contains("a");
    assertThat(outbox.counts().of(ItemState.WAITING)).isZero();
  }

  @Test
  void itsAttemptsAreThree() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, Script.fail(ErrorKind.CONTENT_FILTERED));
    Outbox outbox = world.with(VirtualClient.with(time, vendor).build()).build();
    outbox.submit(work("poison"));
    run(outbox, Duration.ofHours(2));
    Outbox.Entry entry = outbox.find("poison").orElseThrow();
    assertThat(entry.item().state()).isEqualTo(ItemState.DEAD);
    assertThat(entry.why()).isEqualTo("CONTENT_FILTERED");
    assertThat(entry.item().attempts()).isEqualTo(3);
    assertThat(vendor.attempts()).isEqualTo(3);
  }

  @Test
  void whatExpiresBeforeItBeganIsNotAsked() throws Exception {
    ScriptedProvider vendor = vendor();
    Outbox outbox = world.with(VirtualClient.with(time, vendor).build()).build();
    outbox.submit(work("short").expiresAfter(Duration.ofMinutes(1)));
    outbox.submit(work("late").after(Duration.ofMinutes(3)));
    outbox.pause();
    time.run(
        () -> {
          outbox.start();
          time.pass(Duration.ofMinutes(2));
          assertThat(outbox.find("late").orElseThrow().why()).startsWith("not before 2026");
          outbox.resume();
          time.pass(Duration.ofMinutes(2));
          outbox.close();
        });
    assertThat(world.handled).containsExactly("late");
    assertThat(vendor.attempts()).isEqualTo(1);
    assertThat(outbox.find("short").orElseThrow().item().state()).isEqualTo(ItemState.EXPIRED);
  }

  @Test
  void workThatWouldNeverBeAskedIsRefused() {
    Outbox outbox = world.with(answering()).build();
    assertThatThrownBy(() -> outbox.submit(work("a").after(Duration.ofDays(30))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not before PT720H from now, and worthless from 2026-12-07T12:00:00Z")
        .hasMessageContaining("Draining.withMaxAge is PT168H");
    assertThatThrownBy(() -> outbox.submit(work("a").after(Duration.ofSeconds(Long.MAX_VALUE))))
        .hasMessageContaining("never be asked");
    assertThatThrownBy(
            () ->
                outbox.submit(
                    work("a").after(Duration.ofHours(1)).expiresAfter(Duration.ofHours(1))))
        .hasMessageContaining("not before 2026-11-30T13:00:00Z, and worthless from 2026-11-30T13");
    assertThat(outbox.counts().items()).isEmpty();
  }

  @Test
  void pausedItAsksNothingAndSaysSo() throws Exception {
    Outbox outbox = world.with(answering()).build();
    OutboxItem item = outbox.submit(work("a"));
    outbox.pause();
    time.run(
        () -> {
          outbox.start();
          time.pass(Duration.ofMinutes(5));
          assertThat(world.handled).isEmpty();
          assertThat(outbox.status(item.id()).orElseThrow().why())
              .isEqualTo("the outbox is paused");
          outbox.resume();
          time.pass(Duration.ofSeconds(2));
          assertThat(world.handled).containsExactly("a");
          outbox.close();
        });
  }

  @Test
  void whatIsCancelledIsNotAskedAndWhatIsBeingAskedIsNotDelivered() throws Exception {
    Outbox outbox = world.with(answering()).build();
    outbox.submit(work("first"));
    OutboxItem second = outbox.submit(work("second"));
    time.run(
        () -> {
          outbox.start();
          time.pass(Duration.ofMillis(100));
          assertThat(outbox.find("first").orElseThrow().why()).isEqualTo("is being asked");
          assertThat(outbox.cancel(Query.all())).isEqualTo(2);
          time.pass(Duration.ofMinutes(1));
          assertThat(world.handled).isEmpty();
          assertThat(outbox.replay(second.id())).isTrue();
          time.pass(Duration.ofSeconds(5));
          assertThat(world.handled).containsExactly("second");
          assertThat(outbox.purge(Query.all())).isEqualTo(2);
          assertThat(outbox.list(Query.all()).entries()).isEmpty();
          outbox.close();
        });
  }

  @Test
  void oneThatIsAskedAgainBeforeItWasAnsweredIsHandledOnce() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            Script.answerAfter(Duration.ofSeconds(1), "first"),
            Script.answerAfter(Duration.ofSeconds(10), "dropped"),
            Script.answerAfter(Duration.ofSeconds(1), "taken"));
    List<String> answers = new ArrayList<>();
    Outbox outbox =
        world
            .with(VirtualClient.with(time, vendor).build())
            .handler(
                "slow",
                done -> {
                  answers.add(done.text());
                  time.pass(Duration.ofMinutes(3)); // longer than a lease
                })
            .build();
    time.run(
        () -> {
          outbox.submit(work("first")); // after which more than one may be under way
          outbox.start();
          time.pass(Duration.ofSeconds(10));
          String id = outbox.submit(Work.of("x").handler("slow")).id();
          time.pass(Duration.ofSeconds(5));
          assertThat(outbox.cancel(id)).isTrue();
          assertThat(outbox.replay(id)).isTrue();
          time.pass(Duration.ofMinutes(10));
          assertThat(outbox.status(id).orElseThrow().item().state()).isEqualTo(ItemState.DONE);
          outbox.close();
        });
    assertThat(answers).containsExactly("taken");
  }

  @Test
  void turnsOfOneConversationComeInOrderAndEachOnce() throws Exception {
    ScriptedProvider vendor = vendor();
    ResilientLlm llm =
        VirtualClient.with(time, vendor).journal(new MemoryJournal()).clock(world::now).build();
    Outbox outbox = world.with(llm).build();
    for (int i = 0; i < 5; i++) {
      outbox.submit(Work.turn("ticket", "question " + i).handler("mail").key("turn-" + i));
      outbox.submit(work("single-" + i));
    }
    run(outbox, Duration.ofMinutes(2));
    assertThat(world.handled.stream().filter(key -> key.startsWith("turn")))
        .containsExactly("turn-0", "turn-1", "turn-2", "turn-3", "turn-4");
    assertThat(world.handled).hasSize(10);
    assertThat(llm.conversation("ticket").history().stream().map(Message::text))
        .containsExactly(
            "question 0",
            "hello",
            "question 1",
            "hello",
            "question 2",
            "hello",
            "question 3",
            "hello",
            "question 4",
            "hello");
  }

  @Test
  void aFullOutboxSaysSo() {
    Outbox outbox = world.with(answering()).build();
    String large = "x".repeat(70_000);
    assertThatThrownBy(() -> outbox.submit(Work.of(large).handler("mail")))
        .isInstanceOfSatisfying(
            OutboxException.class,
            e -> assertThat(e.reason()).isEqualTo(OutboxException.Reason.TOO_LARGE))
        .hasMessageContaining("maxItemBytes");
  }

  @Test
  void anAnswerThatIsTooLargeEndsItsItemOnly() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, Script.answer("x".repeat(70_000)), Script.answer("hello"));
    Outbox outbox = world.with(VirtualClient.with(time, vendor).build()).build();
    outbox.submit(work("large"));
    outbox.submit(work("small"));
    run(outbox, Duration.ofMinutes(1));
    assertThat(outbox.find("large").orElseThrow().item().state()).isEqualTo(ItemState.DEAD);
    assertThat(outbox.find("large").orElseThrow().why()).contains("maxItemBytes");
    assertThat(world.handled).containsExactly("small");
  }

  @Test
  void workThatANewerVersionWroteIsGivenUpAndNotGuessed() throws Exception {
    OutboxStore store = world.store();
    Outbox outbox = world.with(answering(), store).build();
    OutboxItem strange =
        OutboxItem.builder("s", "mail", "{\"version\":2}", world.now()).key("s").build();
    store.submit(strange).join();
    String none = "{\"version\":1,\"request\":{\"messages\":[{\"role\":\"USER\",\"parts\":7}]}}";
    store.submit(OutboxItem.builder("n", "mail", none, world.now()).key("n").build()).join();
    outbox.submit(work("other"));
    run(outbox, Duration.ofSeconds(5));
    assertThat(outbox.find("s").orElseThrow().why()).contains("version 2 of the work is not known");
    assertThat(outbox.find("n").orElseThrow().why()).contains("is none that this version knows");
    assertThat(world.handled).containsExactly("other");
  }

  @Test
  void threadsThatAreNotToBeHadForAWhileCostNoItem() throws Exception {
    boolean[] refuses = new boolean[1];
    Set<String> failed = new HashSet<>();
    Outbox outbox =
        world
            .with(answering())
            .executor(
                task -> {
                  if (refuses[0]) {
                    throw new RejectedExecutionException("full");
                  }
                  time.execute(task);
                })
            .handler(
                "shaky",
                done -> {
                  if (failed.add(done.key())) {
                    throw new IllegalStateException("down");
                  }
                  world.handled.add(done.key());
                })
            .build();
    for (int i = 0; i < 3; i++) {
      outbox.submit(Work.of("x").handler("shaky").key("shaky-" + i));
    }
    time.run(
        () -> {
          outbox.start();
          time.pass(Duration.ofSeconds(5));
          assertThat(failed).as("put off for a moment").hasSize(3);
          refuses[0] = true;
          outbox.submit(work("a"));
          outbox.submit(work("b"));
          time.pass(Duration.ofSeconds(20));
          assertThat(world.handled).isEmpty();
          refuses[0] = false;
          time.pass(Duration.ofSeconds(20));
          outbox.close();
        });
    assertThat(world.handled).containsExactlyInAnyOrder("shaky-0", "shaky-1", "shaky-2", "a", "b");
  }

  @Test
  void aTurnNeedsAJournalAndWaitsForOneThatIsGone() throws Exception {
    OutboxStore store = world.store();
    ResilientLlm llm =
        VirtualClient.with(time, vendor()).journal(new MemoryJournal()).clock(world::now).build();
    Work turn = Work.turn("ticket", "Where?").handler("mail").key("turn");
    world.with(llm, store).build().submit(turn);
    Outbox without = world.with(answering(), store).build();
    assertThatThrownBy(() -> without.submit(turn))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("A conversation needs a journal");
    run(without, Duration.ofHours(2));
    OutboxItem item = without.find("turn").orElseThrow().item();
    assertThat(item.state()).isEqualTo(ItemState.WAITING);
    assertThat(item.attempts()).isZero();
    assertThat(item.reason()).isEqualTo("JOURNAL_FAILED");
    run(world.with(llm, store).build(), Duration.ofSeconds(10));
    assertThat(world.handled).containsExactly("turn");
  }

  @Test
  void whileItsOnlyTargetIsForcedOpenNothingIsTried() throws Exception {
    ResilientLlm llm = answering();
    Outbox outbox = world.with(llm).build();
    llm.forceOpen("v/m");
    time.run(
        () -> {
          outbox.submit(work("a"));
          outbox.start();
          time.pass(Duration.ofMinutes(10));
          Outbox.Entry entry = outbox.find("a").orElseThrow();
          assertThat(entry.item().setbacks()).isZero();
          assertThat(entry.why()).isEqualTo("every target is out of service until it is reset");
          llm.reset("v/m");
          time.pass(Duration.ofMinutes(2));
          outbox.close();
        });
    assertThat(world.handled).containsExactly("a");
  }

  @Test
  void oneThatWasClosedIsNotStartedAgain() {
    Outbox outbox = world.with(answering()).build();
    outbox.close();
    assertThatThrownBy(outbox::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("build another");
  }

  @Test
  void whatDoesNotEndWhenItIsClosedWaitsAgain() throws Exception {
    OutboxStore store = world.store();
    ScriptedProvider slow =
        ScriptedProvider.of("v", time, Script.answerAfter(Duration.ofSeconds(30), "late"));
    Outbox outbox = world.with(VirtualClient.with(time, slow).build(), store).build();
    outbox.submit(work("a"));
    run(outbox, Duration.ofSeconds(5));
    Outbox.Entry entry = outbox.find("a").orElseThrow();
    assertThat(entry.item().state()).isEqualTo(ItemState.WAITING);
    assertThat(entry.item().attempts()).isZero();
    assertThat(slow.open()).isZero();
    run(world.with(answering(), store).build(), Duration.ofMinutes(1));
    assertThat(world.handled).containsExactly("a");
  }
}
