package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.spring.ConversationId;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.UserMessage;
import io.github.resilientllm.testing.Script;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a method says to the model. */
class QuestionTest {

  @LlmService
  @SystemMessage("You are polite.")
  interface Support {
    @SystemMessage("You are a support agent of {{company}}.")
    @UserMessage("Where is parcel {{ number }}, {{company}}?")
    String where(String company, String number);

    String plain(String question);

    @SystemMessage(resource = "classpath:prompts/seller.txt")
    String sell(String goods, String question);

    @UserMessage("Write \\{{name}} for {{count}} times.")
    String literally(int count);

    @UserMessage("Hello {{name}}{{title}}")
    String hello(String name, @Nullable String title);

    @UserMessage("Why?")
    String why();

    @UserMessage("Which is the largest of {{numbers}}, {{names}} and {{cities}}?")
    String largest(int[] numbers, List<String> names, String... cities);
  }

  @LlmService
  interface Talk {
    @SystemMessage("You are brief.")
    String say(@ConversationId String id, String question);

    @UserMessage("And {{what}}?")
    String and(@ConversationId UUID id, String what);

    Boolean isPolite(@ConversationId String id, String text);
  }

  @Test
  void parametersStandInMessagesByTheirNames() {
    try (Trial trial = Trial.of(Support.class, "In Hamburg.")) {
      assertThat(trial.bean(Support.class).where("Acme", "4711")).isEqualTo("In Hamburg.");
      assertThat(trial.told())
          .containsExactly(
              "SYSTEM: You are a support agent of Acme.", "USER: Where is parcel 4711, Acme?");
      assertThat(trial.asked().responseFormat()).isSameAs(ResponseFormat.text());
    }
  }

  @Test
  void aValueIsNeverTakenForAPlaceholder() {
    try (Trial trial = Trial.of(Support.class, "x")) {
      trial.bean(Support.class).where("{{number}} $1 \\{{", "{{company}}");
      assertThat(trial.told())
          .containsExactly(
              "SYSTEM: You are a support agent of {{number}} $1 \\{{.",
              "USER: Where is parcel {{company}}, {{number}} $1 \\{{?");
    }
  }

  @Test
  void theOneParameterIsTheQuestionAndTheInterfacesInstructionsHold() {
    try (Trial trial = Trial.of(Support.class, "x")) {
      trial.bean(Support.class).plain("Why {{so}}?");
      assertThat(trial.told()).containsExactly("SYSTEM: You are polite.", "USER: Why {{so}}?");
    }
  }

  @Test
  void theQuestionIsTheParameterThatTheInstructionsFromAFileDoNotName() {
    try (Trial trial = Trial.of(Support.class, "x")) {
      trial.bean(Support.class).sell("shoes", "How much?");
      assertThat(trial.told()).containsExactly("SYSTEM: You sell shoes.", "USER: How much?");
    }
  }

  @Test
  void bracesCanBeMeantLiterally() {
    try (Trial trial = Trial.of(Support.class, "x")) {
      trial.bean(Support.class).literally(3);
      assertThat(trial.told()).contains("USER: Write {{name}} for 3 times.");
    }
  }

  @Test
  void anArrayIsSaidAsAListIs() {
    try (Trial trial = Trial.of(Support.class, "3.")) {
      trial.bean(Support.class).largest(new int[] {1, 2}, List.of("Ann", "Bo"), "Rome", "Bonn");
      assertThat(trial.told())
          .endsWith("USER: Which is the largest of [1, 2], [Ann, Bo] and [Rome, Bonn]?");
    }
  }

  @Test
  void aMethodMayHaveNoParameters() {
    try (Trial trial = Trial.of(Support.class, "x")) {
      trial.bean(Support.class).why();
      assertThat(trial.told()).contains("USER: Why?");
    }
  }

  @Test
  void nullIsRefusedByNameUnlessItIsAllowed() {
    try (Trial trial = Trial.of(Support.class, "x")) {
      Support support = trial.bean(Support.class);
      support.hello("Ada", null);
      assertThat(trial.told()).contains("USER: Hello Ada");
      assertThatThrownBy(() -> support.hello(null, "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("\"name\" of " + Support.class.getName() + ".hello(String, String) is null");
    }
  }

  @Test
  void aConversationIsShownWhatWasSaidBeforeAndMayBeAskedForAValue() {
    try (Trial trial =
        Trial.of(
            Talk.class, Trial.vendor(Script.answer("Here."), Script.answer("{\"value\":true}")))) {
      Talk talk = trial.bean(Talk.class);
      assertThat(talk.say("t1", "Where?")).isEqualTo("Here.");
      assertThat(talk.isPolite("t1", "Was that polite?")).isTrue();
      assertThat(trial.told())
          .containsExactly(
              "SYSTEM: You are brief.",
              "USER: Where?",
              "ASSISTANT: Here.",
              "USER: Was that polite?");
      assertThat(trial.schema()).contains("boolean");
    }
  }

  @Test
  void anAnswerThatIsNoSuchValueIsKeptAllTheSame() {
    try (Trial trial = Trial.of(Talk.class, "Hm.")) {
      Talk talk = trial.bean(Talk.class);
      assertThatThrownBy(() -> talk.isPolite("t1", "Was it?")).isInstanceOf(LlmException.class);
      talk.say("t1", "Why?");
      assertThat(trial.told()).contains("USER: Was it?", "ASSISTANT: Hm.", "USER: Why?");
    }
  }

  @Test
  void conversationsOfOtherIdsAreOthers() {
    try (Trial trial = Trial.of(Talk.class, "x")) {
      Talk talk = trial.bean(Talk.class);
      talk.say("t1", "Where?");
      talk.and(new UUID(0, 1), "when");
      assertThat(trial.told()).containsExactly("USER: And when?");
      talk.say("t1", "And how?");
      assertThat(trial.told())
          .containsExactly(
              "SYSTEM: You are brief.", "USER: Where?", "ASSISTANT: x", "USER: And how?");
    }
  }

  @Test
  void aConversationNeedsAnId() {
    try (Trial trial = Trial.of(Talk.class, "x")) {
      assertThatThrownBy(() -> trial.bean(Talk.class).say(null, "Where?"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"id\" of");
      assertThat(trial.vendor().attempts()).isZero();
    }
  }

  @Test
  void aServiceIsAnObjectLikeOthersAndShowsNoContent() {
    try (Trial trial = Trial.of(Talk.class, "x")) {
      Talk talk = trial.bean(Talk.class);
      assertThat(talk).hasToString("LlmService[" + Talk.class.getName() + "]");
      assertThat(Set.of(talk)).containsExactly(talk);
    }
  }
}
