package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an AI service's question meets in an outage that gives no answer, asked for whole or as a
 * stream: with LangChain4j alone, and with us.
 */
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

  /** The two ways to ask an AI service. */
  enum Way {
    WHOLE {
      @Override
      String ask(Assistant assistant) {
        return assistant.ask("When does it arrive?");
      }
    },
    STREAMED {
      @Override
      String ask(Assistant assistant) throws Throwable {
        Assistant.Streamed streamed = Assistant.Streamed.of(assistant, "When does it arrive?");
        assertThat(streamed.ends).as("one end").hasSize(1);
        if (!streamed.errors.isEmpty()) {
          throw streamed.errors.get(0);
        }
        return streamed.ends.get(0).substring("COMPLETE ".length());
      }
    };

    abstract String ask(Assistant assistant) throws Throwable;
  }

  static Stream<Arguments> faults() {
    return Stream.of(Way.values())
        .flatMap(
            way ->
                refusals()
                    .map(row -> Arguments.of(way, row.name(), row.kindOf(way), row.script())));
  }

  /** A row of the table. */
  record Fault(String name, ErrorKind whole, ErrorKind streamed, LocalVendor.Script script) {
    ErrorKind kindOf(Way way) {
      return way == Way.WHOLE ? whole : streamed;
    }
  }

  static Stream<Fault> refusals() {
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
        new Fault(
            "200 with an error",
            ErrorKind.SERVER_ERROR,
            ErrorKind.STREAM_TRUNCATED,
            wire -> wire.json(200, "{\"error\":{\"message\":\"lost\",\"code\":500}}")),
        new Fault(
            "200 without choices",
            ErrorKind.SERVER_ERROR,
            ErrorKind.STREAM_TRUNCATED,
            wire -> wire.json(200, "{\"id\":\"c1\",\"choices\":[]," + Wires.USAGE + "}")));
  }

  static Stream<Arguments> today() {
    return Stream.of(Way.values())
        .flatMap(
            way ->
                Stream.concat(
                    refusals()
                        .map(
                            row ->
                                Arguments.of(
                                    way,
                                    row.name(),
                                    // the time-out holds for no stream, which then never ends
                                    row.kindOf(way) == ErrorKind.STREAM_TRUNCATED
                                        ? "null"
                                        : "ERROR",
                                    row.script())),
                    Stream.of(
                        Arguments.of(
                            way, "too long", "ERROR", script(wire -> wire.json(400, TOO_LONG))),
                        Arguments.of(way, "filtered", "null", script(WholeFaultTableTest::filter)),
                        Arguments.of(way, "length", "It is", script(WholeFaultTableTest::cut)))));
  }

  @ParameterizedTest(name = "{0}, {1}: {2}")
  @MethodSource("today")
  @DisplayName("LangChain4j alone fails, or passes off as an answer what is none")
  void before(Way way, String name, String outcome, LocalVendor.Script script) throws Throwable {
    sick = LocalVendor.answering(script);
    Assistant alone = Assistant.with(Ladder.quick(sick), Ladder.quickStreaming(sick));

    if (outcome.equals("ERROR")) {
      assertThatThrownBy(() -> way.ask(alone)).isInstanceOf(LangChain4jException.class);
    } else {
      assertThat(String.valueOf(way.ask(alone))).isEqualTo(outcome);
    }
    assertThat(healthy.requests()).isZero();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("faults")
  @DisplayName("the next target answers, after one request to the sick one")
  void nextTarget(Way way, String name, ErrorKind kind, LocalVendor.Script script)
      throws Throwable {
    sick = LocalVendor.answering(script);
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick, healthy).timeouts(clocks(kind)).build());

    String answer = way.ask(Assistant.with(models.chatModel(), models.streamingChatModel()));

    assertThat(answer).isEqualTo("Friday.");
    assertThat(sick.requests()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("faults")
  @DisplayName("with nobody else the failure is told in LangChain4j's words and in ours")
  void failure(Way way, String name, ErrorKind kind, LocalVendor.Script script) {
    sick = LocalVendor.answering(script);
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick).timeouts(clocks(kind)).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    LangChain4jException failure =
        catchThrowableOfType(LangChain4jException.class, () -> way.ask(assistant));

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
  @DisplayName("a Retry-After is heard, and waited for, where the model's HTTP client is watched")
  void retryAfter() {
    sick =
        LocalVendor.answering(
            wire -> {
              if (wire.number() == 1) {
                wire.json(429, LIMIT, "retry-after-ms: 300");
              } else {
                Wires.answer(wire, "Monday.");
              }
            });
    List<Duration> waits = new CopyOnWriteArrayList<>();
    LangChain4jModels models =
        LangChain4jModels.over(
            ResilientLlm.with(LangChain4jProvider.of(Ladder.watched(sick)))
                .listener(
                    event -> {
                      if (event instanceof CallEvent.RetryScheduled retry) {
                        waits.add(retry.delay());
                      }
                    })
                .build());

    assertThat(models.chatModel().chat("When?")).isEqualTo("Monday.");
    assertThat(waits)
        .singleElement()
        // from then on, and it was told a little before
        .satisfies(wait -> assertThat(wait).isGreaterThan(Duration.ofMillis(200)));
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

  @ParameterizedTest
  @EnumSource(Way.class)
  @DisplayName("a request that is too long is refused once, and known as that")
  void tooLong(Way way) {
    sick = LocalVendor.answering(wire -> wire.json(400, TOO_LONG));

    InvalidRequestException failure =
        catchThrowableOfType(InvalidRequestException.class, () -> way.ask(alone()));

    assertThat(((LlmException) failure.getCause()).kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    assertThat(sick.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  @DisplayName("a filtered answer is an error and not an empty success")
  void filtered(Way way) {
    sick = LocalVendor.answering(WholeFaultTableTest::filter);

    assertThatThrownBy(() -> way.ask(alone()))
        .isInstanceOf(ContentFilteredException.class)
        .hasCauseInstanceOf(LlmException.class);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  @DisplayName("an answer cut by its length is one")
  void length(Way way) throws Throwable {
    sick = LocalVendor.answering(WholeFaultTableTest::cut);

    assertThat(way.ask(alone())).isEqualTo("It is");
  }

  /** A service by our models over the sick vendor alone. */
  private Assistant alone() {
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick).build());
    return Assistant.with(models.chatModel(), models.streamingChatModel());
  }

  private static void filter(LocalVendor.Wire wire) throws IOException {
    Wires.end(wire, "", "content_filter");
  }

  private static void cut(LocalVendor.Wire wire) throws IOException {
    Wires.end(wire, "It is", "length");
  }

  private static LocalVendor.Script script(LocalVendor.Script script) {
    return script;
  }

  private static Timeouts clocks(ErrorKind kind) {
    Timeouts clocks = Timeouts.deadline(Duration.ofSeconds(15));
    return kind == ErrorKind.TIMEOUT ? clocks.withAttempt(Duration.ofSeconds(1)) : clocks;
  }

  private static Fault fault(String name, ErrorKind kind, LocalVendor.Script script) {
    return new Fault(name, kind, kind, script);
  }
}
