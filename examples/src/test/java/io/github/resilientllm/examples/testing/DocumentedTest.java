package io.github.resilientllm.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.chaos.Chaos;
import io.github.resilientllm.test.chaos.ChaosProvider;
import io.github.resilientllm.test.judge.Judge;
import io.github.resilientllm.test.judge.PlainClient;
import io.github.resilientllm.test.judge.Said;
import io.github.resilientllm.test.judge.Scenarios;
import io.github.resilientllm.test.judge.Scorecard;
import io.github.resilientllm.test.judge.Setting;
import io.github.resilientllm.test.judge.Subject;
import io.github.resilientllm.test.simulate.Forecast;
import io.github.resilientllm.test.simulate.RecordedRun;
import io.github.resilientllm.test.simulate.RunLog;
import io.github.resilientllm.test.simulate.SimulatedTarget;
import io.github.resilientllm.test.simulate.Simulation;
import io.github.resilientllm.test.time.TestTime;
import io.github.resilientllm.test.time.VirtualModel;
import io.github.resilientllm.test.vendor.LocalAuthority;
import io.github.resilientllm.test.vendor.Recorder;
import io.github.resilientllm.test.vendor.Recording;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The code of docs/testing.md stands here, or in a test beside it, as it stands there; and runs.
 */
class DocumentedTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("src/test/java/io/github/resilientllm/examples/testing"),
          ROOT.resolve(
              "resilient-llm-spring-boot-autoconfigure/src/test/java/io/github/resilientllm/spring/chaos"));
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory;
  private final Vendor openai = Vendor.start("openai");

  @AfterEach
  void close() {
    openai.close();
  }

  @Test
  void everySnippetOfThePageIsHere() throws IOException {
    StringBuilder programs = new StringBuilder();
    for (Path program : PROGRAMS) {
      try (Stream<Path> files = Files.list(program)) {
        for (Path file : files.sorted().toList()) {
          programs.append(Files.readString(file));
        }
      }
    }
    String all = flat(programs.toString());
    String page = Files.readString(ROOT.resolve("docs/testing.md"));
    assertThat(BLOCK.matcher(page).results().map(block -> block.group(1)))
        .hasSizeGreaterThan(7)
        .allSatisfy(block -> assertThat(all).contains(flat(block)));
  }

  /** The code without its indentation, which differs. */
  private static String flat(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }

  /** A client of one's own. */
  private record MyClient(String baseUrl) {
    String ask(String question) throws Exception {
      try (PlainClient plain =
          PlainClient.trusting(baseUrl, "m", Setting.KEY, Duration.ofSeconds(20))) {
        return plain.ask(question, false).text();
      }
    }
  }

  @Test
  void scorecard() throws Exception {
    Path page = directory.resolve("card.html");
    Subject mine =
        Subject.of(
            "my client",
            setting -> {
              MyClient client = new MyClient(setting.first().baseUrl());
              return (question, streaming) -> Said.text(client.ask(question));
            });
    Scorecard card = Judge.inFull().play(Scenarios.sixteenFaults().subList(2, 5), mine);
    Files.writeString(page, Scorecard.html(List.of(card)));

    assertThat(card.cells()).hasSize(3);
    assertThat(page).content().contains("my client, 0 of 3");
  }

  @Test
  void anHourInMilliseconds() {
    TestTime.runs(
        10,
        time -> {
          VirtualModel gpt = time.model("gpt").varying(0.5);
          VirtualModel claude = time.model("claude");
          gpt.fails(ErrorKind.OVERLOADED).lasting(Duration.ofHours(1)).forShare(0.7);
          ResilientLlm llm = time.client(ResilientLlm.with(gpt).fallback(claude));
          for (int minute = 0; minute < 90; minute++) {
            assertThat(llm.chat("How long does delivery take?").text()).isNotEmpty();
            time.pass(Duration.ofMinutes(1));
          }
        });
  }

  @Test
  void chaosByCode() {
    LlmProvider gpt = OpenAi.model("m").baseUrl(openai.baseUrl()).build();
    LlmProvider claude = OpenAi.model("n").baseUrl(openai.baseUrl()).build();
    Chaos chaos = new Chaos();
    ResilientLlm llm = ResilientLlm.with(ChaosProvider.around(gpt, chaos)).fallback(claude).build();
    chaos.strike(ErrorKind.OVERLOADED, 1, Duration.ofMinutes(10)); // and it ends by itself

    assertThat(llm.chat("Hello?").answeredBy()).endsWith("/n");
  }

  @Test
  void recordAndReplay() throws Exception {
    Path file = directory.resolve("openai.recording");
    Vendor real = openai;
    try (Recorder recorder = Recorder.start(URI.create(real.root()), file)) {
      new Support(recorder.root() + "/v1", openai.baseUrl()).answer("Where is my parcel?");
    }
    try (Vendor played = Vendor.start("played")) {
      played.plays(Recording.read(file));

      String url = played.baseUrl();
      assertThat(new Support(url, url).answer("Anything?")).hasSameSizeAs(real.answer());
      assertThat(played.unreached()).isEmpty();
    }
  }

  @Test
  void overTls() throws Exception {
    try (Vendor secure = Vendor.startSecure("secure")) {
      HttpClient http = HttpClient.newBuilder().sslContext(LocalAuthority.context()).build();

      URI models = URI.create(secure.baseUrl() + "/models");
      HttpRequest request = HttpRequest.newBuilder(models).build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void counterfactual() throws Exception {
    Path file = directory.resolve("run.tsv");
    LlmProvider gpt = OpenAi.model("m").baseUrl(openai.baseUrl()).build();
    try (RunLog log = RunLog.to(file)) {
      ResilientLlm llm = ResilientLlm.with(gpt).listener(log).build();
      llm.chat("Hello?");
    }
    RecordedRun run = RecordedRun.read(file);
    List<Forecast> forecasts =
        Simulation.again(run, SimulatedTarget.of("openai/m", 0.01))
            .policy("one try each", builder -> builder.retry(Retry.none()))
            .policy("standard", builder -> builder)
            .play(1);

    assertThat(forecasts).extracting(Forecast::availability).containsExactly(1.0, 1.0);
  }
}
