package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatEvent.Continued;
import io.github.resilientllm.chat.ChatEvent.Finished;
import io.github.resilientllm.chat.ChatEvent.NativeDelta;
import io.github.resilientllm.chat.ChatEvent.ReasoningDelta;
import io.github.resilientllm.chat.ChatEvent.Restarted;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.ChatEvent.ToolCallDelta;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Fallback.MidStream;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A framework's own request, pieces and response go through a call untouched, whatever happens. */
class NativeLaneTest {
  private static final String HALF = "Your parcel was packed on Monday morning, and it left ";

  private final VirtualTime time = new VirtualTime();
  private final Object asked = new Foreign("asked");
  private final ChatRequest request =
      ChatRequest.builder().user("Where is it?").nativeRequest(asked).build();

  /** An object that the engine can know nothing of, and that does not like to be looked at. */
  private static final class Foreign {
    private final String name;

    Foreign(String name) {
      this.name = name;
    }

    @Override
    public boolean equals(Object other) {
      throw new AssertionError(name + " was compared");
    }

    @Override
    public int hashCode() {
      throw new AssertionError(name + " was hashed");
    }

    @Override
    public String toString() {
      throw new AssertionError(name + " was shown");
    }
  }

  // What goes through

  @ParameterizedTest
  @EnumSource(Face.class)
  void theSameObjectsComeOutInTheSameOrder(Face face) throws Exception {
    Object role = new Foreign("role");
    Object first = new Foreign("first");
    Object second = new Foreign("second");
    Object end = new Foreign("end");
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            script()
                .piece(new NativeDelta(List.of(role, first), List.of(new TextDelta("On "))))
                .piece(new NativeDelta(List.of(second), List.of(new TextDelta("its way."))))
                .done(completion(end)));
    time.run(
        () -> {
          Face.End told = face.call(VirtualClient.with(time, vendor).build(), request, time);
          assertThat(told.text()).isEqualTo("On its way.");
          assertThat(told.response().nativeResponse().orElseThrow()).isSameAs(end);
          if (face == Face.STREAM) {
            assertSame(pieces(told), role, first, second);
            assertThat(told.events()).last().isInstanceOf(Finished.class);
          }
        });
    assertThat(vendor.requests().get(0).nativeRequest().orElseThrow()).isSameAs(asked);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whatThePiecesSayIsPutTogetherAsEver(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            script()
                .piece(
                    new NativeDelta(
                        List.of(new Object()),
                        List.of(new ReasoningDelta("Let me see."), new TextDelta("I look. "))))
                .piece(
                    new NativeDelta(
                        List.of(new Object()),
                        List.of(
                            new ToolCallDelta(0, "a", "find", "{\"x\""),
                            new ToolCallDelta(1, "b", "find", "{}"))))
                .piece(
                    new NativeDelta(
                        List.of(new Object()), List.of(new ToolCallDelta(0, "", "", ":1}"))))
                .done(Completion.of(FinishReason.TOOL_CALLS, Usage.of(3, 5))));
    time.run(
        () -> {
          ChatResponse response =
              face.call(VirtualClient.with(time, vendor).build(), request, time).response();
          assertThat(response.text()).isEqualTo("I look. ");
          assertThat(response.reasoning()).isEqualTo("Let me see.");
          assertThat(response.toolCalls())
              .extracting(call -> call.id() + call.name() + call.arguments())
              .containsExactly("afind{\"x\":1}", "bfind{}");
          assertThat(response.nativeResponse()).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTargetThatIsNotNativeStandsInTheSameLadder(Face face) throws Exception {
    ScriptedProvider foreign = ScriptedProvider.of("foreign", time, broken("Half a"));
    ScriptedProvider ours = ScriptedProvider.of("ours", time, answer("All of it."));
    time.run(
        () -> {
          Face.End told = face.call(client(MidStream.RESTART, foreign, ours), request, time);
          assertThat(told.text()).isEqualTo("All of it.");
          assertThat(told.response().nativeResponse()).isEmpty();
          if (face == Face.STREAM) {
            assertThat(told.events())
                .contains(
                    new Restarted("ours/m", ErrorKind.STREAM_TRUNCATED),
                    new TextDelta("All of it."));
          }
        });
    assertThat(ours.requests().get(0).messages()).isEqualTo(request.messages());
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whereTheEngineAsksForLessTheNativeRequestStaysAndTheWordsSayIt(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("x"));
    Target small =
        Target.of(vendor).withCapabilities(Capabilities.standard().withMaxOutputTokens(100));
    ResilientLlm llm = ResilientLlm.with(small).time(time).executor(time).build();
    time.run(() -> face.call(llm, request.toBuilder().maxOutputTokens(500).build(), time));
    assertThat(vendor.requests().get(0).maxOutputTokens()).hasValue(100);
    assertThat(vendor.requests().get(0).nativeRequest().orElseThrow()).isSameAs(asked);
  }

  // What goes wrong

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatBrokeOffIsRestartedWithThePiecesOfTheNextOne(Face face) throws Exception {
    Object lost = new Foreign("lost");
    Object whole = new Foreign("whole");
    Object end = new Foreign("end");
    ScriptedProvider first =
        ScriptedProvider.of(
            "first", time, script().piece(said(lost, "Half")).fails(ErrorKind.STREAM_TRUNCATED));
    ScriptedProvider next =
        ScriptedProvider.of(
            "next", time, script().piece(said(whole, "A whole one.")).done(completion(end)));
    time.run(
        () -> {
          Face.End told = face.call(client(MidStream.RESTART, first, next), request, time);
          assertThat(told.text()).isEqualTo("A whole one.");
          assertThat(told.response().nativeResponse().orElseThrow()).isSameAs(end);
          if (face == Face.STREAM) {
            assertSame(pieces(told), lost, whole);
            assertThat(told.events().get(1))
                .isEqualTo(new Restarted("next/m", ErrorKind.STREAM_TRUNCATED));
          }
        });
    assertThat(next.requests().get(0)).isSameAs(request);
  }

  @Test
  void anAnswerThatBreaksOffForGoodTellsWhatItsPiecesSaid() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, broken("Half an answer"));
    time.run(
        () -> {
          LlmException failure =
              Face.STREAM.call(client(MidStream.FAIL, vendor), request, time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
          assertThat(failure.partialText()).isEqualTo("Half an answer");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aContinuedAnswerIsAskedWithMoreMessagesThanTheNativeRequestHolds(Face face)
      throws Exception {
    Object half = new Foreign("half");
    Object rest = new Foreign("rest");
    ScriptedProvider first =
        ScriptedProvider.of(
            "first", time, script().piece(said(half, HALF)).fails(ErrorKind.NETWORK));
    ScriptedProvider next =
        ScriptedProvider.of(
            "next",
            time,
            script().piece(said(rest, "on Tuesday.")).done(completion(new Foreign("end"))));
    time.run(
        () -> {
          Face.End told = face.call(client(MidStream.CONTINUE, first, next), request, time);
          assertThat(told.text()).isEqualTo(HALF + "on Tuesday.");
          assertThat(told.response().seams()).containsExactly(HALF.length());
          assertThat(told.response().nativeResponse()).as("nobody gave the whole").isEmpty();
          if (face == Face.STREAM) {
            assertSame(pieces(told), half, rest);
            assertThat(told.events())
                .contains(new Continued("next/m", ErrorKind.NETWORK, HALF.length()));
          }
        });
    ChatRequest sent = next.requests().get(0);
    assertThat(sent.nativeRequest().orElseThrow()).isSameAs(asked);
    assertThat(sent.messages())
        .extracting(Message::role)
        .containsExactly(Role.USER, Role.ASSISTANT, Role.USER);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aContinuationThatStartsOverIsRestartedWithAllItsPieces(Face face) throws Exception {
    Object half = new Foreign("half");
    Object[] again = {new Foreign("one"), new Foreign("two"), new Foreign("three")};
    Object end = new Foreign("end");
    ScriptedProvider first =
        ScriptedProvider.of(
            "first", time, script().piece(said(half, HALF)).fails(ErrorKind.NETWORK));
    ScriptedProvider next =
        ScriptedProvider.of(
            "next",
            time,
            script()
                .piece(said(again[0], "Your parcel "))
                .piece(said(again[1], HALF.substring("Your parcel ".length())))
                .piece(said(again[2], "on Tuesday."))
                .done(completion(end)));
    time.run(
        () -> {
          Face.End told = face.call(client(MidStream.CONTINUE, first, next), request, time);
          assertThat(told.text()).isEqualTo(HALF + "on Tuesday.");
          assertThat(told.response().nativeResponse().orElseThrow()).isSameAs(end);
          if (face == Face.STREAM) {
            assertSame(pieces(told), half, again[0], again[1], again[2]);
            assertThat(told.events().get(1)).isInstanceOf(Restarted.class);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void ofARefusedAnswerWithoutContentNothingIsShown(Face face) throws Exception {
    Completion filtered =
        Completion.builder(FinishReason.CONTENT_FILTER)
            .nativeResponse(new Foreign("filtered"))
            .build();
    Object whole = new Foreign("whole");
    ScriptedProvider first = ScriptedProvider.of("first", time, script().done(filtered));
    ScriptedProvider next =
        ScriptedProvider.of("next", time, script().piece(said(whole, "Yes.")).done());
    ResilientLlm llm =
        VirtualClient.with(time, first, next)
            .fallbackPolicy(Fallback.standard().withContentFilterTried())
            .build();
    time.run(
        () -> {
          Face.End told = face.call(llm, request, time);
          assertThat(told.text()).isEqualTo("Yes.");
          if (face == Face.STREAM) {
            assertSame(pieces(told), whole);
            assertThat(told.events()).noneMatch(Restarted.class::isInstance);
          }
        });
  }

  // Races and clocks

  @ParameterizedTest
  @EnumSource(Face.class)
  void ofTwoThatRaceOnlyTheWinnersPiecesAreSeen(Face face) throws Exception {
    Object quick = new Foreign("quick");
    Object end = new Foreign("end");
    List<CallEvent> heard = new ArrayList<>();
    ScriptedProvider late = ScriptedProvider.of("late", time, hang());
    ScriptedProvider next =
        ScriptedProvider.of(
            "next",
            time,
            script()
                .after(Duration.ofMillis(200))
                .piece(said(quick, "hello"))
                .done(completion(end)));
    ResilientLlm llm =
        VirtualClient.with(time, late, next)
            .hedge(Hedge.extraLoad(0.05).withInitialDelay(Duration.ofSeconds(1)))
            .listener(heard::add)
            .build();
    time.run(
        () -> {
          Face.End told = face.call(llm, request, time);
          assertThat(told.text()).isEqualTo("hello");
          assertThat(told.response().nativeResponse().orElseThrow()).isSameAs(end);
          if (face == Face.STREAM) {
            assertSame(pieces(told), quick);
          }
        });
    assertThat(heard).filteredOn(CallEvent.FirstToken.class::isInstance).hasSize(1);
    assertThat(late.open()).isZero();
  }

  @Test
  void piecesThatOnlyReasonAreGrantedTheSilenceOfThinking() throws Exception {
    Script thinking =
        script()
            .piece(
                new NativeDelta(
                    List.of(new Foreign("thought")), List.of(new ReasoningDelta("Hm."))))
            .after(Duration.ofSeconds(30))
            .piece(said(new Foreign("word"), "Yes."))
            .done();
    Script writing =
        script().piece(said(new Foreign("word"), "Y")).after(Duration.ofSeconds(30)).says("es.");
    time.run(
        () -> {
          assertThat(Face.STREAM.call(stalling(thinking), request, time).text()).isEqualTo("Yes.");
          assertThat(Face.STREAM.call(stalling(writing.done()), request, time).error().kind())
              .isEqualTo(ErrorKind.STALLED);
        });
  }

  private ResilientLlm stalling(Script script) {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, script);
    return ResilientLlm.with(
            Target.of(vendor).withCapabilities(Capabilities.standard().withThinksInSilence(true)))
        .retry(Retry.none())
        .timeouts(Timeouts.deadline(Duration.ofMinutes(5)).withStall(Duration.ofSeconds(5)))
        .time(time)
        .executor(time)
        .build();
  }

  // The journal

  @ParameterizedTest
  @EnumSource(Face.class)
  void aJournalKeepsWhatThePiecesSayAndNothingElse(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            script()
                .piece(said(new Foreign("first"), "Three "))
                .piece(said(new Foreign("second"), "days."))
                .done(completion(new Foreign("end"))));
    try (MemoryJournal journal = new MemoryJournal()) {
      Conversation chat =
          VirtualClient.with(time, vendor).journal(journal).build().conversation("c");
      time.run(() -> assertThat(Talk.say(face, chat, "How long?", time).text()).isNotEmpty());
      Conversation after =
          VirtualClient.with(time, vendor).journal(journal).build().conversation("c");
      time.run(
          () -> assertThat(after.history()).last().isEqualTo(Message.assistant("Three days.")));
    }
  }

  @Test
  void whatWasSaidBeforeAHaltIsInTheJournal() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, script().piece(said(new Foreign("first"), "Three ")).stalls());
    try (MemoryJournal journal = new MemoryJournal()) {
      Conversation chat =
          VirtualClient.with(time, vendor).journal(journal).build().conversation("c");
      time.run(
          () -> {
            ChatStream stream = chat.stream("How long?");
            Iterator<ChatEvent> events = stream.iterator();
            assertThat(events.next()).isInstanceOf(NativeDelta.class);
            stream.close();
            assertThat(journal.read("c").join())
                .filteredOn(entry -> entry.kind() == JournalEntry.Kind.PROGRESS)
                .singleElement()
                .satisfies(entry -> assertThat(entry.body()).contains("Three "));
            assertThat(chat.unanswered().orElseThrow().partialText()).isEqualTo("Three ");
          });
    }
  }

  // The script

  private static NativeDelta said(Object piece, String text) {
    return new NativeDelta(List.of(piece), List.of(new TextDelta(text)));
  }

  private static Script broken(String text) {
    return script().piece(said(new Foreign("broken"), text)).fails(ErrorKind.STREAM_TRUNCATED);
  }

  private static Completion completion(Object nativeResponse) {
    return Completion.builder(FinishReason.STOP).nativeResponse(nativeResponse).build();
  }

  private ResilientLlm client(MidStream way, ScriptedProvider... vendors) {
    return VirtualClient.with(time, vendors)
        .retry(Retry.none())
        .fallbackPolicy(Fallback.standard().withMidStream(way))
        .build();
  }

  private static List<Object> pieces(Face.End end) {
    List<Object> all = new ArrayList<>();
    for (ChatEvent event : end.events()) {
      if (event instanceof NativeDelta piece) {
        all.addAll(piece.pieces());
      }
    }
    return all;
  }

  private static void assertSame(List<Object> pieces, Object... expected) {
    assertThat(pieces.size()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(pieces.get(i) == expected[i]).as("piece %d", i).isTrue();
    }
  }
}
