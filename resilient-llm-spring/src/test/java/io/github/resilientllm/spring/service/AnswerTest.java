package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of an answer. */
class AnswerTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  enum Mood {
    CALM,
    ANGRY
  }

  record Item(String name, int count) {}

  record Delivery(
      String city,
      LocalDate due,
      Mood mood,
      List<Item> items,
      Optional<String> note,
      @Nullable Mood before) {}

  record Visit(
      @JsonPropertyDescription("the day of the visit") LocalDate day,
      @JsonPropertyDescription("when it begins") @Nullable LocalTime begin) {}

  record Pair<T>(T first, T second) {}

  @LlmService
  interface Support {
    Delivery extract(String mail);

    ChatResponse whole(String question);

    Mood mood(String mail);

    boolean isSpam(String mail);

    List<Item> items(String mail);

    Map<String, Integer> counts(String mail);

    Pair<Item> pair(String mail);

    Visit visit(String mail);

    CompletableFuture<Mood> later(String mail);

    CompletionStage<String> stage(String question);

    ChatStream tell(String question);

    default String twice(String question) {
      return question + question;
    }
  }

  @LlmService("support")
  interface ByName {
    ChatResponse whole(String question);
  }

  @LlmService(policy = "${which}")
  interface ByPlaceholder {
    ChatResponse whole(String question);
  }

  private static final String DELIVERY =
      """
      {"city":"Hamburg","due":"2026-12-24","mood":"CALM",
       "items":[{"name":"shoe","count":2}],"note":null,"before":"ANGRY"}""";

  @ParameterizedTest
  @ValueSource(strings = {"%s", "```json\n%s\n```", "  ```\n%s```\n", "\n%s\n"})
  void aRecordIsReadAlsoFromAFence(String form) {
    try (Trial trial = Trial.of(Support.class, form.formatted(DELIVERY))) {
      assertThat(trial.bean(Support.class).extract("..."))
          .isEqualTo(
              new Delivery(
                  "Hamburg",
                  LocalDate.of(2026, 12, 24),
                  Mood.CALM,
                  List.of(new Item("shoe", 2)),
                  Optional.empty(),
                  Mood.ANGRY));
    }
  }

  @Test
  void theModelIsHeldToTheSchemaOfARecord() {
    try (Trial trial = Trial.of(Support.class, DELIVERY)) {
      trial.bean(Support.class).extract("...");
      assertThat(trial.schema())
          .isEqualTo(
              """
              {"type":"object","properties":{\
              "city":{"type":"string"},\
              "due":{"type":"string","format":"date"},\
              "mood":{"type":"string","enum":["CALM","ANGRY"]},\
              "items":{"type":"array","items":{"type":"object","properties":{\
              "name":{"type":"string"},"count":{"type":"integer"}},\
              "required":["name","count"],"additionalProperties":false}},\
              "note":{"type":["string","null"]},\
              "before":{"type":["string","null"],"enum":["CALM","ANGRY",null]}},\
              "required":["city","due","mood","items","note","before"],\
              "additionalProperties":false}""");
    }
  }

  @Test
  void theModelIsToldWhatAComponentIs() {
    try (Trial trial = Trial.of(Support.class, "{\"day\":\"2026-12-24\",\"begin\":null}")) {
      assertThat(trial.bean(Support.class).visit("..."))
          .isEqualTo(new Visit(LocalDate.of(2026, 12, 24), null));
      assertThat(trial.schema())
          .contains(
              """
              "day":{"type":"string","format":"date","description":"the day of the visit"},\
              "begin":{"type":["string","null"],\
              "description":"when it begins (time without offset, as 16:30:00)"}""");
    }
  }

  @Test
  void whatIsNoObjectIsAskedForAsThePropertyOfOne() {
    try (Trial trial = Trial.of(Support.class, "{\"value\":\"ANGRY\"}")) {
      assertThat(trial.bean(Support.class).mood("...")).isEqualTo(Mood.ANGRY);
      assertThat(trial.schema())
          .isEqualTo(
              """
              {"type":"object","properties":{\
              "value":{"type":"string","enum":["CALM","ANGRY"]}},\
              "required":["value"],"additionalProperties":false}""");
    }
    try (Trial trial = Trial.of(Support.class, "{\"value\":true}")) {
      assertThat(trial.bean(Support.class).isSpam("...")).isTrue();
    }
    try (Trial trial = Trial.of(Support.class, "{\"value\":[{\"name\":\"shoe\",\"count\":2}]}")) {
      assertThat(trial.bean(Support.class).items("...")).containsExactly(new Item("shoe", 2));
    }
  }

  @Test
  void aMapIsAnObjectOfAnyNames() {
    try (Trial trial = Trial.of(Support.class, "{\"shoe\":2}")) {
      assertThat(trial.bean(Support.class).counts("...")).isEqualTo(Map.of("shoe", 2));
      assertThat(trial.schema())
          .isEqualTo("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}");
    }
  }

  @Test
  void aGenericRecordKnowsOfWhat() {
    String item = "{\"name\":\"shoe\",\"count\":2}";
    try (Trial trial =
        Trial.of(Support.class, "{\"first\":" + item + ",\"second\":" + item + "}")) {
      assertThat(trial.bean(Support.class).pair("..."))
          .isEqualTo(new Pair<>(new Item("shoe", 2), new Item("shoe", 2)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "{\"city\":\"secret\"}",
        "{\"city\":\"secret\",\"due\":\"soon\"}",
        "[]",
        "null",
        "",
        "{\"city\":\"secret\"",
        "```json"
      })
  void whatIsNoRecordFailsWithItsAttemptsAndWithoutItsWords(String answer) {
    try (Trial trial = Trial.of(Support.class, answer)) {
      Support support = trial.bean(Support.class);
      LlmException failure = catchThrowableOfType(LlmException.class, () -> support.extract("..."));
      assertThat(failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(failure).hasMessageContaining("no Delivery").hasNoCause();
      assertThat(failure.getMessage()).doesNotContain("secret", "soon", "no json");
      assertThat(failure.attempts()).hasSize(1);
      assertThat(failure.partialText()).isEqualTo(answer);
    }
  }

  @Test
  void aPolicyIsNamedOrComesFromAProperty() {
    try (Trial trial = Trial.of(ByName.class, "x")) {
      assertThat(trial.bean(ByName.class).whole("?").answeredBy()).isEqualTo("support");
    }
    try (Trial trial = Trial.of(Support.class, "x")) {
      assertThat(trial.bean(Support.class).whole("?").answeredBy()).isEqualTo("standard");
    }
    ScriptedProvider vendor = Trial.vendor(Script.answer("x"));
    try (var app = Trial.start(vendor, ByPlaceholder.class, new Class<?>[0], "--which=support")) {
      assertThat(app.getBean(ByPlaceholder.class).whole("?").answeredBy()).isEqualTo("support");
    }
  }

  @Test
  void aFutureEndsWithTheValueOrTheFailure() {
    try (Trial trial = Trial.of(Support.class, "{\"value\":\"CALM\"}")) {
      assertThat(trial.bean(Support.class).later("...")).succeedsWithin(SOON).isEqualTo(Mood.CALM);
      assertThat(trial.bean(Support.class).stage("?").toCompletableFuture())
          .succeedsWithin(SOON)
          .isEqualTo("{\"value\":\"CALM\"}");
    }
    try (Trial trial = Trial.of(Support.class, "no json")) {
      assertThat(trial.bean(Support.class).later("..."))
          .failsWithin(SOON)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(LlmException.class)
          .withMessageContaining("MALFORMED_RESPONSE");
    }
  }

  @Test
  void cancellingAFutureEndsTheCallOnTheWire() {
    ScriptedProvider vendor = Trial.vendor(Script.hang());
    try (Trial trial = Trial.of(Support.class, vendor)) {
      CompletableFuture<Mood> answer = trial.bean(Support.class).later("...");
      Until.isTrue(() -> vendor.open() == 1);
      answer.cancel(true);
      Until.isTrue(() -> vendor.open() == 0);
    }
  }

  @Test
  void aStreamIsReadPieceByPiece() {
    ScriptedProvider vendor = Trial.vendor(Script.script().says("In ").says("Hamburg.").done());
    try (Trial trial = Trial.of(Support.class, vendor);
        ChatStream stream = trial.bean(Support.class).tell("Where?")) {
      assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("In "));
      assertThat(stream.response().text()).isEqualTo("In Hamburg.");
    }
  }
}
