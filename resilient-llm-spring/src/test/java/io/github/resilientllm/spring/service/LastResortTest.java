package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import io.github.resilientllm.spring.internal.LastResortListener;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** What is answered when a call failed. */
class LastResortTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  record City(String name) {}

  interface Values<T> {
    T value(String question);
  }

  interface Everything extends Values<City> {
    String text(String question);

    CompletableFuture<City> later(String question);

    ChatStream tell(String question);
  }

  @LlmService(fallback = Offline.class)
  interface Support extends Everything {}

  @LlmService
  interface WithoutFallback extends Everything {}

  static final class Offline implements Support {
    private final ScriptedProvider injected;

    Offline(ScriptedProvider injected) {
      this.injected = injected;
    }

    @Override
    public String text(String question) {
      if (question.isEmpty()) {
        throw new IllegalStateException("nothing to say");
      }
      return question + " Offline, after " + injected.attempts();
    }

    @Override
    public City value(String question) {
      return new City("nowhere");
    }

    @Override
    public CompletableFuture<City> later(String question) {
      return CompletableFuture.completedFuture(new City("nowhere"));
    }

    @Override
    public ChatStream tell(String question) {
      return ChatStream.of(() -> ChatResponse.of("Offline."));
    }
  }

  @LlmService(fallback = BeanFallback.class)
  interface WithBean {
    String text(String question);
  }

  @Component
  static class BeanFallback implements WithBean {
    int calls;

    @Override
    public String text(String question) {
      return "call " + ++calls;
    }
  }

  @Component
  static class Injected {
    @Autowired WithBean service;
  }

  @LlmService
  interface WithDefault {
    @LlmFallback(method = "offline")
    String text(String question);

    default String offline(String question, LlmException failure) {
      return question + " " + failure.kind();
    }
  }

  @Component
  static class Heard implements LastResortListener {
    final List<String> all = new ArrayList<>();

    @Override
    public void asked(String method, Throwable failure, boolean answered) {
      all.add(method + " " + ((LlmException) failure).kind() + " " + answered);
    }
  }

  @Test
  void itIsToldThatItAnswersForTheModels() {
    try (Trial trial = Trial.down(Support.class, Heard.class)) {
      Support support = trial.bean(Support.class);
      support.value("Where?");
      assertThat(catchThrowable(() -> support.text(""))).isNotNull();
      assertThat(trial.bean(Heard.class).all)
          .containsExactly("Support.value OVERLOADED true", "Support.text OVERLOADED false");
    }
  }

  @Test
  void theSameMethodOfTheFallbackIsCalledWithTheSameArguments() {
    try (Trial trial = Trial.down(Support.class)) {
      Support support = trial.bean(Support.class);
      assertThat(support.text("Where?")).isEqualTo("Where? Offline, after 1");
      assertThat(support.value("Where?")).isEqualTo(new City("nowhere"));
      assertThat(support.later("Where?")).succeedsWithin(SOON).isEqualTo(new City("nowhere"));
      try (ChatStream stream = support.tell("Where?")) {
        assertThat(stream.response().text()).isEqualTo("Offline.");
      }
    }
  }

  @Test
  void anAnswerThatIsNoSuchValueFailsToo() {
    try (Trial trial = Trial.of(Support.class, "no json")) {
      Support support = trial.bean(Support.class);
      assertThat(support.value("Where?")).isEqualTo(new City("nowhere"));
      assertThat(support.later("Where?")).succeedsWithin(SOON).isEqualTo(new City("nowhere"));
    }
  }

  @Test
  void withoutFallbackTheFailureComesThrough() {
    try (Trial trial = Trial.down(WithoutFallback.class)) {
      WithoutFallback support = trial.bean(WithoutFallback.class);
      assertThatThrownBy(() -> support.text("Where?")).isInstanceOf(LlmException.class);
      try (ChatStream stream = support.tell("?")) {
        assertThatThrownBy(stream::response).isInstanceOf(LlmException.class);
      }
    }
  }

  @Test
  void whatTheFallbackThrowsCarriesTheFailure() {
    try (Trial trial = Trial.down(Support.class)) {
      Support support = trial.bean(Support.class);
      IllegalStateException failure =
          catchThrowableOfType(IllegalStateException.class, () -> support.text(""));
      assertThat(failure).hasMessage("nothing to say");
      assertThat(failure.getSuppressed()).hasExactlyElementsOfTypes(LlmException.class);
    }
  }

  @Test
  void aStreamFallsBackOnlyBeforeItsFirstElement() {
    ScriptedProvider vendor = Trial.vendor(Script.script().says("In ").fails(ErrorKind.NETWORK));
    try (Trial trial = Trial.of(Support.class, vendor)) {
      Support support = trial.bean(Support.class);
      try (ChatStream stream = support.tell("Where?")) {
        assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("In "));
        assertThatThrownBy(stream::response).isInstanceOf(LlmException.class);
      }
    }
  }

  @Test
  void whoGaveUpGetsNoFallback() {
    try (Trial trial = Trial.of(Support.class, "x")) {
      Thread.currentThread().interrupt();
      Support support = trial.bean(Support.class);
      LlmException failure = catchThrowableOfType(LlmException.class, () -> support.text("Where?"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure.kind()).isEqualTo(ErrorKind.CANCELLED);
    }
  }

  @Test
  void aBeanOfTheFallbacksClassIsTheFallbackAndTheServiceIsInjected() {
    try (Trial trial = Trial.down(WithBean.class, BeanFallback.class, Injected.class)) {
      assertThat(trial.bean(Injected.class).service).isNotInstanceOf(BeanFallback.class);
      assertThat(trial.bean(Injected.class).service.text("?")).isEqualTo("call 1");
      assertThat(trial.bean(BeanFallback.class).calls).isEqualTo(1);
    }
  }

  @Test
  void aDefaultMethodIsTheLastResortOfAnAnnotatedOne() {
    try (Trial trial = Trial.down(WithDefault.class, LlmFallbackConfiguration.class)) {
      WithDefault service = trial.bean(WithDefault.class);
      assertThat(service.text("Where?")).isEqualTo("Where? OVERLOADED");
      assertThat(service.offline("So?", new LlmException(ErrorKind.TIMEOUT, "x")))
          .isEqualTo("So? TIMEOUT");
    }
  }
}
