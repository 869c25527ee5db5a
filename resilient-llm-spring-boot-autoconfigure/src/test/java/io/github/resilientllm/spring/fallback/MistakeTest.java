package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmFallbackHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import kotlin.Metadata;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** What a person reads when an annotation cannot mean what it says. */
class MistakeTest {

  /** The text that stops the application of these beans. */
  private static String analysis(Class<?>... beans) {
    return analysis(Outage.total().application(beans));
  }

  private static String analysis(ApplicationContextRunner application) {
    AtomicReference<String> text = new AtomicReference<>();
    application.run(
        context -> {
          assertThat(context).hasFailed();
          FailureAnalysis analysis = analyzed(context.getStartupFailure());
          text.set(analysis.getDescription() + "\n\nAction:\n\n" + analysis.getAction());
        });
    return text.get();
  }

  private static FailureAnalysis analyzed(Throwable failure) {
    return SpringFactoriesLoader.forDefaultResourceLocation()
        .load(FailureAnalyzer.class, (type, name, e) -> {})
        .stream()
        .map(analyzer -> analyzer.analyze(failure))
        .filter(analysis -> analysis != null)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no analysis", failure));
  }

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
            @LlmFallback on io.github.resilientllm.spring.fallback.MistakeTest$Missing.answer(String, List) cannot work:

                There is no fallback method "ofline" in io.github.resilientllm.spring.fallback.MistakeTest$Missing. Did you mean "offline"?

            Action:

