package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.langchain4j.Assistant.Streamed;
import io.github.resilientllm.test.Script;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A vendor that dies when it is to say what a tool's result means or in the middle of a round, and
 * memories that throw.
 */
class ToolRoundTest {
  private static final String LONG =
      "Order number 7 of yours is cancelled now, as you have asked for today.";
  private static final String SEVEN = "{\"arg0\":7,\"number\":7}";
  private static final String HALF = "{\"arg0\":7,\"num";

  private final Vendor first = Vendor.start("first");
  private final Vendor other = Vendor.start("other").says("Order 7 is cancelled.");
  private final Orders orders = new Orders();
  private final MemoryJournal journal = new MemoryJournal();
  private final Semaphore shown = new Semaphore(0); // pieces, one permit each

  @AfterEach
  void close() {
    first.close();
    other.close();
    journal.close();
  }

  /** An application's tool. */
  static final class Orders {
    final AtomicInteger cancelled = new AtomicInteger();

    @Tool("Cancels an order")
    String cancel(int number) {
      cancelled.incrementAndGet();
      return "order " + number + " is cancelled";
    }
  }

  /** How the vendor dies. */
  interface Death extends Consumer<Vendor> {}

  static Stream<Arguments> deaths() {
    return Stream.of(
        death("503", vendor -> vendor.is(Trouble.DOWN)),
        death("reset", vendor -> vendor.is(Trouble.RESETTING)),
        death("cut before the first word", vendor -> vendor.streams(0).thenCuts()),
        death("an error in the answer", vendor -> vendor.streams(0).thenFails(500, "server_error")),
        death("no more credit", vendor -> vendor.is(Trouble.OUT_OF_QUOTA)));
  }

