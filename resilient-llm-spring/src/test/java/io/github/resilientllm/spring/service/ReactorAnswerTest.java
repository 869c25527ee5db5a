package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers as Reactor's publishers. */
class ReactorAnswerTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  record City(String name) {}

  interface Everything {
    Mono<City> city(String question);

    Flux<String> words(String question);

    Flux<ChatEvent> events(String question);
  }

  @LlmService
  interface Plain extends Everything {}

  @LlmService("support")
  interface Retrying extends Everything {}

  @LlmService(fallback = Offline.class)
  interface WithFallback extends Everything {}

  static class Offline implements WithFallback {
    @Override
    public Mono<City> city(String question) {
      return Mono.just(new City("nowhere"));
    }

    @Override
    public Flux<String> words(String question) {
      return Flux.just("Off", "line.");
    }

    @Override
    public Flux<ChatEvent> events(String question) {
      return Flux.empty();
    }
  }

  @LlmService
  interface FluxOfRecords {
    Flux<City> cities(String question);
  }

  @Component
  static class Desk {
    private final Plain service;

    Desk(Plain service) {
      this.service = service;
    }

    @LlmFallback(timeout = "1m")
    public Flux<String> words(String id) {
      return service.words("Where?");
    }
  }

  private static ScriptedProvider inPieces() {
    return Trial.vendor(Script.script().says("In ").says("Hamburg.").done());
  }

  @Test
  void aFluxIsOfTextsOrEventsAndAsksAnewForEachSubscriber() {
    ScriptedProvider vendor = inPieces();
    try (Trial trial = Trial.of(Plain.class, vendor)) {
      Flux<String> words = trial.bean(Plain.class).words("Where?");
      assertThat(vendor.attempts()).isZero();
      assertThat(words.collectList().block(SOON)).containsExactly("In ", "Hamburg.");
      assertThat(words.collectList().block(SOON)).containsExactly("In ", "Hamburg.");
      assertThat(vendor.attempts()).isEqualTo(2);
      assertThat(trial.bean(Plain.class).events("Where?").collectList().block(SOON))
          .hasSize(3)
          .last()
          .isInstanceOf(ChatEvent.Finished.class);
      Until.isTrue(() -> vendor.open() == 0);
    }
  }

  @Test
  void aMonoIsOfAValueAndAsksWhenItIsSubscribedTo() {
    try (Trial trial = Trial.of(Plain.class, "{\"name\":\"Hamburg\"}")) {
      Mono<City> city = trial.bean(Plain.class).city("...");
      assertThat(trial.vendor().attempts()).isZero();
      assertThat(city.block(SOON)).isEqualTo(new City("Hamburg"));
    }
  }

  @Test
  void cancellingEndsTheCallOnTheWire() {
    ScriptedProvider vendor = Trial.vendor(Script.script().says("In ").stalls());
    try (Trial trial = Trial.of(Plain.class, vendor)) {
      assertThat(trial.bean(Plain.class).words("?").blockFirst(SOON)).isEqualTo("In ");
      Until.isTrue(() -> vendor.open() == 0);
      Disposable city = trial.bean(Plain.class).city("?").subscribe();
      Until.isTrue(() -> vendor.open() == 1);
      city.dispose();
      Until.isTrue(() -> vendor.open() == 0);
    }
  }

  @Test
  void whoHasCancelledIsNotToldThatTheAnswerIsComplete() {
    Script stalling = Script.script().says("In ").stalls();
    ScriptedProvider vendor = Trial.vendor(stalling, stalling, Script.answer("In Hamburg."));
    try (Trial trial = Trial.of(Plain.class, vendor)) {
      Plain service = trial.bean(Plain.class);
      AtomicInteger ends = new AtomicInteger();
      for (Flux<?> answer : List.of(service.words("?"), service.events("?"))) {
        AtomicInteger begun = new AtomicInteger();
        Disposable reading =
            answer
                .doOnComplete(ends::incrementAndGet) // where an application keeps the answer
                .doOnError(e -> ends.incrementAndGet())
                .subscribe(piece -> begun.incrementAndGet());
        Until.isTrue(() -> begun.get() > 0);
        reading.dispose();
        Until.isTrue(() -> vendor.open() == 0);
      }
      assertThat(service.words("?").blockLast(SOON)).isEqualTo("In Hamburg.");
      assertThat(ends).hasValue(0);
    }
  }

  @Test
  void aFluxOfTextsFailsWhereTheAnswerBeginsAgainAndOneOfEventsSaysSo() {
    Script[] scripts = {
      Script.script().says("In ").fails(ErrorKind.NETWORK), Script.answer("In Hamburg.")
    };
    try (Trial trial = Trial.of(Retrying.class, Trial.vendor(scripts))) {
      Flux<String> words = trial.bean(Retrying.class).words("?");
      assertThat(catchThrowableOfType(LlmException.class, () -> words.blockLast(SOON)))
          .hasMessageContaining("return a Flux<ChatEvent> to see it");
    }
    try (Trial trial = Trial.of(Retrying.class, Trial.vendor(scripts))) {
      List<ChatEvent> events = trial.bean(Retrying.class).events("?").collectList().block(SOON);
      assertThat(events).hasAtLeastOneElementOfType(ChatEvent.Restarted.class);
    }
  }

  @Test
  void theFallbackTakesThePlaceOfWhatFailedBeforeItsFirstElement() {
    try (Trial trial = Trial.down(WithFallback.class)) {
      WithFallback service = trial.bean(WithFallback.class);
      assertThat(service.city("?").block(SOON)).isEqualTo(new City("nowhere"));
      assertThat(service.words("?").collectList().block(SOON)).containsExactly("Off", "line.");
      assertThat(service.events("?").collectList().block(SOON)).isEmpty();
    }
    try (Trial trial = Trial.of(WithFallback.class, "no json")) {
      assertThat(trial.bean(WithFallback.class).city("?").block(SOON))
          .isEqualTo(new City("nowhere"));
    }
    ScriptedProvider breaks = Trial.vendor(Script.script().says("In ").fails(ErrorKind.NETWORK));
    try (Trial trial = Trial.of(WithFallback.class, breaks)) {
      Flux<String> words = trial.bean(WithFallback.class).words("?");
      assertThatThrownBy(() -> words.blockLast(SOON)).isInstanceOf(LlmException.class);
    }
  }

  @Test
  void withoutFallbackTheFailureComesThrough() {
    try (Trial trial = Trial.down(Plain.class)) {
      Plain service = trial.bean(Plain.class);
      assertThatThrownBy(() -> service.city("?").block(SOON)).isInstanceOf(LlmException.class);
      assertThatThrownBy(() -> service.words("?").blockLast(SOON)).isInstanceOf(LlmException.class);
    }
  }

  @Test
  void noStreamWaitsForAThreadHoweverManyAreReadAtOnce() {
    int many = 10 * Runtime.getRuntime().availableProcessors() + 5; // more than Reactor has threads
    ScriptedProvider stalls = Trial.vendor(Script.script().says("In ").stalls());
    try (Trial trial = Trial.of(Plain.class, stalls)) {
      AtomicInteger begun = new AtomicInteger();
      Disposable.Composite all = Disposables.composite();
      for (int i = 0; i < many; i++) {
        all.add(
            trial.bean(Plain.class).words("?").subscribe(word -> begun.incrementAndGet(), e -> {}));
      }
      Until.isTrue(() -> begun.get() == many);
      all.dispose();
    }
  }

  @Test
  void theScopeOfAnAnnotatedMethodHoldsWhereItIsSubscribedTo() {
    try (Trial trial = Trial.of(Plain.class, "x", Desk.class, LlmFallbackConfiguration.class)) {
      Desk desk = trial.bean(Desk.class);
      desk.words("t1").blockLast(SOON);
      assertThat(trial.asked().timeout().orElseThrow()).isLessThan(Duration.ofMinutes(1));
    }
  }

  @Test
  void aFluxOfAnythingElseIsRefused() {
    assertThat(Trial.failure(FluxOfRecords.class))
        .contains("a stream is of pieces of text or of events.", "a Flux<String>");
  }
}
