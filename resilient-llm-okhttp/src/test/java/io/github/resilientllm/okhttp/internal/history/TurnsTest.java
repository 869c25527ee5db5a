package io.github.resilientllm.okhttp.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.history.Turns.Turn;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Any history becomes turns that a strict vendor takes, and what is lost is told. */
class TurnsTest {
  private static final VendorData OWN = new VendorData("anthropic", "sig");
  private static final VendorData FOREIGN = new VendorData("gemini", "other");
  private static final Part.Image IMAGE = Part.Image.of(URI.create("https://example.com/a.png"));

  private static Turns turns(Message... messages) {
    return Turns.of(ChatRequest.of(List.of(messages)), "anthropic", ToolIds.Form.WORD);
  }

  private static Turn user(Part... parts) {
    return new Turn(false, List.of(parts));
  }

  private static Turn model(Part... parts) {
    return new Turn(true, List.of(parts));
  }

  private static Part.Text text(String text) {
    return new Part.Text(text);
  }

  private static ToolCall call(String id) {
    return new ToolCall(id, "tool_" + id, "{\"a\":1}");
  }

  @Test
  void instructionsBeforeTheConversationAreApartAndLaterOnesAreMarkedUserText() {
    Turns turns =
        turns(
            Message.system("A"),
            Message.system(" "),
            Message.system("B"),
            Message.user("Hi"),
            Message.assistant("Hello"),
            Message.system("C"));
    assertThat(turns.system()).containsExactly("A", "B");
    assertThat(turns.turns())
        .containsExactly(
            user(text("Hi")), model(text("Hello")), user(text("<system>\nC\n</system>")));
    assertThat(turns.leftOut()).isEmpty();
  }

  @Test
  void messagesOfOneSideBecomeOneTurn() {
    assertThat(
            turns(
                    Message.user("a"),
                    Message.user(text("b"), IMAGE),
                    Message.assistant("c"),
                    Message.assistant("d"),
                    Message.user("e"))
                .turns())
        .containsExactly(
            user(text("a"), text("b"), IMAGE), model(text("c"), text("d")), user(text("e")));
  }

  @Test
  void blankTextIsDroppedAndWhatItPartedIsJoined() {
    assertThat(
            turns(Message.user("a"), Message.assistant(" \n"), Message.user(text(""), text("b")))
                .turns())
        .containsExactly(user(text("a"), text("b")));
  }

  @Test
  void theUserSpeaksFirstAndAtLeastOnce() {
    assertThat(turns(Message.assistant("a")).turns())
        .containsExactly(user(text("(The conversation begins.)")), model(text("a")));
    Turns instructionsOnly = turns(Message.system("Write a poem."));
    assertThat(instructionsOnly.system()).containsExactly("Write a poem.");
    assertThat(instructionsOnly.turns()).containsExactly(user(text("Go ahead.")));
    assertThat(turns(Message.user("")).turns()).containsExactly(user(text("Go ahead.")));
  }

  @Test
  void resultsComeFirstAndInTheOrderOfTheirCalls() {
    Turns turns =
        turns(
            Message.user("q"),
            Message.assistant(List.of(text("Let me see."), call("1"), call("2"))),
            Message.user("Hurry!"),
            Message.tool(ToolResult.of("2", "two")),
            Message.tool(ToolResult.failure("1", "no")));
    assertThat(turns.turns().get(1)).isEqualTo(model(text("Let me see."), call("1"), call("2")));
    assertThat(turns.turns().get(2))
        .isEqualTo(user(ToolResult.failure("1", "no"), ToolResult.of("2", "two"), text("Hurry!")));
    assertThat(turns.toolName("2")).isEqualTo("tool_2");
    assertThat(turns.toolNames()).containsExactlyInAnyOrder("tool_1", "tool_2");
    assertThat(turns.leftOut()).isEmpty();
  }

  @Test
  void aCallWithoutItsResultIsRemoved() {
    Turns last = turns(Message.user("q"), Message.assistant(List.of(call("1"))));
    assertThat(last.turns()).containsExactly(user(text("q")));
    assertThat(last.leftOut()).containsExactly("a tool call without a result");

    Turns one =
        turns(
            Message.user("q"),
            Message.assistant(List.of(call("1"), call("2"))),
            Message.tool(ToolResult.of("2", "two")));
    assertThat(one.turns())
        .containsExactly(user(text("q")), model(call("2")), user(ToolResult.of("2", "two")));
    assertThat(one.leftOut()).containsExactly("a tool call without a result");
    assertThat(one.toolNames()).containsExactly("tool_2");
  }

  @Test
  void aResultThatAnswersNoCallOfTheTurnBeforeIsRemoved() {
    Turns turns =
        turns(
            Message.user("q"),
            Message.assistant(List.of(call("1"))),
            Message.tool(ToolResult.of("1", "one"), ToolResult.of("1", "again")),
            Message.assistant("ok"),
            Message.tool(ToolResult.of("1", "late")),
            Message.user("and?"));
    assertThat(turns.turns())
        .containsExactly(
            user(text("q")),
            model(call("1")),
            user(ToolResult.of("1", "one")),
            model(text("ok")),
            user(text("and?")));
    assertThat(turns.leftOut()).containsExactly("a tool result without its call");
    assertThat(turns(Message.tool(ToolResult.of("1", "x"))).turns())
        .containsExactly(user(text("Go ahead.")));
  }

