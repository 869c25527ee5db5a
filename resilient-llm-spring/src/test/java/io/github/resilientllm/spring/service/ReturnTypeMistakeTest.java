package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.spring.LlmService;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person reads whose method returns what no answer can be. */
class ReturnTypeMistakeTest {

  @LlmService
  interface ReturnsNothing {
    void where(String question);
  }

  @LlmService
  interface ReturnsBean {
    Date where(String question);
  }

  record Node(String name, List<Node> children) {}

  @LlmService
  interface ReturnsItself {
    Node where(String question);
  }

  sealed interface Shape {
    record Circle(double radius) implements Shape {}
  }

  record Drawing(Shape shape) {}

  @LlmService
  interface ReturnsSealed {
    Drawing where(String question);
  }

  static class Either {
    Either(String text) {}

    Either(int number) {}
  }

  @LlmService
  interface ReturnsEither {
    Either where(String question);
  }

  static final class Private {
    private Private() {}
  }

  @LlmService
  interface ReturnsPrivate {
    Private where(String question);
  }

  @SuppressWarnings("ClassCanBeStatic") // which is the mistake
  class Inner {
    public void setCity(String city) {}
  }

  @LlmService
  interface ReturnsInner {
    Inner where(String question);
  }

  static class Empty {}

  @LlmService
  interface ReturnsEmpty {
    Empty where(String question);
  }

  static class Parent {
    public void setChildren(List<Parent> children) {}
  }

  @LlmService
  interface ReturnsParent {
    Parent where(String question);
  }

  @LlmService
  @SuppressWarnings("rawtypes")
  interface ReturnsRaw {
    CompletableFuture where(String question);
  }

  @LlmService
  @SuppressWarnings("rawtypes")
  interface ReturnsRawList {
    List where(String question);
  }

  @LlmService
  interface ReturnsWildcard {
    List<?> where(String question);
  }

  record ByNumber(Map<Integer, String> names) {}

  @LlmService
  interface ReturnsKeys {
    ByNumber where(String question);
  }

  @LlmService
  interface ReturnsOptional {
    Optional<String> where(String question);
  }

  @LlmService
  interface ReturnsStreamOfStreams {
    CompletableFuture<ChatStream> where(String question);
  }

  static Stream<Arguments> returnTypes() {
    return Stream.of(
            Arguments.of(
                ReturnsNothing.class, "It returns nothing, and so the answer would be lost."),
            Arguments.of(
                ReturnsBean.class,
                "the answer is a java.util.Date, which is no record, bean, enum, list, map, number,"
                    + " text, date or time."),
            Arguments.of(
                ReturnsItself.class,
                "an element of Node.children is a Node in a Node, and a type that holds itself has no"
                    + " end"),
            Arguments.of(
                ReturnsEither.class,
                "the answer is a " + Either.class.getName(),
                "neither a constructor without parameters nor a single one."),
            Arguments.of(
                ReturnsPrivate.class,
                "the answer is a " + Private.class.getName(),
                "neither a constructor without parameters nor a single one."),
            Arguments.of(
                ReturnsInner.class, "the answer is a Inner, an inner class; make it static."),
            Arguments.of(ReturnsEmpty.class, "the answer is Empty, a class without setters."),
            Arguments.of(ReturnsParent.class, "Parent.children is a Parent in a Parent"),
            Arguments.of(ReturnsSealed.class, "Drawing.shape is a", "a sealed type"),
            Arguments.of(ReturnsRaw.class, "which does not say of what."),
            Arguments.of(ReturnsRawList.class, "the answer is a List that does not say of what."),
            Arguments.of(ReturnsWildcard.class, "the answer is a List that does not say of what."),
            Arguments.of(
                ReturnsKeys.class, "ByNumber.names is a", "in JSON the keys of a map are Strings."),
            Arguments.of(ReturnsOptional.class, "the answer is a java.util.Optional, which is no"),
            Arguments.of(
                ReturnsStreamOfStreams.class, "the answer is a " + ChatStream.class.getName()))
        .map(ReturnTypeMistakeTest::padded);
  }

  private static Arguments padded(Arguments mistake) {
    Object[] all = mistake.get();
    return all.length == 3 ? mistake : Arguments.of(all[0], all[1], "");
  }

  @ParameterizedTest
  @MethodSource("returnTypes")
  void isToldWhatAMethodCanReturn(Class<?> service, String what, String more) {
    String report = Trial.failure(service);
    assertThat(report).contains(service.getName() + ".where(String)", what, more);
    assertThat(report.substring(report.indexOf("Action:")))
        .contains("Return a String, a ChatResponse, a record");
  }
}
