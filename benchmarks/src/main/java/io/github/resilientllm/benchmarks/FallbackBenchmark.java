package io.github.resilientllm.benchmarks;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import io.github.resilientllm.spring.internal.ClientRegistry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * The cost of {@code @LlmFallback} per call: a bean's method that asks a provider which answers at
 * once, without Spring, by the injected client, and with the annotation.
 *
 * <p>The annotation's share is the difference to {@link #plain}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class FallbackBenchmark {
  private static final ChatRequest REQUEST = ChatRequest.of("How long does delivery take?");

  private final ResilientLlm llm = ResilientLlm.with(new InstantProvider()).build();
  private final Plain plain = new Plain(llm);
  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();
  private final Plain injected;
  private final Annotated annotated;

  /** Starts the smallest application that knows the annotation. */
  public FallbackBenchmark() {
    context.registerBean(
        LlmClients.class, () -> new ClientRegistry(Map.of("default", llm), "default"));
    context.registerBean(
        LlmClient.class, () -> context.getBean(LlmClients.class).client("default"));
    context.register(Plain.class, Annotated.class, LlmFallbackConfiguration.class);
    context.refresh();
    injected = context.getBean(Plain.class);
    annotated = context.getBean(Annotated.class);
  }

  /** Stops it. */
  @TearDown
  public void stop() {
    context.close();
  }

  /** The method with the engine's client, no proxy around it. */
  @Benchmark
  public String plain() {
    return plain.answer();
  }

  /** The method with the injected client, no proxy around it. */
  @Benchmark
  public String injected() {
    return injected.answer();
  }

  /** The method with a policy and a fallback. */
  @Benchmark
  public String annotated() {
    return annotated.answer();
  }

  /** The method with a time-out, too, so that each request is a copy that bears it. */
  @Benchmark
  public String annotatedWithTimeout() {
    return annotated.answerInTime();
  }

  /** The fallback's way: the method throws at once, and its fallback answers. */
  @Benchmark
  public String fallback() {
    return annotated.fail();
  }

  /** A bean without annotations. */
  public static class Plain {
    private final LlmClient llm;

    Plain(LlmClient llm) {
      this.llm = llm;
    }

    /** Asks. */
    public String answer() {
      return llm.chat(REQUEST).text();
    }
  }

  /** A bean with them. */
  public static class Annotated {
    private final LlmException failure =
        new LlmException(ErrorKind.OVERLOADED, "made once, for its stack trace is not measured");

    private final LlmClient llm;

    Annotated(LlmClient llm) {
      this.llm = llm;
    }

    /** Asks. */
    @LlmFallback(policy = "default", method = "offline")
    public String answer() {
      return llm.chat(REQUEST).text();
    }

    /** Asks. */
    @LlmFallback(policy = "default", method = "offline", timeout = "20s")
    public String answerInTime() {
      return llm.chat(REQUEST).text();
    }

    /** Fails. */
    @LlmFallback(method = "offline")
    public String fail() {
      throw failure;
    }

    /** Answers without a model. */
    public String offline(LlmException failure) {
      return "offline";
    }
  }
}
