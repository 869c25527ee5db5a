package io.github.resilientllm.benchmarks;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
@Warmup(iterations = 8, time = 1)
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
    BOTH,
    /** Micrometer's floor: an observation of each call with as many values, all made before. */
    FLOOR
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
      context.registerBean(ObservationRegistry.class, () -> observations(meters));
    }
    if (observed == Observed.FLOOR) {
      ObservationRegistry observations = observations(meters);
      context.registerBean(CallListenerFactory.class, () -> policy -> new MadeBefore(observations));
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
    ResilientLlm.Builder client = ResilientLlm.with(new InstantProvider()).policy("default");
    factories.orderedStream().forEach(each -> client.listener(each.listener("default")));
    return new ClientRegistry(Map.of("default", client.build()), "default");
  }

  private static ObservationRegistry observations(MeterRegistry meters) {
    ObservationRegistry observations = ObservationRegistry.create();
    observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
    return observations;
  }

  /** Makes an observation of each call that says the same of all; for one call at a time. */
  private static final class MadeBefore implements CallListener {
    private static final KeyValues LOW = values("low.", 5);
    private static final KeyValues HIGH_AT_START = values("high.", 3);
    private static final KeyValues HIGH_AT_END = values("high.", 8);

    private final ObservationRegistry registry;
    private final ObservationConvention<Context> convention = new Same();
    private Observation running = Observation.NOOP;

    MadeBefore(ObservationRegistry registry) {
      this.registry = registry;
    }

    @Override
    public void on(CallEvent event) {
      if (event instanceof CallEvent.CallStarted) {
        running = Observation.createNotStarted(convention, Context::new, registry).start();
      } else if (event instanceof CallEvent.CallEnded) {
        ((Context) running.getContext()).ended = true;
        running.stop();
      }
    }

    private static KeyValues values(String prefix, int number) {
      return KeyValues.of(
          IntStream.range(0, number).mapToObj(i -> KeyValue.of(prefix + i, "value")).toList());
    }

    private static final class Context extends SenderContext<Object> {
      private boolean ended;

      Context() {
        super((carrier, key, value) -> {}, Kind.CLIENT);
      }
    }

    private static final class Same implements ObservationConvention<Context> {
      @Override
      public String getName() {
        return "the.same";
      }

      @Override
      public String getContextualName(Context context) {
        return "chat model";
      }

      @Override
      public boolean supportsContext(Observation.Context context) {
        return context instanceof Context;
      }

      @Override
      public KeyValues getLowCardinalityKeyValues(Context context) {
        return LOW;
      }

      @Override
      public KeyValues getHighCardinalityKeyValues(Context context) {
        return context.ended ? HIGH_AT_END : HIGH_AT_START;
      }
    }
  }
}
