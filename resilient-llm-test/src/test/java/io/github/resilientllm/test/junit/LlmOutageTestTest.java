package io.github.resilientllm.test.junit;

import static io.github.resilientllm.test.LlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.NotReachedException;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.judge.PlainClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/** What becomes of tests that use the kit, run by JUnit's own launcher. */
class LlmOutageTestTest {
  @TempDir private Path reports;

  @Test
  void aTestIsWhatItsCallShows() {
    Map<String, Optional<Throwable>> results = run(Sample.class);
    assertThat(results.get("passes(Vendor, Vendor)")).isEmpty();
    assertThat(results.get("fails(Vendor)").orElseThrow())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the first 40 of 60 words of a's answer");
  }

  @Test
  void aTestThatFailsSaysWhatTheVendorsSawAndDrawsIt() throws IOException {
    Throwable failure = run(Sample.class).get("fails(Vendor)").orElseThrow();
    assertThat(failure.getSuppressed()).hasSize(1);
    String seen = failure.getSuppressed()[0].getMessage();
    assertThat(seen)
        .contains("a: [a streams 40 tokens, then ends without a finish]")
        .contains("request 1: status 200, 40 words sent, done after");
    Path page = Path.of(seen.substring(seen.indexOf("drawn in ") + 9));
    assertThat(page).isRegularFile().hasParent(reports.toAbsolutePath());
    assertThat(Files.readString(page))
        .contains("<svg", ">call</text>", ">a</text>", "the first 40 of 60 words of a")
        .contains("<rect class=\"well\"", "<rect class=\"failed\"")
        .doesNotContain("How are you?");
    assertThat(reports).isDirectoryNotContaining("glob:**passes*");
  }

  /** The client's view beside the vendor's, as far as a failure of ours tells it. */
  @Test
  void attemptsAreDrawnBesideWhatTheVendorSaw() throws IOException {
    Throwable failure = run(Sample.class).get("failsWithOurs(Vendor)").orElseThrow();
    String seen = failure.getSuppressed()[0].getMessage();
    Path page = Path.of(seen.substring(seen.indexOf("drawn in ") + 9));
    assertThat(Files.readString(page))
        .contains(">call</text>", ">attempts</text>", ">a</text>", "/m: OVERLOADED");
  }

  @Test
  void aVendorMaySpeakTls() {
    assertThat(run(Sample.class).get("overTls(Vendor)")).isEmpty();
  }

  @Test
  void aTestThatTestsNothingIsAnError() {
    Map<String, Optional<Throwable>> results = run(Sample.class);
    assertThat(results.get("asksNobody(Vendor)").orElseThrow())
        .isInstanceOf(NotReachedException.class)
        .hasMessageContaining("No request came");
    assertThat(results.get("leavesTooSoon(Vendor, Vendor)").orElseThrow())
        .isInstanceOf(NotReachedException.class)
        .hasMessageContaining("a refuses (503 overloaded)");
  }

  @Test
  void aClassHasItsVendorsBeforeEachTestAndThoseOfItsFieldsAreWellAgain() {
    Map<String, Optional<Throwable>> results = run(SharedSample.class);
    assertThat(results.get("one(Vendor)")).isEmpty();
    assertThat(results.get("two(Vendor)")).isEmpty();
    assertThat(results).hasSize(2);
    SharedSample.SHARED.close();
  }

  @Test
  void testsThatShareAVendorAndRunAtOnceAreAnError() {
    Meanwhile.runs = () -> run(Meanwhile.Other.class);
    assertThat(run(Meanwhile.class).get("one(Vendor)")).isEmpty();
    assertThat(Meanwhile.others.get("two(Vendor)").orElseThrow())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("SHARED")
        .hasMessageContaining("run at the same time");
    assertThat(run(Meanwhile.Other.class).get("two(Vendor)")).isEmpty(); // by then it is alone
    Meanwhile.SHARED.close();
  }

  /** While its test runs another one does, on the same thread: what is told must hold. */
  static class Meanwhile {
    static final Vendor SHARED = Vendor.start("shared");
    static Supplier<Map<String, Optional<Throwable>>> runs = Map::of;
    static Map<String, Optional<Throwable>> others = Map.of();

    @LlmOutageTest
    void one(Vendor a) {
      SHARED.refuses(503, "overloaded");
      others = runs.get();
      a.streams(3).tokens().thenCuts();
      assertThat(Call.of(fallingBack(a, SHARED), a, SHARED)).failed();
    }

    /** It has the same vendor. */
    static class Other {
      static final Vendor SHARED = Meanwhile.SHARED;

      @LlmOutageTest
      void two(Vendor a) {
        assertThat(Call.of(asking(a), a)).answeredBy(a);
      }
    }
  }

  /** Not run by itself: its name does not end with Test. */
  static class Sample {
    @LlmOutageTest
    void passes(Vendor a, Vendor b) {
      a.streams(40).tokens().thenCuts();
      Call call = Call.of(fallingBack(a, b), a, b);
      assertThat(call).neverTruncated().answeredBy("b").within(Duration.ofSeconds(20));
    }

    @LlmOutageTest
    void fails(Vendor a) {
      a.streams(40).tokens().thenEndsUnfinished();
      assertThat(Call.of(asking(a), a)).neverTruncated();
    }

    @LlmOutageTest
    void failsWithOurs(Vendor a) {
      a.is(Trouble.DOWN);
      ResilientLlm llm =
          ResilientLlm.with(OpenAi.model("m").baseUrl(a.baseUrl()).build())
              .retry(Retry.none())
              .build();
      assertThat(Call.of(() -> llm.chat("How are you?").text(), a)).answeredWhole();
    }

    @LlmOutageTest
    void overTls(@OverTls Vendor a) {
      a.is(Trouble.OF_ANOTHER_NAME);
      assertThat(Call.of(asking(a), a)).failed();
    }

    @LlmOutageTest
    void asksNobody(Vendor a) {}

    @LlmOutageTest
    void leavesTooSoon(Vendor a, Vendor b) throws Exception {
      a.refuses(503, "overloaded");
      asking(b).call();
    }
  }

  /** The same. */
  @LlmOutageTest
  static class SharedSample {
    static final Vendor SHARED = Vendor.start("shared");

    @BeforeEach
    void breakIt(Vendor a) {
      a.streams(3).tokens().thenCuts();
      assertThat(SHARED.told()).isEmpty();
      SHARED.refuses(503, "overloaded");
    }

    @Test
    void one(Vendor a) {
      assertThat(Call.of(both(a), a, SHARED)).failed();
    }

    @Test
    void two(Vendor a) {
      assertThat(Call.of(both(a), a, SHARED)).failed();
    }

    private static Callable<String> both(Vendor a) {
      return fallingBack(a, SHARED);
    }
  }

  private static Callable<String> fallingBack(Vendor first, Vendor second) {
    return () -> {
      try {
        return asking(first).call();
      } catch (IOException e) {
        return asking(second).call();
      }
    };
  }

  private static Callable<String> asking(Vendor vendor) {
    PlainClient client = PlainClient.trusting(vendor.baseUrl(), "m", "k", Duration.ofSeconds(20));
    return () -> client.ask("How are you?", true).text();
  }

  private Map<String, Optional<Throwable>> run(Class<?> test) {
    Map<String, Optional<Throwable>> results = new HashMap<>();
    LauncherFactory.create()
        .execute(
            request()
                .selectors(selectClass(test))
                .configurationParameter(OutageExtension.REPORTS, reports.toString())
                .build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                if (id.isTest()) {
                  results.put(id.getLegacyReportingName(), result.getThrowable());
                }
              }
            });
    return results;
  }
}
