package io.github.resilientllm.benchmarks;

import static io.github.resilientllm.test.LlmAssertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.time.TestTime;
import io.github.resilientllm.test.time.VirtualModel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long tests take that use the test kit: an hour of outage in virtual time, a broken answer and
 * its fallback over sockets, and a thousand seeded runs. The first of each is that of a new JVM, as
 * a single test meets it; the median is what the next ones take.
 */
public final class KitFigures {
  private static final int TIMES = 100;

  private KitFigures() {}

  /** What is measured. */
  private interface Body {
    void run() throws Exception;
  }

  /** Prints a line of Markdown for each. */
  public static void main(String[] args) throws Exception {
    System.out.println("| test | first | median |\n|---|---:|---:|");
    measure("an hour of outage in virtual time", TIMES, () -> TestTime.run(1, KitFigures::outage));
    measure("a cut and its fallback over sockets", TIMES, KitFigures::overSockets);
    measure("1,000 seeded runs", 5, () -> TestTime.runs(1000, KitFigures::seeded));
    System.exit(0);
  }

  private static void measure(String what, int times, Body body) throws Exception {
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      body.run();
      nanos[i] = System.nanoTime() - start;
    }
    long first = nanos[0];
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT, "| %s | %.1f ms | %.1f ms |%n", what, first / 1e6, nanos[times / 2] / 1e6);
  }

  private static void outage(TestTime time) {
    VirtualModel gpt = time.model("gpt");
    gpt.fails(ErrorKind.OVERLOADED).lasting(Duration.ofHours(1));
    ResilientLlm llm = time.client(ResilientLlm.with(gpt).fallback(time.model("claude")));
    for (int minute = 0; minute < 70; minute++) {
      String unused = llm.chat("How long does delivery take?").text();
      time.pass(Duration.ofMinutes(1));
    }
  }

  private static void seeded(TestTime time) {
    VirtualModel gpt = time.model("gpt").varying(0.5);
    gpt.fails(ErrorKind.SERVER_ERROR).forShare(0.3);
    gpt.cuts().forShare(0.2);
    ResilientLlm llm = time.client(ResilientLlm.with(gpt).fallback(time.model("claude")));
    String unused = llm.chat("How long does delivery take?").text();
  }

  private static void overSockets() {
    try (Vendor openai = Vendor.start("openai");
        Vendor fallback = Vendor.start("fallback")) {
      openai.streams(40).tokens().thenCuts();
      ResilientLlm llm =
          ResilientLlm.with(OpenAi.model("m").baseUrl(openai.baseUrl()).build())
              .fallback(OpenAi.model("n").baseUrl(fallback.baseUrl()).build())
              .retry(Retry.none())
              .build();
      Call call = Call.of(() -> llm.chat("Where is my parcel?").text(), openai, fallback);
      assertThat(call).neverTruncated().answeredBy(fallback);
    }
  }
}
