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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a model is asked with after a turn that failed. */
class MemoryTest {
  private LocalVendor vendor = LocalVendor.answering(wire -> Wires.answer(wire, "Friday."));
  private final Journal journal = new MemoryJournal();

  @AfterEach
  void close() {
    vendor.close();
    journal.close();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("a clean end", script(LocalVendor.Wire::streamEnd)),
        Arguments.of("a cut", script(LocalVendor.Wire::cut)),
        Arguments.of(
            "an error in the stream",
            script(
                wire -> {
                  wire.event("{\"error\":{\"message\":\"lost\"}}");
                  wire.streamEnd();
                })),
        Arguments.of("a 503", (LocalVendor.Script) wire -> wire.json(503, "{}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  @DisplayName("after two streamed turns that failed the next one is asked with a whole history")
  void streamed(String name, LocalVendor.Script failing) throws Exception {
    vendor = LocalVendor.answering(afterTwo(failing));
    ChatMemory memory = memory(JournalChatMemoryStore.on(journal));
    Assistant assistant = assistant(memory);

    assertThat(Streamed.of(assistant, "q0", vendor::pieceSeen).ends).containsExactly("ERROR");
    assertThat(Streamed.of(assistant, "q1", vendor::pieceSeen).ends).containsExactly("ERROR");
    assertThat(Streamed.of(assistant, "q2").ends).containsExactly("COMPLETE Friday.");

    assertThat(askedLast()).containsExactly("user:q2");
    assertThat(types(memory)).containsExactly(ChatMessageType.USER, ChatMessageType.AI);
  }

  @Test
  @DisplayName("LangChain4j alone remembers half an answer as a whole one")
  void before() throws Exception {
    vendor = LocalVendor.answering(afterTwo(script(LocalVendor.Wire::streamEnd)));
    ChatMemory memory = memory(new InMemoryChatMemoryStore());
    Assistant assistant = Assistant.with(Ladder.whole(vendor), Ladder.streaming(vendor), memory);

    Streamed.of(assistant, "q0", vendor::pieceSeen);
    Streamed.of(assistant, "q1", vendor::pieceSeen);
    Streamed.of(assistant, "q2");

    assertThat(askedLast())
        .containsExactly("user:q0", "assistant:A B ", "user:q1", "assistant:A B ", "user:q2");
  }

  @Test
  @DisplayName("after two whole turns that failed the next one is asked with a whole history")
  void whole() {
    vendor = LocalVendor.answering(afterTwo(wire -> wire.json(503, "{}")));
    ChatMemory memory = memory(JournalChatMemoryStore.on(journal));
    Assistant assistant = assistant(memory);

    assertThatThrownBy(() -> assistant.ask("q0")).isInstanceOf(LangChain4jException.class);
    assertThatThrownBy(() -> assistant.ask("q1")).isInstanceOf(LangChain4jException.class);

    assertThat(assistant.ask("q2")).isEqualTo("Friday.");
    assertThat(askedLast()).containsExactly("user:q2");
  }

  @Test
  @DisplayName("what a tool said is kept when the answer after it failed")
  void toolsAreKept() throws Exception {
    vendor =
        LocalVendor.answering(
            wire -> {
              if (wire.number() == 1) {
                Wires.callTool(wire, "cancel", "{\"arg0\":7,\"number\":7}");
              } else if (wire.number() == 2) {
                wire.json(503, "{}");
              } else {
                Wires.answer(wire, "It was cancelled.");
              }
            });
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
            Ladder.over(vendor)
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

  private static LocalVendor.Script afterTwo(LocalVendor.Script failing) {
    return wire -> {
      if (wire.number() <= 2) {
        failing.answer(wire);
      } else {
        Wires.answer(wire, "Friday.");
      }
    };
  }

  /** Two pieces that were seen, and then the break. */
  private static LocalVendor.Script script(LocalVendor.Script breaking) {
    return wire -> {
      Wires.begin(wire, List.of("A ", "B "));
      wire.awaitSeen(2);
      breaking.answer(wire);
    };
  }

  private List<String> askedLast() {
    return Wires.asked(vendor.bodies().get(vendor.requests() - 1));
  }

  private static List<ChatMessageType> types(ChatMemory memory) {
    return memory.messages().stream().map(ChatMessage::type).toList();
  }
}
