package io.github.resilientllm.test.simulate;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
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
  private final Map<String, UnaryOperator<ResilientLlm.Builder>> policies = new LinkedHashMap<>();
  private double callsPerHour = 60;
  private Duration length = Duration.ofDays(1);
  private Trace trace = Trace.quiet();

  private Simulation(List<SimulatedTarget> ladder) {
    this.ladder = ladder;
  }

  /** A simulation of a ladder, the first target first. */
  public static Simulation of(SimulatedTarget... ladder) {
    if (ladder.length == 0) {
      throw new IllegalArgumentException("A ladder has 1 target or more");
    }
    return new Simulation(List.of(ladder));
  }

  /** Sets the load. Default 60. */
  public Simulation callsPerHour(double calls) {
    if (!(calls > 0)) {
      throw new IllegalArgumentException("A load is above 0 calls an hour, not " + calls);
    }
    callsPerHour = calls;
    return this;
  }

  /** Sets how long it lasts. Default a day. */
  public Simulation lasting(Duration time) {
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
    if (callsPerHour * length.toSeconds() / 3600 > MOST_CALLS) {
      throw new IllegalStateException("A simulation has at most " + MOST_CALLS + " calls");
    }
    List<Forecast> forecasts = new ArrayList<>();
    policies.forEach((name, settings) -> forecasts.add(new Run(seed, name, settings).forecast()));
    return forecasts;
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
      // Drawn beforehand: how often a policy draws must not move the calls of the next one.
      SplittableRandom arrivals = new SplittableRandom(seed);
      Duration next = Duration.ZERO;
      while (next.compareTo(length) < 0) {
        Duration gap = next.minus(time.elapsed());
        if (!gap.isNegative()) {
          time.pass(gap);
        }
        Duration begun = next;
        if (trace.isSick(ladder.get(0).name(), begun)) {
          sickCalls++;
        }
        time.beside(() -> call(llm, time));
        double hours = -Math.log(1 - arrivals.nextDouble()) / callsPerHour;
        next = next.plusNanos(Math.round(hours * 3_600e9));
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
        models.add(model);
        Target named = Target.of(model).named(target.name());
        builder = builder == null ? ResilientLlm.with(named) : builder.fallback(named);
      }
      return time.client(settings.apply(Objects.requireNonNull(builder)));
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
      for (int i = 0; i < models.size(); i++) {
        int asked = models.get(i).asked().size();
        requests += asked;
        tokens += models.get(i).tokensSaid();
        cost += asked * ladder.get(i).pricePerRequest();
      }
      String first = ladder.get(0).name();
      int sick = (int) models.get(0).asked().stream().filter(at -> trace.isSick(first, at)).count();
      return new Forecast(
          policy,
          answered + unanswered,
          answered,
          share(0.5),
          share(0.99),
          requests,
          tokens,
          cost,
          sickCalls,
          sick);
    }

    private Duration share(double part) {
      return took.isEmpty()
          ? Duration.ZERO
          : took.get(Math.min(took.size() - 1, (int) (took.size() * part)));
    }
  }
}