  @Test
  void onlyTheVendorsOwnReasoningIsKept() {
    Turns turns =
        turns(
            Message.user("q"),
            Message.assistant(
                List.of(
                    new Part.Reasoning("own "),
                    new Part.Reasoning("thought", OWN),
                    new Part.Reasoning("foreign "),
                    new Part.Reasoning("thought", FOREIGN),
                    new Part.Reasoning("unsigned"),
                    text("a"))),
            Message.assistant(List.of(new Part.Reasoning("", OWN), text("b"))));
    assertThat(turns.turns().get(1))
        .isEqualTo(
            model(
                new Part.Reasoning("own thought", OWN),
                text("a"),
                new Part.Reasoning("", OWN),
                text("b")));
    assertThat(turns.leftOut())
        .containsExactly("reasoning of another vendor", "reasoning without a signature");
  }

  @Test
  void reasoningNeverEndsATurn() {
    Turns turns =
        turns(
            Message.user("q"),
            Message.assistant(List.of(new Part.Reasoning("t", OWN), call("1"))),
            Message.user("well?"));
    assertThat(turns.turns()).containsExactly(user(text("q"), text("well?")));
    assertThat(turns.leftOut())
        .containsExactly("a tool call without a result", "reasoning that led to nothing");
  }

  @Test
  void whatAnotherVendorPutOnACallIsRemoved() {
    ToolCall own = new ToolCall("1", "f", "{}", OWN);
    Turns turns =
        turns(
            Message.user("q"),
            Message.assistant(List.of(own, new ToolCall("2", "f", "{}", FOREIGN))),
            Message.tool(ToolResult.of("1", "a"), ToolResult.of("2", "b")));
    assertThat(turns.turns().get(1)).isEqualTo(model(own, new ToolCall("2", "f", "{}")));
    assertThat(turns.leftOut()).containsExactly("reasoning of another vendor");
  }

  @Test
  void argumentsThatAreNoObjectAreSentAsNoneWithAFailure() {
    Turns turns =
        turns(
            Message.user("q"),
            Message.assistant(
                List.of(new ToolCall("1", "f", "{\"city\": \"Par"), new ToolCall("2", "f", ""))),
            Message.tool(ToolResult.of("1", "ignored"), ToolResult.of("2", " ")));
    assertThat(turns.turns().get(1))
        .isEqualTo(model(new ToolCall("1", "f", "{}"), new ToolCall("2", "f", "{}")));
    Part explanation = text("The arguments of this tool call were not a JSON object.");
    assertThat(turns.turns().get(2))
        .isEqualTo(
            user(
                new ToolResult("1", List.of(explanation, text("ignored")), true),
                new ToolResult("2", List.of(), false)));
    assertThat(turns.leftOut()).containsExactly("arguments that are no JSON object");
  }

  @Test
  void idsAreLegalUniqueAndTheSameInEachRequest() {
    Message[] round = {
      Message.user("q"),
      Message.assistant(List.of(call("a b"), call("x"), call("x"))),
      Message.tool(ToolResult.of("x", "1"), ToolResult.of("x", "2"), ToolResult.of("a b", "3"))
    };
    List<Turn> turns = turns(round).turns();
    List<String> ids =
        turns.get(1).parts().stream().map(ToolCall.class::cast).map(ToolCall::id).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(ToolIds.Form.WORD::takes);
    assertThat(ids.get(1)).isEqualTo("x");
    assertThat(turns.get(2))
        .isEqualTo(
            user(
                ToolResult.of(ids.get(0), "3"),
                ToolResult.of("x", "1"),
                ToolResult.of(ids.get(2), "2")));

    Message[] more = {
      round[0],
      round[1],
      round[2],
      Message.assistant(List.of(call("x"))),
      Message.tool(ToolResult.of("x", "4"))
    };
    List<Turn> longer = turns(more).turns();
    assertThat(longer.subList(0, 3)).isEqualTo(turns);
    String fourth = ((ToolCall) longer.get(3).parts().get(0)).id();
    assertThat(ids).doesNotContain(fourth);
    assertThat(longer.get(4)).isEqualTo(user(ToolResult.of(fourth, "4")));
  }

  @Test
  void everyFormTakesItsOwnIds() {
    Message[] round = {
      Message.user("q"),
      Message.assistant(List.of(call("i".repeat(65)))),
      Message.tool(ToolResult.of("i".repeat(65), "a"))
    };
    for (ToolIds.Form form : ToolIds.Form.values()) {
      Turns turns = Turns.of(ChatRequest.of(List.of(round)), "v", form);
      String id = ((ToolCall) turns.turns().get(1).parts().get(0)).id();
      assertThat(id).matches(form::takes, form.name());
      assertThat(id.length() == 65)
          .as("%s keeps what it takes", form)
          .isEqualTo(form == ToolIds.Form.ANY || form == ToolIds.Form.WORD);
    }
  }
}
