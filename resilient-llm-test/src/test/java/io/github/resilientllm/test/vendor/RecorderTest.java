package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.LlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.judge.PlainClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a real vendor did is done again by a local one; what was said is not in the file. */
class RecorderTest {
  private static final String KEY = "sk-secret-0815";
  private static final String ANSWER = "Your parcel 4711 is in Zürich, \"express\".\nIt comes.";

  private static final List<ErrorKind> BROKEN =
      List.of(ErrorKind.STREAM_TRUNCATED, ErrorKind.RATE_LIMITED, ErrorKind.CONTEXT_TOO_LONG);

  @TempDir private Path directory;
  private Path file;
  private final Vendor real = Vendor.start("real");
  private final Vendor local = Vendor.start("local");

  @BeforeEach
  void name() {
    file = directory.resolve("vendor.recording");
  }

  @AfterEach
  void close() {
    real.close();
    local.close();
  }

  /** Each with its own events. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private enum Format {
    OPENAI(url -> OpenAi.model("m").baseUrl(url + "/v1").apiKey(ApiKey.of(KEY)).build()),
    RESPONSES(url -> OpenAi.responses("m").baseUrl(url + "/v1").apiKey(ApiKey.of(KEY)).build()),
    ANTHROPIC(url -> Anthropic.model("m").baseUrl(url + "/v1").apiKey(ApiKey.of(KEY)).build()),
    BEDROCK(url -> Bedrock.model("m").baseUrl(url).apiKey(ApiKey.of(KEY)).build());

    private final Function<String, LlmProvider> provider;

    Format(Function<String, LlmProvider> provider) {
      this.provider = provider;
    }

    ResilientLlm client(String root) {
      return ResilientLlm.with(provider.apply(root)).retry(Retry.none()).build();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPlayedIsWhatTheVendorSaidButForTheWords(Format format) throws IOException {
    real.says(ANSWER);
    String whole;
    ChatResponse streamed;
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file)) {
      ResilientLlm llm = format.client(recorder.root());
      whole = llm.chat("Where is my parcel 4711?").text();
      streamed = stream(llm);
      assertThat(recorder.recorded()).isEqualTo(2);
    }
    assertThat(whole).isEqualTo(ANSWER).isEqualTo(streamed.text());
    assertThat(real.requests()).extracting(Seen::key).containsOnly(KEY);
    assertThat(Files.readString(file)).doesNotContain("arcel", "4711", "Zürich", KEY, "secret");

    local.plays(Recording.read(file));
    ResilientLlm again = format.client(local.root());
    assertThat(again.chat("Anything?").text()).isEqualTo(local.answer());
    ChatResponse played = stream(again);
    assertThat(played.text()).hasSameSizeAs(ANSWER).contains("\n").endsWith(".");
    assertThat(played.usage()).isEqualTo(streamed.usage());
    assertThat(played.finishReason()).isEqualTo(streamed.finishReason());
    assertThat(local.unreached()).isEmpty();
  }

  @Test
  void aPlayedAnswerIsJudgedAsAnyOther() throws IOException {
    real.streams(5).tokens().thenEndsUnfinished().once();
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file)) {
      kind(Format.OPENAI.client(recorder.root()));
    }
    local.plays(Recording.read(file));
    PlainClient believing = PlainClient.trusting(local.baseUrl(), "m", KEY, Duration.ofSeconds(20));
    Call call = Call.of(() -> believing.ask("Anything?", true).text(), local);
    assertThatThrownBy(() -> assertThat(call).neverTruncated())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the first 5 of 6 words of local's answer");
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENAI", "BEDROCK"})
  void aBreakAndAnErrorAreRecordedAsTheyWere(Format format) throws IOException {
    real.streams(5).tokens().thenCuts().once();
    real.refuses(429, "rate_limit_exceeded").retryAfter(Duration.ofSeconds(2)).once();
    real.refuses(400, "context_length_exceeded").once();
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file, 0, Set.of("message"))) {
      ResilientLlm llm = format.client(recorder.root());
      assertThat(kinds(llm)).isEqualTo(BROKEN);
    }
    local.plays(Recording.read(file));
    assertThat(kinds(format.client(local.root()))).isEqualTo(BROKEN);
  }

  /** The vendor writes them all and hangs up: nobody has read them by then. */
  @Test
  void theLastWordsBeforeACutAreRecorded() throws IOException {
    real.streams(40).tokens().thenCuts().times(20);
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file)) {
      ResilientLlm llm = Format.OPENAI.client(recorder.root());
      for (int i = 0; i < 20; i++) {
        assertThat(kind(llm)).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      }
    }
    assertThat(Recording.read(file).answers())
        .extracting(answer -> answer.text().split(" ", -1).length)
        .containsOnly(40);
  }

  @Test
  void timesAreTheVendorsAndCanBeShortened() throws IOException {
    real.answersWell().afterItsHeaders(Duration.ofMillis(200));
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file)) {
      stream(Format.OPENAI.client(recorder.root()));
    }
    Recording recording = Recording.read(file);
    Duration sum =
        recording.answers().get(0).pieces().stream()
            .map(Recording.Piece::after)
            .reduce(Duration.ZERO, Duration::plus);
    assertThat(sum).isBetween(Duration.ofMillis(190), Duration.ofSeconds(10));
    local.plays(recording);
    ResilientLlm llm = Format.OPENAI.client(local.root());
    Call slow = Call.of(() -> stream(llm).text(), local);
    assertThat(slow.took()).isGreaterThan(Duration.ofMillis(190));
    local.forgets().paced(0.01).plays(recording);
    Call quick = Call.of(() -> stream(llm).text(), local);
    assertThat(quick.took()).isLessThan(slow.took());
  }

  @Test
  void whatIsSafeToKeepTheUserSays() throws IOException {
    real.refuses(400, "context_length_exceeded").once();
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file, 0, Set.of("message"))) {
      kind(Format.OPENAI.client(recorder.root()));
    }
    assertThat(Files.readString(file)).contains("This is scripted.");
  }

  @Test
  void whatCannotBeReadIsPassedOnAndNotRecorded() {
    real.is(Trouble.BEHIND_A_BROKEN_PROXY).once();
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file)) {
      assertThat(kind(Format.OPENAI.client(recorder.root()))).isEqualTo(ErrorKind.SERVER_ERROR);
      assertThat(recorder.recorded()).isZero();
      assertThat(recorder.passedOver()).isEqualTo(1);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void aMistakeIsNamed() throws IOException {
    assertThatThrownBy(() -> Recorder.start(URI.create("api.openai.com"), file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"api.openai.com\"");
    Files.writeString(file, "\n{\"path\":\"/v1\"}\n");
    assertThatThrownBy(() -> Recording.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Line 2 of");
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file)) {
      Files.delete(file);
      stream(Format.OPENAI.client(recorder.root()));
    }
    local.plays(Recording.read(file));
    assertThat(kind(Format.ANTHROPIC.client(local.root())))
        .isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
  }

  private static List<ErrorKind> kinds(ResilientLlm llm) {
    return List.of(kind(llm), kind(llm), kind(llm));
  }

  private static ErrorKind kind(ResilientLlm llm) {
    try {
      stream(llm);
    } catch (LlmException failed) {
      return failed.kind();
    }
    throw new AssertionError("it ended well");
  }

  private static ChatResponse stream(ResilientLlm llm) {
    try (ChatStream stream = llm.stream("Where is my parcel 4711?")) {
      return stream.response();
    }
  }
}
