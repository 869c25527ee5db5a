package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.spring.ConversationId;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.UserMessage;
import java.util.Date;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a person reads who has made a mistake. */
class MistakeTest {

  @LlmService
  interface UnknownPlaceholder {
    @UserMessage("Where is parcel {{nubmer}}?")
    String where(String number);
  }

  @LlmService
  interface Unused {
    @UserMessage("Where is parcel {{number}}?")
    String where(String number, String company);
  }

  @LlmService
  interface NoQuestion {
    @SystemMessage("You work for {{company}}.")
    String where(String company);
  }

  @LlmService
  interface TwoQuestions {
    String where(String number, String company);
  }

  @LlmService
  interface OpenBraces {
    @UserMessage("Where is {{ the number }}?")
    String where(String number);
  }

  @LlmService
  interface EmptyMessage {
    @UserMessage
    String where();
  }

  @LlmService
  interface TextAndFile {
    @UserMessage(value = "Where?", resource = "classpath:prompts/seller.txt")
    String where();
  }

  @LlmService
  interface NoFile {
    @SystemMessage(resource = "classpath:prompts/missing.txt")
    String where(String number);
  }

  @LlmService
  interface TwoIds {
    String where(@ConversationId String id, @ConversationId String other, String question);
  }

  @LlmService
  interface DateAsId {
    String where(@ConversationId Date id, String question);
  }

  @LlmService("suport")
  interface NoPolicy {
    String where(String question);
  }

  @LlmService
  interface Body {
    String ask(String question);

    @UserMessage("Where?")
    default String where() {
      return "here";
    }
  }

  @LlmService
  interface Nothing {}

  @LlmService
  abstract static class AsClass {
    abstract String where(String question);
  }

  @LlmService(fallback = String.class)
  interface OtherFallback {
    String where(String question);
  }

  @LlmService(fallback = AbstractOffline.class)
  interface AbstractFallback {
    String where(String question);
  }

  abstract static class AbstractOffline implements AbstractFallback {}

  @LlmService(fallback = Twice.class)
  interface TwoFallbacks {
    String where(String question);
  }

  static class Twice implements TwoFallbacks {
    @Override
    public String where(String question) {
      return "";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoBeans {
    @Bean
    Twice one() {
      return new Twice();
    }

    @Bean
    Twice two() {
      return new Twice();
    }
  }

  @LlmService
  sealed interface Sealed permits Closed {
    String where(String question);
  }

  static final class Closed implements Sealed {
    @Override
    public String where(String question) {
      return "";
    }
  }

  static class Order {}

  @LlmService
  interface OfNoWords {
    @UserMessage("What about {{order}}?")
    String about(Order order);
  }

  @LlmService("forgetful")
  interface NeedsJournal {
    String where(@ConversationId String id, String question);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            UnknownPlaceholder.class,
            "where(String): @UserMessage has {{nubmer}}, and no parameter has that name.",
            "Did you mean \"number\"? There are the parameters number. Correct the message, or add"
                + " a parameter \"nubmer\"."),
        Arguments.of(
            Unused.class,
            "The parameter \"company\" stands in no message.",
            "Write {{company}} into @UserMessage or @SystemMessage, or remove the parameter."),
        Arguments.of(
            NoQuestion.class,
            "It asks nothing: it has no @UserMessage, and no parameter that could be the question.",
            "Add @UserMessage(\"...\"), or a parameter that is the question."),
        Arguments.of(
            TwoQuestions.class,
            "which of the parameters number, company is the question nobody knows.",
            "@UserMessage(\"{{number}} {{company}}\")"),
        Arguments.of(
            OpenBraces.class,
            "@UserMessage has braces that hold no parameter's name: \"{{ the number }}?\".",
            "Write {{name}} with the name of a parameter, or \\{{ for the braces themselves"),
        Arguments.of(
            EmptyMessage.class,
            "@UserMessage is empty.",
            "Write what is to be said to the model, or remove the annotation."),
        Arguments.of(
            TextAndFile.class,
            "@UserMessage has a text and the resource \"classpath:prompts/seller.txt\".",
            "Remove one of them."),
        Arguments.of(
            NoFile.class,
            "@SystemMessage's classpath:prompts/missing.txt cannot be read",
            "below src/main/resources"),
        Arguments.of(
            TwoIds.class,
            "Two parameters are the @ConversationId: \"id\" and \"other\".",
            "Leave it on the one that names the conversation."),
        Arguments.of(
            DateAsId.class,
            "The @ConversationId \"id\" is a java.util.Date.",
            "Take the id as a String, a UUID, a long or an int."),
        Arguments.of(NoPolicy.class, "There is no policy \"suport\".", "Did you mean \"support\"?"),
        Arguments.of(
            Body.class,
            "where(): It has a message and a body, and it is the body that runs.",
            "Remove the body, or the message."),
        Arguments.of(
            Nothing.class,
            "It has no method that asks anything.",
            "Add one, or remove @LlmService."),
        Arguments.of(AsClass.class, "It is a class.", "Make it an interface"),
        Arguments.of(
            Sealed.class,
            "It is sealed, and its bean is of a class that it does not permit.",
            "Remove sealed."),
        Arguments.of(
            OfNoWords.class,
            "about(Order): The parameter \"order\" is a "
                + Order.class.getName()
                + ", whose toString() says nothing of what it holds.",
            "Write its toString(), make it a record, or take what is to be said of it."),
        Arguments.of(
            OtherFallback.class,
            "Its fallback java.lang.String does not implement it.",
            "Let it implement OtherFallback, or name a class that does."),
        Arguments.of(
            AbstractFallback.class,
            "AbstractOffline is abstract, and there is no bean of it.",
            "Declare a bean of it, or name a class that can be made."));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isToldWhatIsWrongAndWhatToDo(Class<?> service, String what, String action) {
    String report = Trial.failure(service);
    assertThat(report).contains(service.getName(), what);
    assertThat(report.substring(report.indexOf("Action:"))).contains(action);
  }

  @Test
  void isToldOfTwoBeansOfTheFallback() {
    assertThat(Trial.failure(TwoFallbacks.class, TwoBeans.class))
        .contains("There are 2 beans of its fallback", "Make one of them @Primary");
  }

  @Test
  void isToldThatConversationsNeedAJournal() {
    assertThat(Trial.failure(NeedsJournal.class))
        .contains(
            "It has a @ConversationId, and there is no journal that keeps conversations.",
            "Set resilient-llm.journal.enabled=true, or declare a bean of the type Journal.");
  }

  @Configuration(proxyBeanMethods = false)
  static class Lazily {
    @Bean
    static LazyInitializationBeanFactoryPostProcessor lazily() {
      return new LazyInitializationBeanFactoryPostProcessor();
    }
  }

  @Test
  void isToldAtStartUpAlsoWhereBeansAreLazy() {
    assertThat(Trial.failure(Unused.class, Lazily.class)).contains("stands in no message");
  }
}
