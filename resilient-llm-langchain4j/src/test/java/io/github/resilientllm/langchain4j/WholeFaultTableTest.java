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
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
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
  private final Vendor healthy = Vendor.start("healthy").says("Friday.");
  private final Vendor sick = Vendor.start("sick").says("It is Monday.");

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
                    .map(row -> Arguments.of(way, row.name(), row.kindOf(way), row.trouble())));
  }

  /** A row of the table. */
  record Fault(String name, ErrorKind whole, ErrorKind streamed, Consumer<Vendor> trouble) {
    ErrorKind kindOf(Way way) {
      return way == Way.WHOLE ? whole : streamed;
    }
  }

  static Stream<Fault> refusals() {
    return Stream.of(
        fault("503 for ever", ErrorKind.OVERLOADED, vendor -> vendor.is(Trouble.DOWN)),
        fault(
            "429, quota exhausted",
            ErrorKind.QUOTA_EXHAUSTED,
            vendor -> vendor.is(Trouble.OUT_OF_QUOTA)),
        fault("429, Retry-After 4", ErrorKind.RATE_LIMITED, vendor -> limited(vendor, 4)),
        fault("429, Retry-After 30", ErrorKind.RATE_LIMITED, vendor -> limited(vendor, 30)),
        fault("no answer", ErrorKind.TIMEOUT, vendor -> vendor.is(Trouble.SILENT)),
        new Fault(
            "200 with an error",
            ErrorKind.SERVER_ERROR,
            ErrorKind.STREAM_TRUNCATED,
            vendor -> vendor.answersWithTheBody("{\"error\":{\"message\":\"lost\",\"code\":500}}")),
        new Fault(
            "200 without choices",
            ErrorKind.SERVER_ERROR,
            ErrorKind.STREAM_TRUNCATED,
            vendor -> vendor.answersWithTheBody("{\"id\":\"c1\",\"choices\":[],\"usage\":{}}")));
  }

  private static void limited(Vendor vendor, int seconds) {
    vendor.is(Trouble.LIMITED).retryAfter(Duration.ofSeconds(seconds));
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
                                    row.trouble())),
                    Stream.of(
                        Arguments.of(
                            way, "too long", "ERROR", trouble(WholeFaultTableTest::tooLong)),
                        Arguments.of(way, "filtered", "null", trouble(WholeFaultTableTest::filter)),
                        Arguments.of(way, "length", "It is", trouble(WholeFaultTableTest::cut)))));
  }

  @Test
  @DisplayName("LangChain4j alone asks three times, whether that can help or not")
  void itsOwnRetries() {
    healthy.is(Trouble.OUT_OF_QUOTA);
    sick.is(Trouble.DOWN);

    for (Vendor vendor : List.of(healthy, sick)) {
      assertThatThrownBy(() -> Ladder.whole(vendor.baseUrl()).chat("When does it arrive?"))
          .isInstanceOf(LangChain4jException.class);
      assertThat(vendor.requests()).hasSize(3);
    }
  }

  @ParameterizedTest(name = "{0}, {1}: {2}")
  @MethodSource("today")
  @DisplayName("LangChain4j alone fails, or passes off as an answer what is none")
  void before(Way way, String name, String outcome, Consumer<Vendor> trouble) throws Throwable {
    trouble.accept(sick);
    Assistant alone =
        Assistant.with(Ladder.quick(sick.baseUrl()), Ladder.quickStreaming(sick.baseUrl()));

    if (outcome.equals("ERROR")) {
      assertThatThrownBy(() -> way.ask(alone)).isInstanceOf(LangChain4jException.class);
    } else {
      assertThat(String.valueOf(way.ask(alone))).isEqualTo(outcome);
    }
    assertThat(healthy.requests()).isEmpty();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("faults")
  @DisplayName("the next target answers, after one request to the sick one")
  void nextTarget(Way way, String name, ErrorKind kind, Consumer<Vendor> trouble) throws Throwable {
    trouble.accept(sick);
    LangChain4jModels models =
        LangChain4jModels.over(
            Ladder.over(sick.baseUrl(), healthy.baseUrl()).timeouts(clocks(kind)).build());

    String answer = way.ask(Assistant.with(models.chatModel(), models.streamingChatModel()));

    assertThat(answer).isEqualTo("Friday.");
    assertThat(sick.requests()).hasSize(1);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("faults")
  @DisplayName("with nobody else the failure is told in LangChain4j's words and in ours")
  void failure(Way way, String name, ErrorKind kind, Consumer<Vendor> trouble) {
    trouble.accept(sick);
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick.baseUrl()).timeouts(clocks(kind)).build());
    Assistant assistant = Assistant.with(models.chatModel(), models.streamingChatModel());

    LangChain4jException failure =
        catchThrowableOfType(LangChain4jException.class, () -> way.ask(assistant));

    assertThat(((LlmException) failure.getCause()).kind()).isEqualTo(kind);
    assertThat(((LlmException) failure.getCause()).attempts()).hasSize(1);
    assertThat(sick.requests()).hasSize(1);
  }

  @Test
  @DisplayName("LangChain4j alone retries an exhausted quota three times")
  void quotaBefore() {
    sick.is(Trouble.OUT_OF_QUOTA);
    Assistant assistant =
        Assistant.with(Ladder.whole(sick.baseUrl()), Ladder.streaming(sick.baseUrl()));

    assertThatThrownBy(() -> assistant.ask("When?")).isInstanceOf(LangChain4jException.class);

    assertThat(sick.requests()).hasSize(3);
  }

  @Test
  @DisplayName("a Retry-After is heard, and waited for, where the model's HTTP client is watched")
  void retryAfter() {
    sick.is(Trouble.LIMITED).retryAfter(Duration.ofMillis(300)).once();
    List<Duration> waits = new CopyOnWriteArrayList<>();
    LangChain4jModels models =
        LangChain4jModels.over(
            ResilientLlm.with(LangChain4jProvider.of(Ladder.watched(sick.baseUrl())))
                .listener(
                    event -> {
                      if (event instanceof CallEvent.RetryScheduled retry) {
                        waits.add(retry.delay());
                      }
                    })
                .build());

    assertThat(models.chatModel().chat("When?")).isEqualTo("It is Monday.");
    assertThat(waits)
        .singleElement()
        // from then on, and it was told a little before
        .satisfies(wait -> assertThat(wait).isGreaterThan(Duration.ofMillis(200)));
  }

  @Test
  @DisplayName("a 503 that passes is retried by our budget")
  void retried() {
    sick.is(Trouble.DOWN).once();
    LangChain4jModels models =
        LangChain4jModels.over(Ladder.over(sick.baseUrl()).retry(Retry.upTo(3)).build());

    assertThat(models.chatModel().chat("When?")).isEqualTo("It is Monday.");
    assertThat(sick.requests()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  @DisplayName("a request that is too long is refused once, and known as that")
  void tooLong(Way way) {
    tooLong(sick);

    InvalidRequestException failure =
        catchThrowableOfType(InvalidRequestException.class, () -> way.ask(alone()));

    assertThat(((LlmException) failure.getCause()).kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    assertThat(sick.requests()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  @DisplayName("a filtered answer is an error and not an empty success")
  void filtered(Way way) {
    filter(sick);

    assertThatThrownBy(() -> way.ask(alone()))
        .isInstanceOf(ContentFilteredException.class)
        .hasCauseInstanceOf(LlmException.class);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  @DisplayName("an answer cut by its length is one")
  void length(Way way) throws Throwable {
    cut(sick);

    assertThat(way.ask(alone())).isEqualTo("It is");
  }

  /** A service by our models over the sick vendor alone. */
  private Assistant alone() {
    LangChain4jModels models = LangChain4jModels.over(Ladder.over(sick.baseUrl()).build());
    return Assistant.with(models.chatModel(), models.streamingChatModel());
  }

  private static void tooLong(Vendor vendor) {
    vendor.refuses(400, "context_length_exceeded");
  }

  private static void filter(Vendor vendor) {
    vendor.streams(0).thenIsFiltered();
  }

  private static void cut(Vendor vendor) {
    vendor.streams(2).thenIsTooLong();
  }

  private static Consumer<Vendor> trouble(Consumer<Vendor> trouble) {
    return trouble;
  }

  private static Timeouts clocks(ErrorKind kind) {
    Timeouts clocks = Timeouts.deadline(Duration.ofSeconds(15));
    return kind == ErrorKind.TIMEOUT ? clocks.withAttempt(Duration.ofSeconds(1)) : clocks;
  }

  private static Fault fault(String name, ErrorKind kind, Consumer<Vendor> trouble) {
    return new Fault(name, kind, kind, trouble);
  }
}
