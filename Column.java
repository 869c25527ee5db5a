package io.github.resilientllm.benchmarks.load;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** A figure that is shown of every contestant, by itself or beside the one they are measured by. */
final class Column {
  /** How it is shown beside the base's. */
  private enum Beside {
    NOTHING,
    RATIO,
    DIFFERENCE
  }

  private final String title;
  private final String format;
  private final ToDoubleFunction<List<Turn>> figure;
  private final Beside beside;
  private final Map<String, Aim> aims = new HashMap<>();

  private Column(
      String title, String format, ToDoubleFunction<List<Turn>> figure, Beside beside) {
    this.title = title;
    this.format = format;
    this.figure = figure;
    this.beside = beside;
  }

  /** A figure by itself. */
  static Column of(String title, String format, ToDoubleFunction<List<Turn>> figure) {
    return new Column(title, format, figure, Beside.NOTHING);
  }

  /** The same, divided by the base's. */
  Column ratio() {
    return new Column("of base", "%.2f", figure, Beside.RATIO);
  }

  /** The same, less the base's. */
  Column difference() {
    return new Column("later than base", format, figure, Beside.DIFFERENCE);
  }

  /** Sets what it is to be for this contestant. */
  Column aim(Contender contender, Aim aim) {
    aims.put(contender.name(), aim);
    return this;
  }

  String title() {
    return title;
  }

  boolean standsAlone() {
    return beside == Beside.NOTHING;
  }

  /** What the table shows of this contestant. */
  String cell(String contender, List<Turn> turns, List<Turn> base) {
    double value = value(turns, base);
    String shown = String.format(Locale.ROOT, format, value);
    Aim aim = aims.get(contender);
    return aim == null ? shown : shown + " " + aim.verdict(value, format);
  }

  /** How much the base's own rounds differ: what the machine does to all figures. */
  String spread(List<Turn> base) {
    double[] rounds = base.stream().mapToDouble(turn -> figure.applyAsDouble(List.of(turn))).toArray();
    return String.format(
        Locale.ROOT,
        "%s " + format + " to " + format,
        title,
        Percentile.of(rounds, 0.25),
        Percentile.of(rounds, 0.75));
  }

  private double value(List<Turn> turns, List<Turn> base) {
    if (beside == Beside.NOTHING) {
      return figure.applyAsDouble(turns);
    }
    if (turns.size() != base.size()) {
      return beside(figure.applyAsDouble(turns), figure.applyAsDouble(base));
    }
    // Within a round all meet about the same machine.
    return Percentile.median(
        IntStream.range(0, turns.size())
            .mapToDouble(i -> beside(one(turns, i), one(base, i)))
            .toArray());
  }

  private double one(List<Turn> turns, int round) {
    return figure.applyAsDouble(List.of(turns.get(round)));
  }

  private double beside(double own, double base) {
    return beside == Beside.RATIO ? own / base : own - base;
  }
}
