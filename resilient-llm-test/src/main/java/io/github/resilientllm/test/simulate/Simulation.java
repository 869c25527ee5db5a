package io.github.resilientllm.test.simulate;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.test.time.Observation;
import io.github.resilientllm.test.time.TestTime;
import io.github.resilientllm.test.time.VirtualModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A load, a ladder of targets and a trace of incidents, played by the real engine under one policy
 * after the other.
 *
 * <pre>{@code
 * List<Forecast> forecasts = Simulation.of(gpt, claude)
 *     .callsPerHour(60).lasting(Duration.ofDays(30))
 *     .under(Trace.parse(Files.readString(Path.of("incidents.csv"))))
 *     .policy("as it is", builder -> builder.retry(Retry.none()))
 *     .policy("standard", builder -> builder)
 *     .play(1);
 * }</pre>
 *
 * <p>The calls come one by one at random, whether the last one has ended or not, as the users of a
 * service do; each policy gets the same calls at the same times. Not safe for several threads.
 */
public final class Simulation {
  /** A month at a call each five seconds; its threads take a minute or two. */
  private static final int MOST_CALLS = 1_000_000;

  private static final String QUESTION = "How long does delivery take?";

  private final List<SimulatedTarget> ladder;
  private final @Nullable RecordedRun recorded;
  private final Map<String, UnaryOperator<ResilientLlm.Builder>> policies = new LinkedHashMap<>();
  private double callsPerHour = 60;
  private Duration length = Duration.ofDays(1);
  private Trace trace = Trace.quiet();

  private Simulation(List<SimulatedTarget> ladder, @Nullable RecordedRun recorded) {
    if (ladder.isEmpty()) {
      throw new IllegalArgumentException("A ladder has 1 target or more");
    }
    this.ladder = ladder;
    this.recorded = recorded;
  }

  /** A simulation of a ladder, the first target first. */
  public static Simulation of(SimulatedTarget... ladder) {
    return new Simulation(List.of(ladder), null);
  }

  /**
   * A real run again, under other policies: the same calls at the same times, and targets that take
   * requests as the real ones took those around the same time.
   *
   * <p>It is an estimate: a request that was not made then is taken as one of its neighbours was,
   * and where there were none its target is guessed to be well ({@link Forecast#guessed}); how a
   * vendor would have liked another load nobody knows.
   *
   * @param ladder targets by the names that the run has for them, the first target first; one that
   *     was never asked is well as it says here
   */
  public static Simulation again(RecordedRun run, SimulatedTarget... ladder) {
    return new Simulation(List.of(ladder), run);
  }

  /** Sets the load. Default 60. */
  public Simulation callsPerHour(double calls) {
    if (!(calls > 0)) {
      throw new IllegalArgumentException("A load is above 0 calls an hour, not " + calls);
    }
    isMadeUp();
    callsPerHour = calls;
    return this;
  }

  /** Sets how long it lasts. Default a day. */
  public Simulation lasting(Duration time) {
    isMadeUp();
    length = Objects.requireNonNull(time, "time");
    return this;
  }

  /**
   * Sets the incidents. Default none.
   *
   * @throws IllegalArgumentException if one is of a target that is not on the ladder
   */
  public Simulation under(Trace incidents) {
    for (Trace.Line line : incidents.lines()) {
      if (ladder.stream().noneMatch(target -> target.name().equals(line.target()))) {
        throw new IllegalArgumentException(
            "The trace has an incident of \"" + line.target() + "\", which is not on the ladder");
      }
    }
    trace = incidents;
    return this;
  }

  private void isMadeUp() {
    if (recorded != null) {
      throw new IllegalStateException("A real run has the load and the length that it had");
    }
  }

  /** Adds a policy: what is set on a client that has the ladder already. */
  public Simulation policy(String name, UnaryOperator<ResilientLlm.Builder> settings) {
    policies.put(name, settings);
    return this;
  }