  private static Arguments death(String name, Death death) {
    return Arguments.of(name, death);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deaths")
  @DisplayName("the next target is asked with what the tool said, and no tool runs twice")
  void whole(String name, Death death) {
    first.callsTool("cancel", SEVEN).once();
    death.accept(first);

    assertThat(assistant(new InMemoryChatMemoryStore()).ask("Cancel 7"))
        .isEqualTo("Order 7 is cancelled.");

    theOtherWentOn();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deaths")
  @DisplayName("the same, streamed")
  void streamed(String name, Death death) throws Exception {
    first.callsTool("cancel", SEVEN).once();
    death.accept(first);

    Streamed streamed = Streamed.of(assistant(new InMemoryChatMemoryStore()), "Cancel 7");

    assertThat(streamed.ends).containsExactly("COMPLETE Order 7 is cancelled.");
    assertThat(streamed.shown.toString()).isEqualTo("Order 7 is cancelled.");
    theOtherWentOn();
  }

  private void theOtherWentOn() {
    assertThat(orders.cancelled).hasValue(1);
    assertThat(first.requests()).hasSize(2);
    assertThat(other.requests()).hasSize(1);
    assertThat(Wires.asked(other.requests().get(0).question().body()))
        .containsExactly("user:Cancel 7", "assistant:", "tool:order 7 is cancelled");
  }

  /** How a stream ends too early. */
  interface Break extends Function<Script, Script> {}

  static Stream<Arguments> breaks() {
    return Stream.of(
        broken("a cut", Script::thenCuts),
        broken("a clean end", Script::thenEndsUnfinished),
        broken("an error", script -> script.thenFails(500, "server_error")));
  }

  private static Arguments broken(String name, Break breaking) {
    return Arguments.of(name, breaking);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  @DisplayName("a stream that breaks off in its second round goes on with the next target")
  void secondRoundGoesOn(String name, Break breaking) throws Exception {
    first.says(LONG).callsTool("cancel", SEVEN).once();
    breaking.apply(first.streams(9).thenAwaits(() -> awaitShown(9))).once();
    Assistant assistant = assistant(JournalChatMemoryStore.on(journal));

    Streamed streamed = Streamed.of(assistant, "Cancel 7", shown::release);

    String whole = LONG.substring(0, LONG.indexOf(" you have")) + "Order 7 is cancelled.";
    assertThat(streamed.ends).containsExactly("COMPLETE " + whole);
    assertThat(streamed.shown.toString()).isEqualTo(whole);
    assertThat(orders.cancelled).hasValue(1);
    assertThat(askedNext(assistant))
        .containsExactly(
            "user:Cancel 7",
            "assistant:",
            "tool:order 7 is cancelled",
            "assistant:" + whole,
            "user:Was it?");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  @DisplayName("one that cannot go on is an error, and what the tool did is remembered")
  void secondRoundFails(String name, Break breaking) throws Exception {
    first.says(LONG).callsTool("cancel", SEVEN).once();
    breaking.apply(first.streams(2).thenAwaits(() -> awaitShown(2))).once();
    Assistant assistant = assistant(JournalChatMemoryStore.on(journal));

    Streamed streamed = Streamed.of(assistant, "Cancel 7", shown::release);

    assertThat(streamed.ends).containsExactly("ERROR");
    assertThat(streamed.shown.toString()).isEqualTo("Order number");
    assertThat(orders.cancelled).hasValue(1);
    assertThat(askedNext(assistant))
        .containsExactly(
            "user:Cancel 7", "assistant:", "tool:order 7 is cancelled", "user:Was it?");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  @DisplayName("half a tool call runs nothing and is not remembered, nor is its question")
  void halfACall(String name, Break breaking) throws Exception {
    breaking
        .apply(first.streams(0).thenSends(call(0, HALF)).thenAwaits(() -> awaitShown(1)))
        .once();
    Assistant assistant = assistant(JournalChatMemoryStore.on(journal));

    Streamed streamed = Streamed.of(assistant, "Cancel 7", shown::release);

    assertThat(streamed.ends).containsExactly("ERROR");
    assertThat(orders.cancelled).hasValue(0);
    assertThat(askedNext(assistant)).containsExactly("user:Was it?");
  }

  @Test
  @DisplayName("half a tool call in a whole answer: the next target's runs, once")
  void halfACallOfAWhole() {
    first.answersWithTheBody(call(0, HALF).substring("data: ".length())).once();
    first.is(Trouble.DOWN).once();
    other.callsTool("cancel", SEVEN).once();
    Assistant assistant = assistant(JournalChatMemoryStore.on(journal));

    assertThat(assistant.ask("Cancel 7")).isEqualTo("Order 7 is cancelled.");

    assertThat(orders.cancelled).hasValue(1);
    assertThat(askedNext(assistant))
        .containsExactly(
            "user:Cancel 7",
            "assistant:",
            "tool:order 7 is cancelled",
            "assistant:Order 7 is cancelled.",
            "user:Was it?");
  }

  static Stream<Arguments> eager() {
    return breaks()
        .flatMap(
            breaking ->
                Stream.of(true, false)
                    .flatMap(
                        theirs ->
                            Stream.of(true, false)
                                .map(
                                    told ->
                                        Arguments.of(
                                            breaking.get()[0], breaking.get()[1], theirs, told))));
  }

  @ParameterizedTest(name = "{0}, a target of theirs: {2}, restarts told: {3}")
  @MethodSource("eager")
  @DisplayName("a tool that runs while the answer still comes runs once")
  void eagerTools(String name, Break breaking, boolean theirs, boolean told) throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    breaking
        .apply(
            first.streams(0).thenSends(call(0, SEVEN) + call(1, HALF)).thenAwaits(() -> await(ran)))
        .once();
    other.callsTool("cancel", SEVEN).once();
    ResilientLlm llm =
        theirs
            ? Ladder.over(first.baseUrl(), other.baseUrl()).build()
            : Ladder.ours(first.baseUrl(), other.baseUrl());
    LangChain4jModels models = LangChain4jModels.over(llm).withRestartsTold(told);
    ChatMemory memory = memory(JournalChatMemoryStore.on(journal));
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(models.chatModel())
            .streamingChatModel(models.streamingChatModel())
            .chatMemory(memory)
            .tools(orders)
            .executeToolsConcurrently()
            .afterToolExecution(done -> ran.countDown())
            .build();

    Streamed streamed = Streamed.of(assistant, "Cancel 7");

    assertThat(streamed.ends).containsExactly("ERROR");
    assertThat(orders.cancelled).hasValue(1);
    assertThat(memory.messages())
        .extracting(ChatMessage::type)
        .containsExactly(ChatMessageType.USER);
  }

  private List<String> askedNext(Assistant assistant) {
    first.forgets();
    first.says("Yes.");
    assertThat(assistant.ask("Was it?")).isEqualTo("Yes.");
    return Wires.asked(first.requests().get(0).question().body());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitShown(int pieces) {
    try {
      assertThat(shown.tryAcquire(pieces, 20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A chunk of OpenAI's that calls the tool. */
  private static String call(int index, String arguments) {
    return """
        data: {"id":"x","object":"chat.completion.chunk","created":0,"model":"local","choices":\
        [{"index":0,"delta":{"tool_calls":[{"index":%d,"id":"c%d","type":"function","function":\
        {"name":"cancel","arguments":%s}}]},"finish_reason":null}]}

        """
        .formatted(index, index, Wires.JSON.valueToTree(arguments));
  }

  /** A store that fails from some call on. */
  static final class Failing implements ChatMemoryStore {
    private final ChatMemoryStore store = new InMemoryChatMemoryStore();
    private final int updates;
    private int updated;

    Failing(int updates) {
      this.updates = updates;
    }

    @Override
    public List<ChatMessage> getMessages(Object id) {
      return store.getMessages(id);
    }

    @Override
    public synchronized void updateMessages(Object id, List<ChatMessage> messages) {
      if (updated++ >= updates) {
        throw new IllegalStateException("the memory is full");
      }
      store.updateMessages(id, messages);
    }

    @Override
    public void deleteMessages(Object id) {
      store.deleteMessages(id);
    }
  }

  @ParameterizedTest(name = "after {0} updates")
  @ValueSource(ints = {0, 1, 2, 3})
  @DisplayName("a memory that throws is no failure of a vendor's: nobody is asked again")
  void memoryThrows(int updates) throws Exception {
    first.callsTool("cancel", SEVEN).times(2);

    assertThatThrownBy(() -> assistant(new Failing(updates)).ask("Cancel 7"))
        .hasStackTraceContaining("the memory is full");
    int asked = first.requests().size();
    int ran = orders.cancelled.get();
    assertThat(asked).isLessThanOrEqualTo(2);
    assertThat(ran).isLessThanOrEqualTo(1);
    assertThat(other.requests()).isEmpty();
  }

  @ParameterizedTest(name = "after {0} updates")
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("the same, streamed: the application is told once")
  void memoryThrowsInAStream(int updates) throws Exception {
    first.callsTool("cancel", SEVEN).once();

    Streamed streamed = Streamed.of(assistant(new Failing(updates)), "Cancel 7");

    assertThat(streamed.ends).containsExactly("ERROR");
    assertThat(streamed.errors.get(0)).hasStackTraceContaining("the memory is full");
    assertThat(first.requests()).hasSizeLessThanOrEqualTo(2);
    assertThat(orders.cancelled).hasValueLessThanOrEqualTo(1);
    assertThat(other.requests()).isEmpty();
  }

  private Assistant assistant(ChatMemoryStore store) {
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(first.baseUrl(), other.baseUrl()).build());
    return Assistant.with(models.chatModel(), models.streamingChatModel(), memory(store), orders);
  }

  private static ChatMemory memory(ChatMemoryStore store) {
    return MessageWindowChatMemory.builder()
        .id("ticket-4711")
        .maxMessages(20)
        .chatMemoryStore(store)
        .build();
  }
}
