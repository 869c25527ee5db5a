package io.github.resilientllm.benchmarks;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.CallListenerFactory;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * What it costs a call to be observed as the starter does it; the share is the difference to {@code
 * nothing}.
 *
 * <p>Meters are Micrometer's simple ones; an observation has the handler that makes a timer of it,
 * as in every application with the actuator.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class ObservabilityBenchmark {
  private static final String PACKAGE = "io.github.resilientllm.spring.observe.";

  /** What the application has. */
  public enum Observed {
    /** No registry. */
    NOTHING,
    /** A meter registry. */
    METERS,
    /** An observation registry. */
    OBSERVATION,
    /** Both, as with Boot's actuator. */
    BOTH
  }

  @Param public Observed observed = Observed.NOTHING;

  private final ChatRequest request = ChatRequest.of("How long does delivery take?");
  private AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
  private ResilientLlm llm = ResilientLlm.with(new InstantProvider()).build();

  /** Starts the application. */
  @Setup(Level.Trial)
  public void start() throws ClassNotFoundException {
    MeterRegistry meters = new SimpleMeterRegistry();
    context = new AnnotationConfigApplicationContext();
    if (observed == Observed.METERS || observed == Observed.BOTH) {
      context.registerBean(MeterRegistry.class, () -> meters);
    }
    if (observed == Observed.OBSERVATION || observed == Observed.BOTH) {
      ObservationRegistry observations = ObservationRegistry.create();
      observations
          .observationConfig()
          .observationHandler(new DefaultMeterObservationHandler(meters));
      context.registerBean(ObservationRegistry.class, () -> observations);
    }
    context.registerBean(
        LlmClients.class, () -> clients(context.getBeanProvider(CallListenerFactory.class)));
    context.register(
        Class.forName(PACKAGE + "MetricsAutoConfiguration"),
        Class.forName(PACKAGE + "ObservationAutoConfiguration"));
    context.refresh();
    llm = context.getBean(LlmClients.class).resilient("default");
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void stop() {
    context.close();
  }

  /** A blocking call by the defaults that is answered at once. */
  @Benchmark
  public ChatResponse chat() {
    return llm.chat(request);
  }

  private static LlmClients clients(ObjectProvider<CallListenerFactory> factories) {
    ResilientLlm.Builder client = ResilientLlm.with(new InstantProvider());
    factories.orderedStream().forEach(each -> client.listener(each.listener("default")));
    return new ClientRegistry(Map.of("default", client.build()), "default");
  }
}