  /**
   * Plays it; the same seed gives the same forecasts.
   *
   * @throws IllegalStateException if there is no policy, or more than a million calls
   */
  public List<Forecast> play(long seed) {
    if (policies.isEmpty()) {
      throw new IllegalStateException("A simulation compares policies; say policy(...)");
    }
    double calls =
        recorded == null ? callsPerHour * length.toSeconds() / 3600 : recorded.calls().size();
    if (calls > MOST_CALLS) {
      throw new IllegalStateException("A simulation has at most " + MOST_CALLS + " calls");
    }
    List<Forecast> forecasts = new ArrayList<>();
    policies.forEach((name, settings) -> forecasts.add(new Run(seed, name, settings).forecast()));
    return forecasts;
  }

  /** When the calls come; how often a policy draws must not move those of the next one. */
  private List<Duration> arrivals(long seed) {
    if (recorded != null) {
      return recorded.calls();
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Duration> all = new ArrayList<>();
    Duration next = Duration.ZERO;
    while (next.compareTo(length) < 0) {
      all.add(next);
      double hours = -Math.log(1 - random.nextDouble()) / callsPerHour;
      next = next.plusNanos(Math.round(hours * 3_600e9));
    }
    return all;
  }

  /** The time below which that share of the sorted times lies. */
  static Duration share(List<Duration> sorted, double part) {
    return sorted.isEmpty()
        ? Duration.ZERO
        : sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part)));
  }

  /** Under one policy. */
  private final class Run {
    private final long seed;
    private final String policy;
    private final UnaryOperator<ResilientLlm.Builder> settings;
    private final List<VirtualModel> models = new ArrayList<>();
    private final List<Duration> took = new ArrayList<>();
    private int answered;
    private int sickCalls;
    private int unanswered;

    Run(long seed, String policy, UnaryOperator<ResilientLlm.Builder> settings) {
      this.seed = seed;
      this.policy = policy;
      this.settings = settings;
    }

    Forecast forecast() {
      try {
        TestTime.run(seed, this::play);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("The simulation of " + policy + " failed", e);
      }
      return sum();
    }

    private void play(TestTime time) {
      ResilientLlm llm = client(time);
      for (Duration begun : arrivals(seed)) {
        Duration gap = begun.minus(time.elapsed());
        if (!gap.isNegative()) {
          time.pass(gap);
        }
        if (trace.isSick(ladder.get(0).name(), begun)) {
          sickCalls++;
        }
        time.beside(() -> call(llm, time));
      }
    }

    private ResilientLlm client(TestTime time) {
      ResilientLlm.Builder builder = null;
      for (SimulatedTarget target : ladder) {
        VirtualModel model =
            time.model(target.name())
                .answering(target.firstToken(), target.perToken(), target.tokens())
                .varying(target.spread());
        trace.strike(target.name(), model);
        if (!seen(target).isEmpty()) {
          model.following(seen(target));
        }
        models.add(model);
        Target named = Target.of(model).named(target.name());
        builder = builder == null ? ResilientLlm.with(named) : builder.fallback(named);
      }
      return time.client(settings.apply(Objects.requireNonNull(builder)));
    }

    private List<Observation> seen(SimulatedTarget target) {
      return recorded == null ? List.of() : recorded.observations(target.name());
    }

    /** One thread at a time is in here. */
    private void call(ResilientLlm llm, TestTime time) {
      Duration begun = time.elapsed();
      try {
        ChatResponse unused = llm.chat(QUESTION);
        answered++;
      } catch (LlmException failed) {
        unanswered++;
      }
      took.add(time.elapsed().minus(begun));
    }

    private Forecast sum() {
      took.sort(null);
      int requests = 0;
      double cost = 0;
      long tokens = 0;
      int guessed = 0;
      for (int i = 0; i < models.size(); i++) {
        int asked = models.get(i).asked().size();
        requests += asked;
        tokens += models.get(i).tokensSaid();
        guessed +=
            seen(ladder.get(i)).isEmpty() && recorded != null ? asked : models.get(i).guessed();
        cost += asked * ladder.get(i).pricePerRequest();
      }
      String first = ladder.get(0).name();
      int sick = (int) models.get(0).asked().stream().filter(at -> trace.isSick(first, at)).count();
      return new Forecast(
          policy,
          answered + unanswered,
          answered,
          share(took, 0.5),
          share(took, 0.99),
          requests,
          tokens,
          cost,
          sickCalls,
          sick,
          guessed);
    }
  }
}
