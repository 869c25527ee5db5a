package io.github.resilientllm.examples.drill;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.examples.plot.Band;
import io.github.resilientllm.examples.plot.Figure;
import io.github.resilientllm.examples.plot.LanePlot;
import io.github.resilientllm.examples.plot.LinePlot;
import io.github.resilientllm.examples.plot.Markup;
import io.github.resilientllm.examples.plot.Scale;
import io.github.resilientllm.examples.plot.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** The plots of a report. */
final class Charts {
  private static final double HEIGHT = 190;

  /** Seven points a phase: few enough calls to see a change, enough for a percentile. */
  private static final int SLICES_PER_PHASE = 7;

  private final Outcome outcome;
  private final List<Band> bands = new ArrayList<>();
  private final double slice;
  private final int slices;

  Charts(Outcome outcome) {
    this.outcome = outcome;
    double length = outcome.settings().phase().toNanos() / 1e9;
    for (Phase phase : Phase.ALL) {
      double from = (phase.number() - 1) * length;
      String number = String.valueOf(phase.number());
      bands.add(
          new Band(from, from + length, number + " " + phase.label(), number, phase.isSick()));
    }
    slice = length / SLICES_PER_PHASE;
    slices = SLICES_PER_PHASE * Phase.ALL.size();
  }

  void write(Markup to) {
    availability(to);
    latency(to, "median", "Time until half of the calls have ended (p50)", Run.Figures::p50);
    latency(to, "slowest", "Time until 99 of 100 calls have ended (p99)", Run.Figures::p99);
    primaryLoad(to);
    fallbackLoad(to);
    breakers(to);
  }

  private void availability(Markup to) {
    List<Series> lines = perClient(Run.Figures::answeredPercent);
    lines(
        to,
        "availability",
        "Calls answered whole",
        "Share of the calls begun in each "
            + Scale.seconds(slice)
            + " that were answered in full, in percent. Shaded: the primary vendor is sick.",
        Scale.percent(),
        lines);
  }

  private void latency(Markup to, String id, String title, ToDoubleFunction<Run.Figures> value) {
    List<Series> lines = perClient(value);
    lines(
        to,
        id,
        title,
        "Time from the beginning of a call to its end, answered or not, on a logarithmic scale. A "
            + "call that fails at once is fast here and missing above.",
        Scale.logSeconds(Series.smallest(lines), Series.largest(lines)),
        lines);
  }

  private void primaryLoad(Markup to) {
    List<Series> lines =
        List.of(
            sliced(
                "calls begun",
                "offered",
                t -> outcome.bare().between(t, t + slice).calls() / slice),
            load(outcome.resilient(), Drill.PRIMARY, "from resilient-llm", "resilient"),
            load(outcome.bare(), Drill.PRIMARY, "from the bare client", "bare"));
    lines(
        to,
        "load-primary",
        "Requests per second at the primary vendor",
        "Requests that arrived, retries and probes included; what lies above the calls begun is load "
            + "that the client added to the outage.",
        Scale.fromZero(Series.largest(lines)),
        lines);
  }

  private void fallbackLoad(Markup to) {
    List<Series> lines =
        List.of(load(outcome.resilient(), Drill.FALLBACK, "from resilient-llm", "resilient"));
    lines(
        to,
        "load-fallback",
        "Requests per second at the fallback vendor",
        "Requests that arrived at the second vendor, which stays healthy. The bare client knows none.",
        Scale.fromZero(Series.largest(lines)),
        lines);
  }

  private void breakers(Markup to) {
    List<LanePlot.Lane> lanes = new ArrayList<>();
    for (String target : List.of(Drill.PRIMARY, Drill.FALLBACK)) {
      lanes.add(new LanePlot.Lane(target, stretches(target)));
    }
    List<Figure.Legend> legend = new ArrayList<>();
    for (BreakerState state : BreakerState.values()) {
      legend.add(new Figure.Legend(meaning(state), style(state), true));
    }
    new Figure(
            "breakers",
            "Circuit breakers of resilient-llm",
            "The state of the breaker of each target: an open one sends calls to the other target at "
                + "once. A target that is rate-limited is passed over with its breaker closed: it "
                + "is not sick, and has said when to come back.",
            legend)
        .write(to, bands, 84, new LanePlot(lanes));
  }

  private List<LanePlot.Stretch> stretches(String target) {
    double end = bands.get(bands.size() - 1).to();
    List<LanePlot.Stretch> stretches = new ArrayList<>();
    BreakerState state = BreakerState.CLOSED;
    double since = 0;
    for (Ledger.Turn turn : outcome.resilient().turns()) {
      if (turn.target().equals(target) && turn.at() < end) {
        stretches.add(new LanePlot.Stretch(since, turn.at(), style(state), name(state)));
        state = turn.to();
        since = turn.at();
      }
    }
    stretches.add(new LanePlot.Stretch(since, end, style(state), name(state)));
    return stretches;
  }

  private void lines(
      Markup to, String id, String title, String description, Scale scale, List<Series> lines) {
    List<Figure.Legend> legend = lines.stream().map(Figure.Legend::of).toList();
    new Figure(id, title, description, legend).write(to, bands, HEIGHT, new LinePlot(scale, lines));
  }

  private List<Series> perClient(ToDoubleFunction<Run.Figures> value) {
    return List.of(
        sliced("resilient-llm", "resilient", figures(outcome.resilient(), value)),
        sliced("bare client", "bare", figures(outcome.bare(), value)));
  }

  private DoubleUnaryOperator figures(Run run, ToDoubleFunction<Run.Figures> value) {
    return from -> value.applyAsDouble(run.between(from, from + slice));
  }

  private Series load(Run run, String vendor, String name, String style) {
    return sliced(name, style, from -> run.requests(vendor, from, from + slice) / slice);
  }

  /** One point for each slice of time, drawn in its middle. */
  private Series sliced(String name, String style, DoubleUnaryOperator value) {
    List<Series.Point> points = new ArrayList<>(slices);
    for (int i = 0; i < slices; i++) {
      double from = i * slice;
      points.add(new Series.Point(from + slice / 2, value.applyAsDouble(from)));
    }
    return new Series(name, style, points);
  }

  private static String name(BreakerState state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String meaning(BreakerState state) {
    return switch (state) {
      case CLOSED -> "closed: calls go through";
      case OPEN -> "open: calls go elsewhere";
      case HALF_OPEN -> "half-open: one call probes";
    };
  }

  private static String style(BreakerState state) {
    return "state " + name(state);
  }
}
