package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.output.FinishReason;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an AI service's question meets in an outage: with LangChain4j alone, and with us. */
class WholeFaultTableTest {
  private static final String QUOTA =
      "{\"error\":{\"message\":\"You exceeded your quota\",\"type\":\"insufficient_quota\","
          + "\"code\":\"insufficient_quota\"}}";
  private static final String LIMIT =
      "{\"error\":{\"message\":\"Slow down\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}";
  private static final String TOO_LONG =
      "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\","
          + "\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}";

  private final LocalVendor healthy = LocalVendor.answering(wire -> Wires.answer(wire, "Friday."));
  private LocalVendor sick = healthy;

  @AfterEach
  void close() {
    sick.close();
    healthy.close();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("503 for ever", ErrorKind.OVERLOADED, wire -> wire.json(503, "{}")),
        fault("429, quota exhausted", ErrorKind.QUOTA_EXHAUSTED, wire -> wire.json(429, QUOTA)),
        fault(
            "429, Retry-After 4",
            ErrorKind.RATE_LIMITED,
            wire -> wire.json(429, LIMIT, "Retry-After: 4")),
        fault(
            "429, Retry-After 30",
            ErrorKind.RATE_LIMITED,
            wire -> wire.json(429, LIMIT, "Retry-After: 30")),
        fault("no answer", ErrorKind.TIMEOUT, LocalVendor.Wire::hang),
        fault(
            "200 with an error",
            ErrorKind.SERVER_ERROR,
            wire -> wire.json(200, "{\"error\":{\"message\":\"lost\",\"code\":500}}")),
        fault(
            "200 without choices",
            ErrorKind.SERVER_ERROR,
            wire -> wire.json(200, "{\"id\":\"c1\",\"choices\":[]," + Wires.USAGE + "}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @DisplayName("the next target answers, after one request to the sick one")
  void nextTarget(String name, ErrorKind kind, LocalVendor.Script script) {
    sick = LocalVendor.answering(script);
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick, healthy).timeouts(clocks(kind)).build());

    String answer =
        Assistant.with(models.chatModel(), models.streamingChatModel()).ask("When does it arrive?");

    assertThat(answer).isEqualTo("Friday.");
    assertThat(sick.requests()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @DisplayName("with nobody else the failure is told in LangChain4j's words and in ours")
  void failure(String name, ErrorKind kind, LocalVendor.Script script) {
    sick = LocalVendor.answering(script);
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick).timeouts(clocks(kind)).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    LangChain4jException failure =
        catchThrowableOfType(LangChain4jException.class, () -> assistant.ask("When?"));

    assertThat(((LlmException) failure.getCause()).kind()).isEqualTo(kind);
    assertThat(((LlmException) failure.getCause()).attempts()).hasSize(1);
    assertThat(sick.requests()).isEqualTo(1);
  }

  @Test
  @DisplayName("LangChain4j alone retries an exhausted quota three times")
  void quotaBefore() {
    sick = LocalVendor.answering(wire -> wire.json(429, QUOTA));
    Assistant assistant = Assistant.with(Ladder.whole(sick), Ladder.streaming(sick));

    assertThatThrownBy(() -> assistant.ask("When?")).isInstanceOf(LangChain4jException.class);

    assertThat(sick.requests()).isEqualTo(3);
  }

  @Test
  @DisplayName("a 503 that passes is retried by our budget")
  void retried() {
    sick =
        LocalVendor.answering(
            wire -> {
              if (wire.number() == 1) {
                wire.json(503, "{}");
              } else {
                Wires.answer(wire, "Monday.");
              }
            });
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick).retry(Retry.upTo(3)).build());

    assertThat(models.chatModel().chat("When?")).isEqualTo("Monday.");
    assertThat(sick.requests()).isEqualTo(2);
  }

  @Test
  @DisplayName("a request that is too long is refused once, and known as that")
  void tooLong() {
    sick = LocalVendor.answering(wire -> wire.json(400, TOO_LONG));
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick).build());

    InvalidRequestException failure =
        catchThrowableOfType(
            InvalidRequestException.class, () -> models.chatModel().chat("A long story"));

    assertThat(((LlmException) failure.getCause()).kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    assertThat(sick.requests()).isEqualTo(1);
  }

  @Test
  @DisplayName("a filtered answer is an error and not an empty success")
  void filtered() {
    sick =
        LocalVendor.answering(
            wire ->
                wire.json(
                    200,
                    Wires.whole("{\"role\":\"assistant\",\"content\":null}", "content_filter")));
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick).build());

    assertThatThrownBy(() -> models.chatModel().chat("Something bad"))
        .isInstanceOf(ContentFilteredException.class)
        .hasCauseInstanceOf(LlmException.class);
  }

  @Test
  @DisplayName("an answer cut by its length says so")
  void length() {
    sick =
        LocalVendor.answering(
            wire ->
                wire.json(
                    200, Wires.whole("{\"role\":\"assistant\",\"content\":\"It is\"}", "length")));
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick).build());

    var response =
        models.chatModel().chat(dev.langchain4j.data.message.UserMessage.from("What is it?"));

    assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(response.aiMessage().text()).isEqualTo("It is");
  }

  private static Timeouts clocks(ErrorKind kind) {
    Timeouts clocks = Timeouts.deadline(Duration.ofSeconds(15));
    return kind == ErrorKind.TIMEOUT ? clocks.withAttempt(Duration.ofSeconds(1)) : clocks;
  }

  private static Arguments fault(String name, ErrorKind kind, LocalVendor.Script script) {
    return Arguments.of(name, kind, script);
  }
}
