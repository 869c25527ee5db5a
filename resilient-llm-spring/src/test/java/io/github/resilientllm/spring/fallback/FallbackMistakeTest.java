package io.github.resilientllm.spring.fallback;

import static io.github.resilientllm.spring.fallback.Mistakes.analysis;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmFallbackHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a person reads of a fallback that cannot be called. */
class FallbackMistakeTest {

  static class Missing {
    @LlmFallback(method = "ofline")
    public String answer(String id, List<String> questions) {
      return id;
    }

    String offline(String id, List<String> questions) {
      return id;
    }
  }

  @Test
  void aFallbackThatIsNotThere() {
    assertThat(analysis(Missing.class))
        .isEqualTo(
            """
            @LlmFallback on io.github.resilientllm.spring.fallback.FallbackMistakeTest$Missing.answer(String, List) cannot work:

                There is no fallback method "ofline" in io.github.resilientllm.spring.fallback.FallbackMistakeTest$Missing. Did you mean "offline"?

            Action:

            Write one of these methods, with a type or subtype of the failure for the exception:
                java.lang.String ofline(String, List)
                java.lang.String ofline(String, List, LlmException)
                java.lang.String ofline(LlmException, String, List)
                java.lang.String ofline(LlmException)
                java.lang.String ofline()""");
  }

  static class OtherParameters {
    @LlmFallback(method = "offline")
    public String answer(List<String> questions) {
      return "";
    }

    String offline(List<Integer> questions) {
      return "";
    }
  }

  @Test
  void aFallbackWithOtherParameters() {
    assertThat(analysis(OtherParameters.class))
        .contains("There is only OtherParameters.offline(List), which takes other parameters.");
  }

  static class Itself {
    @LlmFallback(method = "answer")
    public String answer(String question) {
      return "";
    }
  }

  @Test
  void aFallbackThatIsTheMethodItself() {
    assertThat(analysis(Itself.class))
        .contains("There is no fallback method \"answer\"")
        .doesNotContain("There is only");
  }

  @LlmFallback(method = "offline")
  static class NotForAll {
    public String answer() {
      return "";
    }

    public int number() {
      return 1;
    }

    String offline() {
      return "";
    }
  }

  @Test
  void aFallbackOfTheClassThatDoesNotServeAMethod() {
    assertThat(analysis(NotForAll.class))
        .contains("NotForAll.number() cannot work")
        .contains("The method returns int, and its fallback NotForAll.offline() returns");
  }

  static class Two {
    @LlmFallback(method = "offline")
    public String answer(String question) {
      return "";
    }

    String offline(String question, LlmException failure) {
      return "";
    }

    String offline(LlmException failure) {
      return "";
    }
  }

  @Test
  void twoFallbacksForOneException() {
    assertThat(analysis(Two.class))
        .contains("Two fallbacks take the same exception, " + LlmException.class.getName() + ": ")
        .contains("Two.offline(String, LlmException)")
        .contains("Two.offline(LlmException)")
        .contains("Remove or rename one of them");
  }

  static class OtherReturn {
    @LlmFallback(method = "offline")
    public List<String> answer() {
      return List.of();
    }

    List<Integer> offline() {
      return List.of();
    }
  }

  @Test
  void aFallbackThatReturnsSomethingElse() {
    assertThat(analysis(OtherReturn.class))
        .contains(
            "The method returns java.util.List<java.lang.String>, and its fallback"
                + " OtherReturn.offline() returns java.util.List<java.lang.Integer>.")
        .contains("Let the fallback return java.util.List<java.lang.String>.");
  }

  static class OtherFuture {
    @LlmFallback(method = "offline")
    public CompletableFuture<String> answer() {
      return CompletableFuture.completedFuture("");
    }

    CompletableFuture<Integer> offline() {
      return CompletableFuture.completedFuture(1);
    }
  }

  @Test
  void aFallbackThatReturnsAFutureOfSomethingElse() {
    assertThat(analysis(OtherFuture.class))
        .contains("CompletableFuture<java.lang.String>, and its fallback")
        .contains("or its plain value java.lang.String.");
  }

  static class Nothing {
    @LlmFallback(method = "offline")
    public void answer() {}

    String offline() {
      return "";
    }
  }

  @Test
  void aFallbackWhoseValueWouldBeLost() {
    assertThat(analysis(Nothing.class))
        .contains("The method returns nothing")
        .contains("returns java.lang.String, which would be lost")
        .contains("Let the fallback return void.");
  }

  static class NeverCalled {
    @LlmFallback(method = "offline")
    public String answer() {
      return "";
    }

    String offline(IllegalStateException failure) {
      return "";
    }
  }

  @Test
  void aFallbackThatWouldNeverBeCalled() {
    assertThat(analysis(NeverCalled.class))
        .contains("would never be called, for applyOn is [" + LlmException.class.getName() + "]")
        .contains("Add IllegalStateException.class to applyOn");
  }

  static class Apology implements LlmFallbackHandler<String> {
    @Override
    public String handle(Failed call) {
      return "";
    }
  }

  static class Both {
    @LlmFallback(method = "offline", handler = Apology.class)
    public String answer() {
      return "";
    }

    String offline() {
      return "";
    }
  }

  @Test
  void aMethodAndAHandler() {
    assertThat(analysis(Both.class, Apology.class))
        .contains("It has both method = \"offline\" and handler = Apology.class")
        .contains("Remove one of them.");
  }

  static class Handled {
    @LlmFallback(handler = Apology.class)
    public String answer() {
      return "";
    }
  }

  @Test
  void aHandlerThatIsNoBean() {
    assertThat(analysis(Handled.class))
        .contains("handler = Apology.class is no bean of the application.")
        .contains("Put @Component on");
  }

  @Test
  void aHandlerOfWhichThereAreTwo() {
    assertThat(
            analysis(
                Outage.total()
                    .application(Handled.class)
                    .withBean("one", Apology.class)
                    .withBean("two", Apology.class)))
        .contains("several beans, [one, two]")
        .contains("Mark one of them @Primary");
  }

  static class HandledWrongly {
    @LlmFallback(handler = Apology.class)
    public ChatResponse answer() {
      return ChatResponse.of("");
    }
  }

  @Test
  void aHandlerOfAnotherType() {
    assertThat(analysis(HandledWrongly.class, Apology.class))
        .contains("handler = Apology.class answers with java.lang.String")
        .contains("implements LlmFallbackHandler<" + ChatResponse.class.getName() + ">");
  }

  static class UnknownBean {
    @LlmFallback(method = "apolgy::offline")
    public void answer() {}
  }

  @Test
  void aBeanThatIsNotThere() {
    assertThat(
            analysis(
                Outage.total().application(UnknownBean.class).withBean("apology", Apology.class)))
        .contains("\"apolgy\", and there is no such bean. Did you mean \"apology\"?")
        .contains("leave \"apolgy::\" out");
  }

  static class Circle {
    @LlmFallback(method = "two")
    public String one() {
      return "";
    }

    @LlmFallback(method = "three")
    public String two() {
      return "";
    }

    @LlmFallback(method = "one")
    public String three() {
      return "";
    }
  }

  @Test
  void aFallbackThatLeadsBack() {
    assertThat(analysis(Circle.class))
        .contains("Its fallback leads back to it: ")
        .containsAnyOf(
            "one() -> two() -> three() -> one()",
            "two() -> three() -> one() -> two()",
            "three() -> one() -> two() -> three()")
        .contains("Remove the annotation from the last fallback");
  }
}
