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
import io.github.resilientllm.test.Script;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
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
  private static final String HALF = "Your parcel was packed on Monday morning, and it left";

  private static final String OVERLOADED = "{\"error\":{\"message\":\"The server had an error\"}}";

  private final Vendor sick = Vendor.start("sick");
  private final Vendor well = Vendor.start("well").says("Well.");

  /** What is wrong with a vendor. */
  interface Fault extends Consumer<Vendor> {}

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
    try (Vendor vendor = Vendor.start("vendor").says("Well.")) {
      ChatClient client = ChatClient.create(TheirModels.openAi(vendor));
      for (Way way : Way.values()) {
        assertThat(way.ask(client)).isEqualTo("Well.");
      }
    }
  }

  @AfterEach
  void close() throws IOException {
    sick.close();
    well.close();
  }

  static Stream<Arguments> brokenStreams() {
    return Stream.of(
        row("clean end without finish reason", begun(Script::thenEndsUnfinished)),
        row("cut inside the body", begun(Script::thenCutsInAnEvent)),
        row("reset", begun(Script::thenResets)),
        row("error in band", begun(script -> script.thenFails(500, "server_error"))),
        row(
            "error chunk of OpenRouter's",
            begun(
                script ->
                    script
                        .thenSends(
                            chunk(
                                "\"content\":\"\"",
                                "\"error\"",
                                "\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},"))
                        .thenEndsUnfinished())),
        row("stall after two tokens", begun(Script::thenIsSilent)));
  }

  private static Fault begun(Consumer<Script> broken) {
    return vendor -> broken.accept(vendor.says("A BC D").streams(2));
  }

  private static String chunk(String delta, String finish, String more) {
    return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
        + more
        + "\"choices\":[{\"index\":0,\"delta\":{"
        + delta
        + "},\"finish_reason\":"
        + finish
        + "}]}\n\n";
  }

  static Stream<Arguments> today() {
    Fault filter = vendor -> vendor.streams(0).thenIsFiltered();
    Stream<Arguments> broken =
        brokenStreams()
            .map(
                row ->
                    Arguments.of(
                        Way.STREAM,
                        row.get()[0],
                        row.get()[0].toString().startsWith("clean end") ? "A BC" : "ERROR",
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
  void springAiAloneFailsOrPassesOffWhatIsNone(Way way, String row, String outcome, Fault fault)
      throws IOException {
    fault.accept(sick);
    ChatClient alone = ChatClient.create(TheirModels.openAi(sick, Duration.ofMillis(700)));
    if (outcome.equals("ERROR")) {
      assertThatThrownBy(() -> way.ask(alone)).isInstanceOf(RuntimeException.class);
    } else {
      assertThat(way.ask(alone))
          .isEqualTo(outcome.replace("NOTHING", way == Way.CALL ? "null" : ""));
    }
  }

  /** Both at once, for it waits for seconds. */
  @Test
  void springAiAloneAsksFourTimesWhetherThatCanHelpOrNot() {
    try (Vendor unpaid = Vendor.start("unpaid")) {
      sick.refuses(503, "overloaded");
      unpaid.refuses(429, "insufficient_quota");
      List<CompletableFuture<String>> asked =
          Stream.of(sick, unpaid)
              .map(vendor -> ChatClient.create(TheirModels.openAiThatRetries(vendor)))
              .map(alone -> CompletableFuture.supplyAsync(() -> Way.CALL.ask(alone)))
              .toList();
      assertThat(asked)
          .allSatisfy(answer -> assertThatThrownBy(answer::join).isNotNull())
          .hasSize(2);
      assertThat(sick.requests()).hasSize(4);
      assertThat(unpaid.requests()).hasSize(4);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenStreams")
  void aStreamThatBreaksOffIsNeverAWholeAnswer(String row, Fault fault) throws IOException {
    ChatClient client = client(fault);
    LlmException failure = catchThrowableOfType(LlmException.class, () -> Way.STREAM.ask(client));
    assertThat(failure).isNotNull();
    assertThat(failure.partialText()).isEqualTo("A BC");
  }

  static Stream<Arguments> streamsBrokenLate() {
    return Stream.of(
        row("clean end without finish reason", late(Script::thenEndsUnfinished)),
        row("cut inside the body", late(Script::thenCutsInAnEvent)),
        row("reset", late(Script::thenResets)),
        row("error in band", late(script -> script.thenFails(500, "server_error"))),
        row("stall", late(Script::thenIsSilent)));
  }

  private static Fault late(Consumer<Script> broken) {
    return vendor ->
        broken.accept(vendor.says(HALF + " again.").streams(HALF.split(" ", -1).length));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streamsBrokenLate")
  void aStreamThatBreaksOffLaterGoesOnWithTheNextTarget(String row, Fault fault)
      throws IOException {
    well.says(" on Tuesday.");
    ChatClient client = client(fault);
    assertThat(Way.STREAM.ask(client)).isEqualTo(HALF + " on Tuesday.");
    assertThat(well.requests().get(0).question().body()).contains("and it left", "Go on exactly");
  }

  static Stream<Arguments> streamsWithoutContent() {
    return Stream.of(
        row(
            "error: null on a healthy stream",
            vendor ->
                vendor.streams(0).thenSends(chunk("\"content\":\"A\"", "null", "\"error\":null,"))),
        row(
            "in-band error as the first event",
            vendor -> vendor.streams(0).thenFails(500, "server_error")),
        row(
            "role, and then the end",
            vendor ->
                vendor
                    .streams(0)
                    .thenSends(chunk("\"role\":\"assistant\"", "null", ""))
                    .thenEndsUnfinished()),
        row("only comments", vendor -> vendor.streams(0).thenOnlyComments(Duration.ofMillis(20))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streamsWithoutContent")
  void aStreamThatFailsBeforeItsFirstTokenIsAnsweredByTheNextTarget(String row, Fault fault)
      throws IOException {
    ChatClient client = client(fault);
    assertThat(Way.STREAM.ask(client)).isEqualTo("Well.");
  }

  static Stream<Arguments> failures() {
    return Stream.of(Way.values())
        .flatMap(
            way ->
                Stream.of(
                    row(way, "503", vendor -> vendor.is(Trouble.DOWN)),
                    row(way, "quota", vendor -> vendor.is(Trouble.OUT_OF_QUOTA)),
                    row(way, "429, retry after 30 s", FaultTableTest::limited),
                    row(way, "never answers", vendor -> vendor.is(Trouble.SILENT)),
                    row(way, "error in a 200", vendor -> vendor.answersWithTheBody(OVERLOADED)),
                    row(
                        way,
                        "no choices",
                        vendor ->
                            vendor.answersWithTheBody(
                                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,"
                                    + "\"model\":\"m\",\"choices\":[]}")),
                    row(way, "wrong key", vendor -> vendor.refuses(401, "invalid_api_key"))));
  }

  private static void limited(Vendor vendor) {
    vendor.is(Trouble.LIMITED).retryAfter(Duration.ofSeconds(30));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("failures")
  void aTargetThatFailsIsLeftForTheNextOne(Way way, String row, Fault fault) throws IOException {
    ChatClient client = client(fault);
    long begun = System.nanoTime();
    assertThat(way.ask(client)).isEqualTo("Well.");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    assertThat(sick.requests()).as("asked once").hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aDelayOfTheServersThatFitsIsWaitedFor(Way way) throws IOException {
    sick.says("Well.").is(Trouble.LIMITED).retryAfter(Duration.ofSeconds(1)).once();
    ChatClient client = ChatClient.create(model(retrying(), TheirModels.openAi(sick)));
    long begun = System.nanoTime();
    assertThat(way.ask(client)).isEqualTo("Well.");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(999));
    assertThat(sick.requests()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aTargetThatStandsAloneIsAskedAgainWithinItsTriesAndThenFails(Way way) throws IOException {
    sick.is(Trouble.DOWN);
    ChatClient client = ChatClient.create(model(retrying(), TheirModels.openAi(sick)));
    LlmException failure = catchThrowableOfType(LlmException.class, () -> way.ask(client));
    assertThat(failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
    assertThat(sick.requests()).hasSizeBetween(1, 3);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(Way.values())
        .flatMap(
            way ->
                Stream.of(
                    Arguments.of(
                        way,
                        ErrorKind.CONTEXT_TOO_LONG,
                        fault(vendor -> vendor.refuses(400, "context_length_exceeded"))),
                    Arguments.of(way, ErrorKind.RATE_LIMITED, fault(FaultTableTest::limited)),
                    Arguments.of(
                        way,
                        ErrorKind.CONTENT_FILTERED,
                        fault(vendor -> vendor.streams(0).thenIsFiltered()))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refusals")
  void whatNoWaitAndNoRetryHelpsFailsAtOnceByItsName(Way way, ErrorKind kind, Fault fault)
      throws IOException {
    fault.accept(sick);
    ChatClient client = ChatClient.create(model(retrying(), TheirModels.openAi(sick)));
    long begun = System.nanoTime();
    LlmException failure = catchThrowableOfType(LlmException.class, () -> way.ask(client));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(sick.requests()).hasSize(1);
  }

  @Test
  void aStreamThatIsCutByItsLengthIsOne() throws IOException {
    sick.says("Well enough.").streams(1).thenIsTooLong();
    ChatClient client = ChatClient.create(model(Retry.none(), TheirModels.openAi(sick)));
    assertThat(Way.STREAM.ask(client)).isEqualTo("Well");
  }

  @Test
  void anAnswerThatIsCutByItsLengthSaysSo() throws IOException {
    sick.says("Well enough.").streams(1).thenIsTooLong();
    ChatClient client = ChatClient.create(model(Retry.none(), TheirModels.openAi(sick)));
    var response = client.prompt("q").call().chatResponse();
    assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("LENGTH");
    assertThat(response.getResult().getOutput().getText()).isEqualTo("Well");
  }

  @Test
  void aSilentVendorThatStandsAloneEndsWithTheDeadline() throws IOException {
    sick.is(Trouble.SILENT);
    OpenAiChatModel theirs = TheirModels.openAi(sick);
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

  private ChatClient client(Fault fault) {
    fault.accept(sick);
    return ChatClient.create(
        model(Retry.none(), TheirModels.openAi(sick), TheirModels.openAi(well, "gpt-y")));
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

  private static Fault fault(Fault fault) {
    return fault;
  }

  private static Arguments row(String name, Fault fault) {
    return Arguments.of(name, fault);
  }

  private static Arguments row(Way way, String name, Fault fault) {
    return Arguments.of(way, name, fault);
  }
}
