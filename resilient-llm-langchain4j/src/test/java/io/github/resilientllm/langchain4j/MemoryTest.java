package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.langchain4j.Assistant.Streamed;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.test.Script;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a model is asked with after a turn that failed. */
class MemoryTest {
  private final Vendor vendor = Vendor.start("vendor").says("A B Friday.");
  private final Semaphore shown = new Semaphore(0);
  private final Journal journal = new MemoryJournal();

  @AfterEach
  void close() {
    vendor.close();
    journal.close();
  }

  /** How a turn fails. */
  interface Failure extends BiFunction<Vendor, Runnable, Script> {}

  static Stream<Arguments> failures() {
    return Stream.of(
        failure("a clean end", (vendor, shown) -> begun(vendor, shown).thenEndsUnfinished()),
        failure("a cut", (vendor, shown) -> begun(vendor, shown).thenCuts()),
        failure(
            "an error in the stream",
            (vendor, shown) -> begun(vendor, shown).thenFails(500, "server_error")),
        failure("a 503", (vendor, shown) -> vendor.is(Trouble.DOWN)));
  }

  private static Arguments failure(String name, Failure failure) {
    return Arguments.of(name, failure);
  }

  /** Two pieces that were shown, before the break. */
  private static Script begun(Vendor vendor, Runnable shown) {
    return vendor.streams(2).thenAwaits(shown);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  @DisplayName("after two streamed turns that failed the next one is asked with a whole history")
  void streamed(String name, Failure failing) throws Exception {
    failing.apply(vendor, this::awaitShown).times(2);
    ChatMemory memory = memory(JournalChatMemoryStore.on(journal));
    Assistant assistant = assistant(memory);

    assertThat(Streamed.of(assistant, "q0", shown::release).ends).containsExactly("ERROR");
    assertThat(Streamed.of(assistant, "q1", shown::release).ends).containsExactly("ERROR");
    assertThat(Streamed.of(assistant, "q2").ends).containsExactly("COMPLETE A B Friday.");

    assertThat(askedLast()).containsExactly("user:q2");
    assertThat(types(memory)).containsExactly(ChatMessageType.USER, ChatMessageType.AI);
  }

  @Test
  @DisplayName("LangChain4j alone remembers half an answer as a whole one")
  void before() throws Exception {
    begun(vendor, this::awaitShown).thenEndsUnfinished().times(2);
    ChatMemory memory = memory(new InMemoryChatMemoryStore());
    Assistant assistant =
        Assistant.with(Ladder.whole(vendor.baseUrl()), Ladder.streaming(vendor.baseUrl()), memory);

    Streamed.of(assistant, "q0", shown::release);
    Streamed.of(assistant, "q1", shown::release);
    Streamed.of(assistant, "q2");

    assertThat(askedLast())
        .containsExactly("user:q0", "assistant:A B", "user:q1", "assistant:A B", "user:q2");
  }

  @Test
  @DisplayName("after two whole turns that failed the next one is asked with a whole history")
  void whole() {
    vendor.is(Trouble.DOWN).times(2);
    ChatMemory memory = memory(JournalChatMemoryStore.on(journal));
    Assistant assistant = assistant(memory);

    assertThatThrownBy(() -> assistant.ask("q0")).isInstanceOf(LangChain4jException.class);
    assertThatThrownBy(() -> assistant.ask("q1")).isInstanceOf(LangChain4jException.class);

    assertThat(assistant.ask("q2")).isEqualTo("A B Friday.");
    assertThat(askedLast()).containsExactly("user:q2");
  }

  @Test
  @DisplayName("what a tool said is kept when the answer after it failed")
  void toolsAreKept() throws Exception {
    vendor.says("It was cancelled.");
    vendor.callsTool("cancel", "{\"arg0\":7,\"number\":7}").once();
    vendor.is(Trouble.DOWN).once();
    ChatMemory memory = memory(JournalChatMemoryStore.on(journal));
    Assistant assistant = assistant(memory, new Orders());

    assertThatThrownBy(() -> assistant.ask("Cancel 7")).isInstanceOf(LangChain4jException.class);
    assertThat(assistant.ask("Was it cancelled?")).isEqualTo("It was cancelled.");

    assertThat(askedLast())
        .containsExactly(
            "user:Cancel 7", "assistant:", "tool:order 7 is cancelled", "user:Was it cancelled?");
  }

  /** An application's tool. */
  static final class Orders {
    @Tool("Cancels an order")
    String cancel(int number) {
      return "order " + number + " is cancelled";
    }
  }

  private Assistant assistant(ChatMemory memory, Object... tools) {
    LangChain4jModels models =
        LangChain4jModels.over(
            Ladder.over(vendor.baseUrl())
                .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
                .build());
    return Assistant.with(models.chatModel(), models.streamingChatModel(), memory, tools);
  }

  private static ChatMemory memory(dev.langchain4j.store.memory.chat.ChatMemoryStore store) {
    return MessageWindowChatMemory.builder()
        .id("ticket-4711")
        .maxMessages(20)
        .chatMemoryStore(store)
        .build();
  }

  private void awaitShown() {
    try {
      assertThat(shown.tryAcquire(2, 20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> askedLast() {
    return Wires.asked(vendor.requests().get(vendor.requests().size() - 1).question().body());
  }

  private static List<ChatMessageType> types(ChatMemory memory) {
    return memory.messages().stream().map(ChatMessage::type).toList();
  }
}
