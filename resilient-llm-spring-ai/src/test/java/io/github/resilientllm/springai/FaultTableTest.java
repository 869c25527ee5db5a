package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Fallback.MidStream;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.springai.LocalVendor.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;

/**
 * What a user of {@code ChatClient} sees of each fault of a vendor, whole and streamed: the
 * backup's answer, or one failure. Never half an answer as a whole one.
 */
class FaultTableTest {
  /** Long enough to be continued. */
  private static final String HALF = "Your parcel was packed on Monday morning, and it left ";

  private static final String QUOTA = "{\"error\":{\"code\":\"insufficient_quota\"}}";
  private static final String OVERLOADED = "{\"error\":{\"message\":\"The server had an error\"}}";

  private final List<LocalVendor> vendors = new ArrayList<>();

  /** The two ways to ask. */
  enum Way {
    CALL {
      @Override
      String ask(ChatClient client) {
        return String.valueOf(client.prompt("Where is it?").call().content());
      }
    },
    STREAM {
      @Override
      String ask(ChatClient client) {
        List<String> pieces =
            client.prompt("Where is it?").stream().content().collectList().block();
        return String.join("", pieces == null ? List.of() : pieces);
      }
    };

    abstract String ask(ChatClient client);
  }

  /** So that the clocks of a row do not measure how long classes take to load. */
  @BeforeAll
  static void load() throws IOException {
    try (LocalVendor vendor = LocalVendor.says("Well.")) {
      ChatClient client = ChatClient.create(TheirModels.openAi(vendor));
      for (Way way : Way.values()) {
        assertThat(way.ask(client)).isEqualTo("Well.");
      }
    }
  }

  @AfterEach
  void close() throws IOException {
    for (LocalVendor vendor : vendors) {
      vendor.close();
    }
  }

  static Stream<Arguments> brokenStreams() {
    return Stream.of(
        row("clean end without finish reason", e -> e.sse().text("A").text("BC").endOfStream()),
        row("cut inside the body", e -> e.sse().text("A").text("BC").cut()),
        row("reset", e -> e.sse().text("A").text("BC").reset()),
        row("error in band", e -> e.sse().text("A").text("BC").event(OVERLOADED).done()),
        row(
            "error chunk of OpenRouter's",
            e ->
                e.sse()
                    .text("A")
                    .text("BC")
                    .delta(
                        "\"content\":\"\"",
                        "\"error\"",
                        "\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},")
                    .done()),
        row("stall after two tokens", e -> e.sse().text("A").text("BC").hang()));
  }

  static Stream<Arguments> today() {
    Script filter =
        e -> {
          if (e.isStream()) {
            e.sse().finish("content_filter").done();
          } else {
            e.json(200, LocalVendor.whole("", "content_filter"));
          }
        };
    Stream<Arguments> broken =
        brokenStreams()
            .map(
                row ->
                    Arguments.of(
                        Way.STREAM,
                        row.get()[0],
                        row.get()[0].toString().startsWith("clean end") ? "ABC" : "ERROR",
                        row.get()[1]));
    Stream<Arguments> silent =
        streamsWithoutContent()
            .filter(row -> !row.get()[0].toString().startsWith("role"))
            .map(row -> Arguments.of(Way.STREAM, row.get()[0], "ERROR", row.get()[1]));
    Stream<Arguments> refused =
        failures()
            .map(
                row ->
                    Arguments.of(
                        row.get()[0],
                        row.get()[1],
                        // a stream of JSON is a stream without anything
                        row.get()[1].equals("no choices")
                                || (row.get()[1].equals("error in a 200")
                                    && row.get()[0] == Way.STREAM)
                            ? "NOTHING"
                            : "ERROR",
                        row.get()[2]));
    Stream<Arguments> filtered =
        Stream.of(Way.values()).map(way -> Arguments.of(way, "filtered", "", filter));
    return Stream.of(broken, silent, refused, filtered).flatMap(rows -> rows);
  }

