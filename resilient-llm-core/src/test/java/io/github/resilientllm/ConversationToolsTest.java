package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.calls;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tool calls and their results are turns like others: kept, resumed, and never asked for twice. */
class ConversationToolsTest {
  private static final ToolCall PRICE = new ToolCall("1", "price", "{}");
  private static final ToolCall STOCK = new ToolCall("2", "stock", "{}");

  private final VirtualTime time = new VirtualTime();
  private final MemoryJournal journal = new MemoryJournal();
  private final List<String> ran = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Face.class)
  void theResultsOfToolsAreSaidLikeAQuestion(Face face) throws Exception {
    ScriptedProvider vendor = vendor(calls(PRICE, STOCK), answer("ten euros, two left"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          assertThat(Talk.say(face, chat, "How much?", time).response().toolCalls())
              .containsExactly(PRICE, STOCK);
          assertThat(chat.state()).isEqualTo(ConversationState.TOOL_PENDING);
          assertThat(chat.unanswered().orElseThrow().pendingTools()).containsExactly(PRICE, STOCK);
          Message results = Message.tool(ToolResult.of("2", "two"), ToolResult.of("1", "ten"));
          assertThat(Talk.say(face, chat, results, time).text()).isEqualTo("ten euros, two left");
        });
    List<Message> sent = vendor.requests().get(1).messages();
    assertThat(sent).hasSize(3);
    assertThat(sent.get(1).toolCalls()).containsExactly(PRICE, STOCK);
    assertThat(sent.get(2)) // in the order of the calls
        .isEqualTo(Message.tool(ToolResult.of("1", "ten"), ToolResult.of("2", "two")));
    assertThat(chat.history()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aConversationRunsItsToolsUntilTheModelCallsNoMore(Face face) throws Exception {
    ScriptedProvider vendor = vendor(calls(PRICE), calls(STOCK), answer("done"));
    Conversation chat = client(vendor).conversation("c").runningTools(this::run);
    time.run(() -> assertThat(Talk.say(face, chat, "How much?", time).text()).isEqualTo("done"));
    assertThat(ran).containsExactly("price", "stock");
    assertThat(vendor.requests().get(2).messages())
        .extracting(message -> message.role().name())
        .containsExactly("USER", "ASSISTANT", "TOOL", "ASSISTANT", "TOOL");
    assertThat(chat.state()).isEqualTo(ConversationState.IDLE);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aResultThatIsKeptIsNeverAskedForAgain(Face face) throws Exception {
    ScriptedProvider vendor =
        vendor(calls(PRICE, STOCK), fail(ErrorKind.INVALID_REQUEST), answer("done"));
    time.run(
        () -> {
          Conversation chat = client(vendor).conversation("c");
          chat.say("How much?");
          chat.keep(ToolResult.of("1", "ten"));
          Conversation later = client(vendor).conversation("c").runningTools(this::run);
          assertThat(later.unanswered().orElseThrow().pendingTools()).containsExactly(STOCK);
          assertThat(Talk.resume(face, later, Conversation.Resume.ASK_AGAIN, time).error().kind())
              .isEqualTo(ErrorKind.INVALID_REQUEST);
          assertThat(later.state()).isEqualTo(ConversationState.QUESTION_PENDING);
          Talk.resume(face, later, Conversation.Resume.ASK_AGAIN, time);
        });
    assertThat(ran).containsExactly("stock");
    assertThat(vendor.requests().get(2).messages())
        .last()
        .isEqualTo(Message.tool(ToolResult.of("1", "ten"), ToolResult.of("2", "ran stock")));
  }

  @Test
  void aToolThatThrowsLeavesTheTurnOpen() throws Exception {
    Conversation chat =
        client(vendor(calls(PRICE, STOCK)))
            .conversation("c")
            .runningTools(
                call -> {
                  if (call.name().equals("stock")) {
                    throw new IllegalStateException("no warehouse");
                  }
                  return run(call);
                });
    time.run(
        () ->
            assertThatThrownBy(() -> chat.say("How much?"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no warehouse"));
    assertThat(chat.unanswered().orElseThrow().pendingTools()).containsExactly(STOCK);
  }

  @Test
  void aTurnWhoseToolsAreNotDoneIsNotShownWhenSomethingElseIsAsked() throws Exception {
    ScriptedProvider vendor = vendor(calls(PRICE, STOCK), answer("hello"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          chat.say("How much?");
          chat.keep(ToolResult.of("1", "ten"));
          chat.say("Hello?");
        });
    assertThat(vendor.requests().get(1).messages()).containsExactly(Message.user("Hello?"));
  }

  @Test
  void halfAToolCallIsNotSentToAnyVendor() throws Exception {
    ScriptedProvider vendor =
        vendor(
            script()
                .says("Let me look.")
                .piece(new ChatEvent.ToolCallDelta(0, "1", "price", "{\"ite"))
                .done(Completion.of(FinishReason.LENGTH, Usage.unknown())),
            answer("hello"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          chat.say("How much?");
          assertThat(chat.state()).isEqualTo(ConversationState.IDLE);
          chat.say("Hello?");
        });
    assertThat(vendor.requests().get(1).messages().get(1))
        .isEqualTo(Message.assistant("Let me look."));
  }

  @Test
  void aModelThatCallsToolsForEverIsStopped() throws Exception {
    ScriptedProvider vendor = vendor(calls(PRICE));
    Conversation chat = client(vendor).conversation("c").runningTools(this::run);
    time.run(
        () ->
            assertThatThrownBy(() -> chat.say("How much?"))
                .isInstanceOfSatisfying(
                    LlmException.class,
                    e -> assertThat(e.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED))
                .hasMessageContaining("16 times in a row")
                .hasMessageContaining("Conversations.withMaxToolRounds"));
    assertThat(vendor.attempts()).isEqualTo(16);
    assertThat(chat.state()).isEqualTo(ConversationState.TOOL_PENDING);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void howOftenItMayCallThemIsASetting(Face face) throws Exception {
    ScriptedProvider vendor = vendor(calls(PRICE));
    Conversation chat =
        VirtualClient.with(time, vendor)
            .journal(new MemoryJournal())
            .conversations(Conversations.standard().withMaxToolRounds(3))
            .build()
            .conversation("c")
            .runningTools(call -> call.result("ten euros"));
    time.run(
        () ->
            assertThat(Talk.say(face, chat, "How much?", time).error())
                .hasMessageContaining("3 times in a row"));
    assertThat(vendor.attempts()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Conversations.standard().withMaxToolRounds(0))
        .withMessageContaining("maxToolRounds is 1 to 1000, not 0");
  }

  @Test
  void aCallMakesItsOwnResult() {
    assertThat(PRICE.result("ten")).isEqualTo(ToolResult.of(PRICE.id(), "ten"));
    assertThat(PRICE.failure("sold out")).isEqualTo(ToolResult.failure(PRICE.id(), "sold out"));
  }

  @Test
  void aResultBelongsToACallThatWaitsForIt() throws Exception {
    Conversation chat = client(vendor(calls(PRICE, STOCK))).conversation("c");
    time.run(
        () -> {
          chat.say("How much?");
          assertThatThrownBy(() -> chat.keep(ToolResult.of("7", "seven")))
              .hasMessage("No tool call waits for the result 7");
          assertThatThrownBy(() -> chat.say(Message.tool(ToolResult.of("7", "seven"))))
              .hasMessage("No tool call waits for the result 7; those that do: [price, stock]");
          assertThatThrownBy(() -> chat.say(Message.tool(ToolResult.of("1", "ten"))))
              .hasMessage("Results are still missing of the tools [stock]; those given are kept");
          assertThatThrownBy(chat::resume)
              .hasMessage("Results are missing of the tools [stock]; say(Message.tool(...)) them");
          assertThat(chat.unanswered().orElseThrow().failure()).isEmpty();
        });
  }

  @Test
  void aToolMustAnswerItsOwnCall() throws Exception {
    Conversation chat =
        client(vendor(calls(PRICE)))
            .conversation("c")
            .runningTools(call -> ToolResult.of("another", "x"));
    time.run(
        () ->
            assertThatThrownBy(() -> chat.say("How much?"))
                .hasMessageContaining("ToolResult.of(call.id(), ...)"));
  }

  @Test
  void cancellingWhileAToolRunsEndsTheTurnAfterIt() throws Exception {
    ScriptedProvider vendor = vendor(calls(PRICE), answer("done"));
    time.run(
        () -> {
          io.github.resilientllm.chat.ChatStream[] stream = {null};
          Conversation chat =
              client(vendor)
                  .conversation("c")
                  .runningTools(
                      call -> {
                        stream[0].close();
                        return run(call);
                      });
          stream[0] = chat.stream("How much?");
          assertThatThrownBy(() -> stream[0].response())
              .isInstanceOfSatisfying(
                  LlmException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
          assertThat(chat.state()).isEqualTo(ConversationState.QUESTION_PENDING);
          assertThat(client(vendor).conversation("c").resume().text()).isEqualTo("done");
        });
    assertThat(ran).containsExactly("price");
  }

  private ToolResult run(ToolCall call) {
    ran.add(call.name());
    return ToolResult.of(call.id(), "ran " + call.name());
  }

  private ScriptedProvider vendor(Script... scripts) {
    return ScriptedProvider.of("v", time, scripts);
  }

  private ResilientLlm client(ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor).journal(journal).build();
  }
}
