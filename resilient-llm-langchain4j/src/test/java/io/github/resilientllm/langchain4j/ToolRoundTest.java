package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import io.github.resilientllm.langchain4j.Assistant.Streamed;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A vendor that dies when it is to say what a tool's result means, and memories that throw. */
class ToolRoundTest {
  private final Vendor first = Vendor.start("first");
  private final Vendor other = Vendor.start("other").says("Order 7 is cancelled.");
  private final Orders orders = new Orders();

  @AfterEach
  void close() {
    first.close();
    other.close();
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
    first.callsTool("cancel", "{\"arg0\":7,\"number\":7}").once();
    death.accept(first);

    assertThat(assistant(new InMemoryChatMemoryStore()).ask("Cancel 7"))
        .isEqualTo("Order 7 is cancelled.");

    theOtherWentOn();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deaths")
  @DisplayName("the same, streamed")
  void streamed(String name, Death death) throws Exception {
    first.callsTool("cancel", "{\"arg0\":7,\"number\":7}").once();
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
    first.callsTool("cancel", "{\"arg0\":7,\"number\":7}").times(2);

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
    first.callsTool("cancel", "{\"arg0\":7,\"number\":7}").once();

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
    return Assistant.with(
        models.chatModel(),
        models.streamingChatModel(),
        MessageWindowChatMemory.builder()
            .id("ticket-4711")
            .maxMessages(20)
            .chatMemoryStore(store)
            .build(),
        orders);
  }
}