  @ParameterizedTest(name = "{0}, {1}: {2}")
  @MethodSource("today")
  void springAiAloneFailsOrPassesOffWhatIsNone(Way way, String row, String outcome, Script script)
      throws IOException {
    ChatClient alone =
        ChatClient.create(TheirModels.openAi(vendor(script), Duration.ofMillis(700)));
    if (outcome.equals("ERROR")) {
      assertThatThrownBy(() -> way.ask(alone)).isInstanceOf(RuntimeException.class);
    } else {
      assertThat(way.ask(alone))
          .isEqualTo(outcome.replace("NOTHING", way == Way.CALL ? "null" : ""));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenStreams")
  void aStreamThatBreaksOffIsNeverAWholeAnswer(String row, Script script) throws IOException {
    ChatClient client = client(vendor(script), LocalVendor.says("Well."));
    LlmException failure = catchThrowableOfType(LlmException.class, () -> Way.STREAM.ask(client));
    assertThat(failure).isNotNull();
    assertThat(failure.partialText()).isEqualTo("ABC");
  }

  static Stream<Arguments> streamsBrokenLate() {
    return Stream.of(
        row("clean end without finish reason", e -> e.sse().text(HALF).endOfStream()),
        row("cut inside the body", e -> e.sse().text(HALF).cut()),
        row("reset", e -> e.sse().text(HALF).reset()),
        row("error in band", e -> e.sse().text(HALF).event(OVERLOADED).done()),
        row("stall", e -> e.sse().text(HALF).hang()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streamsBrokenLate")
  void aStreamThatBreaksOffLaterGoesOnWithTheNextTarget(String row, Script script)
      throws IOException {
    ChatClient client = client(vendor(script), LocalVendor.says("on Tuesday."));
    assertThat(Way.STREAM.ask(client)).isEqualTo(HALF + "on Tuesday.");
    assertThat(vendors.get(1).requests().get(0)).contains("and it left", "Go on exactly");
  }

  static Stream<Arguments> streamsWithoutContent() {
    return Stream.of(
        row(
            "error: null on a healthy stream",
            e ->
                e.sse()
                    .delta("\"content\":\"A\"", "null", "\"error\":null,")
                    .finish("stop")
                    .done()),
        row("in-band error as the first event", e -> e.sse().event(OVERLOADED).done()),
        row(
            "role, and then the end",
            e -> e.sse().delta("\"role\":\"assistant\"", "null", "").endOfStream()),
        row("only comments", e -> e.sse().commentForEver()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streamsWithoutContent")
  void aStreamThatFailsBeforeItsFirstTokenIsAnsweredByTheNextTarget(String row, Script script)
      throws IOException {
    ChatClient client = client(vendor(script), LocalVendor.says("Well."));
    assertThat(Way.STREAM.ask(client)).isEqualTo("Well.");
  }

  static Stream<Arguments> failures() {
    return Stream.of(Way.values())
        .flatMap(
            way ->
                Stream.of(
                    row(way, "503", e -> e.json(503, OVERLOADED)),
                    row(way, "quota", e -> e.json(429, QUOTA)),
                    row(way, "429, retry after 30 s", e -> e.json(429, "{}", "Retry-After: 30")),
                    row(way, "never answers", e -> e.hang()),
                    row(way, "error in a 200", e -> e.json(200, OVERLOADED)),
                    row(
                        way,
                        "no choices",
                        e ->
                            e.json(
                                200,
                                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,"
                                    + "\"model\":\"m\",\"choices\":[]}")),
                    row(way, "wrong key", e -> e.json(401, "{}"))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("failures")
  void aTargetThatFailsIsLeftForTheNextOne(Way way, String row, Script script) throws IOException {
    ChatClient client = client(vendor(script), LocalVendor.says("Well."));
    long begun = System.nanoTime();
    assertThat(way.ask(client)).isEqualTo("Well.");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    assertThat(vendors.get(0).requests()).as("asked once").hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aDelayOfTheServersThatFitsIsWaitedFor(Way way) throws IOException {
    LocalVendor vendor =
        vendor(
            e -> e.json(429, "{}", "Retry-After: 1"),
            e -> {
              if (way == Way.STREAM) {
                e.sse().text("Well.").finish("stop").done();
              } else {
                e.json(200, LocalVendor.whole("Well.", "stop"));
              }
            });
    ChatClient client = ChatClient.create(model(retrying(), TheirModels.openAi(vendor)));
    long begun = System.nanoTime();
    assertThat(way.ask(client)).isEqualTo("Well.");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(999));
    assertThat(vendor.requests()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aTargetThatStandsAloneIsAskedAgainWithinItsTriesAndThenFails(Way way) throws IOException {
    LocalVendor vendor = vendor(e -> e.json(503, OVERLOADED));
    ChatClient client = ChatClient.create(model(retrying(), TheirModels.openAi(vendor)));
    LlmException failure = catchThrowableOfType(LlmException.class, () -> way.ask(client));
    assertThat(failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
    assertThat(vendor.requests()).hasSizeBetween(1, 3);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(Way.values())
        .flatMap(
            way ->
                Stream.of(
                    Arguments.of(
                        way,
                        ErrorKind.CONTEXT_TOO_LONG,
                        script(
                            e ->
                                e.json(400, "{\"error\":{\"code\":\"context_length_exceeded\"}}"))),
                    Arguments.of(
                        way,
                        ErrorKind.RATE_LIMITED,
                        script(e -> e.json(429, "{}", "Retry-After: 30"))),
                    Arguments.of(
                        way,
                        ErrorKind.CONTENT_FILTERED,
                        script(
                            e -> {
                              if (way == Way.STREAM) {
                                e.sse().finish("content_filter").done();
                              } else {
                                e.json(200, LocalVendor.whole("", "content_filter"));
                              }
                            }))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refusals")
  void whatNoWaitAndNoRetryHelpsFailsAtOnceByItsName(Way way, ErrorKind kind, Script script)
      throws IOException {
    LocalVendor vendor = vendor(script);
    ChatClient client = ChatClient.create(model(retrying(), TheirModels.openAi(vendor)));
    long begun = System.nanoTime();
    LlmException failure = catchThrowableOfType(LlmException.class, () -> way.ask(client));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(vendor.requests()).hasSize(1);
  }

  @Test
  void aStreamThatIsCutByItsLengthIsOne() throws IOException {
    LocalVendor vendor = vendor(e -> e.sse().text("Well").finish("length").done());
    ChatClient client = ChatClient.create(model(Retry.none(), TheirModels.openAi(vendor)));
    assertThat(Way.STREAM.ask(client)).isEqualTo("Well");
  }

  @Test
  void anAnswerThatIsCutByItsLengthSaysSo() throws IOException {
    LocalVendor vendor = vendor(e -> e.json(200, LocalVendor.whole("Well", "length")));
    ChatClient client = ChatClient.create(model(Retry.none(), TheirModels.openAi(vendor)));
    var response = client.prompt("q").call().chatResponse();
    assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("LENGTH");
    assertThat(response.getResult().getOutput().getText()).isEqualTo("Well");
  }

  @Test
  void aSilentVendorThatStandsAloneEndsWithTheDeadline() throws IOException {
    LocalVendor vendor = vendor(LocalVendor.Exchange::hang);
    OpenAiChatModel theirs = TheirModels.openAi(vendor);
    ResilientLlm llm =
        ResilientLlm.with(SpringAi.provider(theirs))
            .timeouts(Timeouts.deadline(Duration.ofSeconds(1)))
            .build();
    ChatClient client = ChatClient.create(SpringAi.chatModel(llm, theirs.getOptions()));
    long begun = System.nanoTime();
    LlmException failure = catchThrowableOfType(LlmException.class, () -> Way.CALL.ask(client));
    assertThat(failure.kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
  }

  private LocalVendor vendor(Script... scripts) throws IOException {
    LocalVendor vendor = LocalVendor.that(scripts);
    vendors.add(vendor);
    return vendor;
  }

  private ChatClient client(LocalVendor faulty, LocalVendor backup) {
    vendors.add(backup);
    return ChatClient.create(
        model(Retry.none(), TheirModels.openAi(faulty), TheirModels.openAi(backup, "gpt-y")));
  }

  private static Retry retrying() {
    return Retry.upTo(3);
  }

  private static ResilientChatModel model(Retry retry, OpenAiChatModel... models) {
    ResilientLlm.Builder llm = ResilientLlm.with(SpringAi.provider(models[0]));
    for (int i = 1; i < models.length; i++) {
      llm.fallback(SpringAi.provider(models[i]));
    }
    llm.retry(retry)
        .fallbackPolicy(Fallback.standard().withMidStream(MidStream.CONTINUE))
        .timeouts(
            Timeouts.deadline(Duration.ofSeconds(5))
                .withAttempt(Duration.ofMillis(1500))
                .withFirstToken(Duration.ofMillis(1000))
                .withStall(Duration.ofMillis(500)));
    return (ResilientChatModel) SpringAi.chatModel(llm.build(), models[0].getOptions());
  }

  private static Script script(Script script) {
    return script;
  }

  private static Arguments row(String name, Script script) {
    return Arguments.of(name, script);
  }

  private static Arguments row(Way way, String name, Script script) {
    return Arguments.of(way, name, script);
  }
}
