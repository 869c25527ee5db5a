package io.github.resilientllm.spring.service;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.spring.ConversationId;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.LlmTool;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Methods that a model may call while it answers. */
class ToolsTest {

  record Parcel(String number, LocalDate due) {}

  static class Parcels {
    final List<String> asked = new ArrayList<>();

    @LlmTool("Says where a parcel is")
    String where(String number, @Nullable Integer days) {
      asked.add(number + " " + days);
      return "in Berlin";
    }

    @LlmTool(value = "Finds a parcel", name = "find")
    Parcel parcel(Parcel like) {
      throw new IllegalStateException("hush: " + like);
    }
  }

  @LlmService(tools = Parcels.class)
  interface Desk {
    String answer(String question);

    CompletableFuture<String> later(String question);

    String inTicket(@ConversationId String ticket, String question);

    default String greeting() {
      return "Hello";
    }
  }

  @LlmService(tools = Parcels.class)
  interface StreamingDesk {
    ChatStream tell(@ConversationId String ticket, String question);
  }

  @LlmService(tools = Parcels.class)
  interface StreamWithoutConversation {
    ChatStream tell(String question);
  }

  @LlmService(tools = String.class)
  interface NoTools {
    String answer(String question);
  }

  static class Odd {
    @LlmTool("Takes what no schema says")
    String odd(Thread thread) {
      return "";
    }
  }

  @LlmService(tools = Odd.class)
  interface OddTools {
    String answer(String question);
  }

  private static ToolCall where(String arguments) {
    return new ToolCall("c1", "where", arguments);
  }

  private static List<String> results(Trial trial) {
    List<String> results = new ArrayList<>();
    for (Message message : trial.asked().messages()) {
      for (Part part : message.parts()) {
        if (part instanceof ToolResult result) {
          results.add((result.failed() ? "failed: " : "") + result.text());
        }
      }
    }
    return results;
  }

  @Test
  void areCalledAndTheAnswerIsTheOneThatCallsNoMore() {
    try (Trial trial =
        Trial.of(
            Desk.class,
            Trial.vendor(
                calls(where("{\"number\":\"17\",\"days\":2,\"more\":[{}]}")), answer("In Berlin.")),
            Parcels.class)) {
      assertThat(trial.bean(Desk.class).answer("Where is 17?")).isEqualTo("In Berlin.");
      assertThat(trial.bean(Parcels.class).asked).containsExactly("17 2");
      assertThat(results(trial)).containsExactly("in Berlin");
      assertThat(trial.asked().messages())
          .extracting(Message::role)
          .containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);
    }
  }

  @Test
  void areToldWithTheirSchemas() {
    try (Trial trial = Trial.of(Desk.class, "x")) {
      String unused = trial.bean(Desk.class).answer("Why?");
      assertThat(trial.asked().tools())
          .extracting(Tool::name)
          .containsExactlyInAnyOrder("where", "find");
      Tool where =
          trial.asked().tools().stream().filter(t -> t.name().equals("where")).findAny().get();
      assertThat(where.description()).isEqualTo("Says where a parcel is");
      assertThat(where.parameters())
          .isEqualTo(
              "{\"type\":\"object\",\"properties\":{\"number\":{\"type\":\"string\"},"
                  + "\"days\":{\"type\":[\"integer\",\"null\"]}},"
                  + "\"required\":[\"number\",\"days\"],\"additionalProperties\":false}");
    }
  }

  @Test
  void whatFailsIsToldWithoutItsWords() {
    try (Trial trial =
        Trial.of(
            Desk.class,
            Trial.vendor(
                calls(
                    new ToolCall(
                        "a", "find", "{\"like\":{\"number\":\"1\",\"due\":\"2026-12-01\"}}"),
                    new ToolCall("b", "where", "{\"days\":1}"),
                    new ToolCall("c", "where", "[]"),
                    new ToolCall("d", "steal", "{}")),
                answer("Sorry.")),
            Parcels.class)) {
      assertThat(trial.bean(Desk.class).answer("Find it")).isEqualTo("Sorry.");
      assertThat(results(trial))
          .containsExactly(
              "failed: IllegalStateException",
              "failed: The arguments are not as the schema of where wants them",
              "failed: The arguments are not as the schema of where wants them",
              "failed: There is no such tool; there are [find, where]");
      assertThat(trial.bean(Parcels.class).asked).isEmpty();
    }
  }

  @Test
  void areCalledForAFutureToo() {
    try (Trial trial =
        Trial.of(
            Desk.class,
            Trial.vendor(calls(where("{\"number\":\"17\"}")), answer("In Berlin.")),
            Parcels.class)) {
      assertThat(trial.bean(Desk.class).later("Where is 17?").join()).isEqualTo("In Berlin.");
      assertThat(trial.bean(Parcels.class).asked).containsExactly("17 null");
    }
  }

  @Test
  void areCalledInAConversationAndWhileItStreams() {
    try (Trial trial =
        Trial.of(
            Desk.class,
            Trial.vendor(calls(where("{\"number\":\"17\"}")), answer("In Berlin.")),
            Parcels.class)) {
      assertThat(trial.bean(Desk.class).inTicket("t-1", "Where is 17?")).isEqualTo("In Berlin.");
      assertThat(trial.bean(Parcels.class).asked).containsExactly("17 null");
    }
    try (Trial trial =
            Trial.of(
                StreamingDesk.class,
                Trial.vendor(calls(where("{\"number\":\"17\"}")), answer("In Berlin.")));
        ChatStream stream = trial.bean(StreamingDesk.class).tell("t-1", "Where is 17?")) {
      StringBuilder text = new StringBuilder();
      for (ChatEvent event : stream) {
        if (event instanceof ChatEvent.TextDelta delta) {
          text.append(delta.text());
        }
      }
      assertThat(text).hasToString("In Berlin.");
    }
  }

  @Test
  void aModelThatCallsWithoutEndIsStopped() {
    try (Trial trial =
        Trial.of(Desk.class, Trial.vendor(calls(where("{\"number\":\"1\"}"))), Parcels.class)) {
      Desk desk = trial.bean(Desk.class);
      LlmException failure = catchThrowableOfType(LlmException.class, () -> desk.answer("Why?"));
      assertThat(failure.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
      assertThat(trial.vendor().attempts()).isEqualTo(17);
    }
  }

  @Test
  void whatIsWrongWithThemStopsTheStart() {
    assertThat(Trial.failure(StreamWithoutConversation.class))
        .contains("It returns a stream, and its tools run", "Add a @ConversationId");
    assertThat(Trial.failure(NoTools.class))
        .contains("Its tools java.lang.String have no method", "@LlmTool(\"what it does\")");
    assertThat(Trial.failure(OddTools.class))
        .contains("its tool Odd.odd", "\"thread\" is a java.lang.Thread");
  }
}