            Write one of these methods, with a type or subtype of the failure for the exception:
                java.lang.String ofline(String, List)
                java.lang.String ofline(String, List, LlmException)
                java.lang.String ofline(LlmException, String, List)
                java.lang.String ofline(LlmException)""");
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

  static class UnknownPolicy {
    @LlmFallback("chaep")
    public void answer() {}
  }

  @Test
  void aPolicyThatIsNotThere() {
    assertThat(analysis(UnknownPolicy.class))
        .contains("There is no policy \"chaep\". Did you mean \"cheap\"?")
        .contains("Name one of [default, cheap], or add resilient-llm.policies.chaep.");
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

  static class Unseen {
    @LlmFallback
    @SuppressWarnings("unused")
    private void answer() {}
  }

  static class AlsoUnseen {
    @LlmFallback
    public static void answer() {}
  }

  static class FinalMethod {
    @LlmFallback
    public final void answer() {}
  }

  static final class FinalClass {
    @LlmFallback
    public void answer() {}
  }

  @Metadata
  static final class FinalInKotlin {
    @LlmFallback
    public void answer() {}
  }

  @Test
  void aMethodThatNoProxySees() {
    assertThat(analysis(Unseen.class)).contains("The method is private").contains("public method");
    assertThat(analysis(AlsoUnseen.class)).contains("The method is static");
    assertThat(analysis(FinalMethod.class))
        .contains("The method is final")
        .contains("Take final away");
    assertThat(analysis(FinalClass.class)).contains("The class is final");
    assertThat(analysis(FinalInKotlin.class))
        .contains("The class is final")
        .contains("kotlin(\"plugin.spring\")");
  }

  interface Nameless {}

  static class NotOfItsInterface implements Nameless, Runnable {
    @LlmFallback
    public void answer() {}

    @Override
    public void run() {}
  }

  @Test
  void aMethodThatNoInterfaceHasBehindAJdkProxy() {
    assertThat(
            analysis(
                Outage.total()
                    .application(NotOfItsInterface.class)
                    .withPropertyValues("spring.aop.proxy-target-class=false")))
        .contains("implements its interfaces only")
        .contains("Add the method to an interface");
  }

  static class Suspending {
    @LlmFallback
    public Object answer(String question, Continuation<? super String> then) {
      return "";
    }
  }

  @Test
  void aKotlinSuspendFunction() {
    assertThat(analysis(Suspending.class))
        .contains("Kotlin suspend function")
        .contains("CompletableFuture or a Mono");
  }

  static class Subscribing {
    interface Mine<T> extends Flow.Publisher<T> {}

    @LlmFallback
    public Mine<String> answer() {
      return subscriber -> {};
    }
  }

  @Test
  void aResultWhoseFailureNobodySees() {
    assertThat(analysis(Subscribing.class))
        .contains("whose failure comes after the method has returned")
        .contains("Return a CompletableFuture, a Mono, a Flux or a ChatStream");
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

  static class NothingToApply {
    @LlmFallback(applyOn = RuntimeException.class)
    public void answer() {}
  }

  static class NothingToSkip {
    @LlmFallback(skipOn = IllegalStateException.class)
    public void answer() {}
  }

  @Test
  void failuresNamedWithoutAFallback() {
    for (Class<?> bean : List.of(NothingToApply.class, NothingToSkip.class)) {
      assertThat(analysis(bean)).contains("applyOn or skipOn, and no fallback");
    }
  }

  static class Timeless {
    @LlmFallback(timeout = "1m30s")
    public void answer() {}
  }

  static class NoTime {
    @LlmFallback(timeout = "${answers.within}")
    public void answer() {}
  }

  @Test
  void aTimeoutThatIsNoTime() {
    assertThat(analysis(Timeless.class))
        .contains("timeout = \"1m30s\" is no time above zero.")
        .contains("\"PT1M30S\"");
    assertThat(
            analysis(
                Outage.total().application(NoTime.class).withPropertyValues("answers.within=0s")))
        .contains("timeout = \"${answers.within}\", which is \"0s\", is no time above zero.");
  }

  @Test
  void aPlaceholderThatNoPropertyFills() {
    assertThat(analysis(NoTime.class))
        .contains("timeout = \"${answers.within}\" has a placeholder that no property fills.");
  }

  static class Unparsable {
    @LlmFallback(conversation = "#id.")
    public void answer(String id) {}
  }

  static class UnknownParameter {
    @LlmFallback(conversation = "#tickt")
    public void answer(String ticket, String question) {}
  }

  static class NoParameter {
    @LlmFallback(conversation = "ticket")
    public void answer(String ticket) {}
  }

  static class OfABean {
    @LlmFallback(conversation = "@ids.next(#ticket)")
    public void answer(String ticket) {}
  }

  @Test
  void anExpressionThatNamesNoParameter() {
    assertThat(analysis(Unparsable.class)).contains("conversation = \"#id.\" is no expression: ");
    assertThat(analysis(UnknownParameter.class))
        .contains(
            "names #tickt, and the method's parameters are [ticket, question]. Did you mean"
                + " \"ticket\"?");
    assertThat(analysis(NoParameter.class))
        .contains("names no parameter, so that all calls would share one")
        .contains("as in \"#ticket\"");
    assertThat(analysis(OfABean.class)).contains("uses @ids, and only arguments are known there");
  }

  static class Remembering {
    @LlmFallback(conversation = "#id")
    public void answer(String id) {}
  }

  @Test
  void aConversationWithoutAJournal() {
    assertThat(analysis(Outage.total().applicationWithoutJournal(Remembering.class)))
        .contains("the application keeps no journal")
        .contains("resilient-llm.journal.enabled=true");
  }

  static class MadeLater {
    @Lazy
    @Bean
    Missing lazy() {
      return new Missing();
    }
  }

  static class MadeOften {
    @Scope("prototype")
    @Bean
    Missing often() {
      return new Missing();
    }
  }

  @Test
  void aMistakeInABeanThatIsMadeLaterStopsTheStartToo() {
    assertThat(analysis(MadeLater.class)).contains("Did you mean \"offline\"?");
    assertThat(analysis(MadeOften.class)).contains("Did you mean \"offline\"?");
  }

  static class Multiplying {
    @LlmFallback
    @io.github.resilience4j.retry.annotation.Retry(name = "x")
    public void answer() {}
  }

  @Test
  void aRetryAroundTheMethodIsWarnedOf() {
    ListAppender<ILoggingEvent> written = new ListAppender<>();
    written.start();
    Logger logger = (Logger) LoggerFactory.getLogger(ForeignRetries.class);
    logger.addAppender(written);
    try {
      Outage.total()
          .application(Multiplying.class)
          .run(context -> assertThat(context).hasNotFailed());
    } finally {
      logger.detachAppender(written);
    }
    assertThat(written.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage())
                  .contains(
                      "MistakeTest$Multiplying.answer() has @LlmFallback and"
                          + " @io.github.resilience4j.retry.annotation.Retry: each retry");
            });
  }
}
