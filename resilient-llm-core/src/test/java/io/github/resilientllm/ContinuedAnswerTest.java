package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that broke off, and a second model that goes on, or begins again although asked to. */
class ContinuedAnswerTest {
  private static final String HALF =
      "Your parcel was packed on Monday morning in our warehouse in Leipzig, and it left ";
  private static final String REST = "on Tuesday. It arrives on Friday.";

  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatBeginsAgainIsRestartedAndNotGluedOn(Face face) throws Exception {
    for (int piece : List.of(1, 7, 30, 1000)) {
      Face.End end = continued(face, HALF, said(HALF + REST, piece));
      ChatResponse response = end.response();
      assertThat(response.text()).as("in pieces of %d", piece).isEqualTo(HALF + REST);
      assertThat(response.seams()).isEmpty();
      assertThat(response.answeredBy()).isEqualTo("next/m");
      assertOnScreen(face, end);
      if (face == Face.STREAM) {
        assertThat(end.events()).filteredOn(ChatEvent.Restarted.class::isInstance).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatBeginsAgainAndGoesAnotherWayIsRestartedAsWell(Face face) throws Exception {
    String other = HALF.substring(0, 60) + "Dresden. It is not known when it left.";
    Face.End end = continued(face, HALF, said(other, 5));
    assertThat(end.text()).isEqualTo(other);
    assertOnScreen(face, end);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatBeginsAgainBehindABlankIsRestartedAsWell(Face face) throws Exception {
    Face.End end = continued(face, HALF, said("\n\n" + HALF + REST, 4));
    assertThat(end.text().strip()).isEqualTo(HALF + REST);
    assertOnScreen(face, end);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatGoesOnIsContinued(Face face) throws Exception {
    for (int piece : List.of(1, 7, 1000)) {
      Face.End end = continued(face, HALF, said(REST, piece));
      assertThat(end.text()).isEqualTo(HALF + REST);
      assertThat(end.response().seams()).containsExactly(HALF.length());
      assertOnScreen(face, end);
      if (face == Face.STREAM) {
        assertThat(end.events())
            .filteredOn(ChatEvent.Continued.class::isInstance)
            .containsExactly(
                new ChatEvent.Continued("next/m", ErrorKind.STREAM_TRUNCATED, HALF.length()));
        assertThat(end.events()).noneMatch(ChatEvent.Restarted.class::isInstance);
      }
    }
  }

  /** A word in common with the beginning is no repetition: nothing of it may be lost. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatGoesOnWithTheWordsOfItsBeginningIsContinued(Face face) throws Exception {
    for (String rest : List.of("Your", "Your parcel", "Your parcel then rests in Halle.", "Y")) {
      for (int piece : List.of(1, 1000)) {
        Face.End end = continued(face, HALF, said(rest, piece));
        assertThat(end.text()).as("in pieces of %d", piece).isEqualTo(HALF + rest);
        assertThat(end.response().seams()).containsExactly(HALF.length());
        assertOnScreen(face, end);
      }
    }
  }

  /** Of so little, a new beginning cannot be told from a continuation, and it costs little. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerOfFewerThan32CharactersIsBegunAgain(Face face) throws Exception {
    Face.End begunAgain = continued(face, HALF.substring(0, 31), said(REST, 5));
    assertThat(begunAgain.text()).isEqualTo(REST);
    assertThat(begunAgain.response().seams()).isEmpty();
    assertOnScreen(face, begunAgain);
    Face.End continued = continued(face, HALF.substring(0, 32), said(REST, 5));
    assertThat(continued.text()).isEqualTo(HALF.substring(0, 32) + REST);
    assertThat(continued.response().seams()).containsExactly(32);
    assertOnScreen(face, continued);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aThirdModelThatBeginsAgainRestartsAllOfIt(Face face) throws Exception {
    String more = REST.substring(0, 12);
    ScriptedProvider first = breaking("first", HALF);
    ScriptedProvider second = breaking("second", more);
    ScriptedProvider third = ScriptedProvider.of("next", time, said(HALF + REST, 6).done());
    Face.End[] end = new Face.End[1];
    ResilientLlm llm =
        VirtualClient.with(time, first, second, third)
            .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE))
            .retry(Retry.none())
            .build();
    time.run(() -> end[0] = face.call(llm, time));
    assertThat(end[0].text()).isEqualTo(HALF + REST);
    assertThat(end[0].response().seams()).isEmpty();
    assertOnScreen(face, end[0]);
  }

  private Face.End continued(Face face, String half, Script rest) throws Exception {
    ScriptedProvider first = breaking("first", half);
    ScriptedProvider next = ScriptedProvider.of("next", time, rest.done());
    ResilientLlm llm =
        VirtualClient.with(time, first, next)
            .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE))
            .retry(Retry.none())
            .build();
    Face.End[] end = new Face.End[1];
    time.run(() -> end[0] = face.call(llm, time));
    return end[0];
  }

  private ScriptedProvider breaking(String vendor, String half) {
    return ScriptedProvider.of(vendor, time, said(half, 9).fails(ErrorKind.STREAM_TRUNCATED));
  }

  private static Script said(String text, int piece) {
    Script script = script();
    for (int at = 0; at < text.length(); at += piece) {
      script.says(text.substring(at, Math.min(text.length(), at + piece)));
    }
    return script;
  }

  /** What a reader of the stream has on the screen at last is the answer. */
  private static void assertOnScreen(Face face, Face.End end) {
    if (face != Face.STREAM) {
      return;
    }
    StringBuilder screen = new StringBuilder();
    for (ChatEvent event : end.events()) {
      if (event instanceof ChatEvent.TextDelta delta) {
        screen.append(delta.text());
      } else if (event instanceof ChatEvent.Restarted) {
        screen.setLength(0);
      } else if (event instanceof ChatEvent.Continued continued) {
        assertThat(screen).hasSize(continued.seam());
      }
    }
    assertThat(screen.toString()).isEqualTo(end.text());
  }
}
