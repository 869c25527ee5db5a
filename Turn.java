package io.github.resilientllm.benchmarks.load;

import io.github.resilientllm.benchmarks.load.worker.Fields;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What a contestant did in one round, as it measured itself and as the vendors counted it. */
final class Turn {
  private static final int ANSWERED = 0;

  private final Fields worker;
  private final Fields vendors;
  private final long[] micros;
  private final long[] startMicros;
  private final long[] firstMicros;
  private final long[] outcomes;

  Turn(Fields worker, Fields vendors) {
    this.worker = worker;
    this.vendors = vendors;
    this.micros = worker.numbers("latency");
    this.startMicros = worker.numbers("start");
    this.firstMicros = worker.numbers("first");
    this.outcomes = worker.numbers("outcome");
  }

  /** Calls that were only computed. */
  static Turn simulated(long[] micros, long hedges) {
    Fields calls =
        new Fields().with("latency", micros).with("outcome", new long[micros.length]);
    return new Turn(calls, new Fields().with("first.requests", micros.length + hedges));
  }

  int calls() {
    return micros.length;
  }

  /** A number of the contestant's own, such as {@code cpu}. */
  double own(String name) {
    return worker.number(name, 0);
  }

  /** A number of a vendor's, such as {@code first.early}. */
  double vendors(String name) {
    return vendors.number(name, 0);
  }

  double requests() {
    return vendors("first.requests") + vendors("second.requests");
  }

  /** How many calls ended so: 0 answered, 1 failed, 2 answered silently without a part. */
  long count(int outcome) {
    return LongStream.of(outcomes).filter(each -> each == outcome).count();
  }

  double success() {
    return (double) count(ANSWERED) / calls();
  }

  /** The latencies of all calls, in microseconds. */
  long[] micros() {
    return micros;
  }

  /** The times to the first piece of text, in microseconds. */
  long[] firstMicros() {
    return firstMicros;
  }

  /** The latencies of the answered calls that began in this time of the round. */
  long[] microsBetween(long fromMillis, long toMillis) {
    return IntStream.range(0, calls())
        .filter(i -> startMicros[i] >= fromMillis * 1000 && startMicros[i] < toMillis * 1000)
        .filter(i -> outcomes[i] == ANSWERED)
        .mapToLong(i -> micros[i])
        .toArray();
  }

  long countLatencies(LongPredicate which) {
    return LongStream.of(micros).filter(which).count();
  }

  /** All rounds' values of one kind together. */
  static long[] pooled(List<Turn> turns, Function<Turn, long[]> values) {
    return turns.stream().flatMapToLong(turn -> LongStream.of(values.apply(turn))).toArray();
  }

  /** The median of the rounds' own figures. */
  static ToDoubleFunction<List<Turn>> median(ToDoubleFunction<Turn> figure) {
    return turns -> Percentile.median(turns.stream().mapToDouble(figure).toArray());
  }

  /** A share or ratio of the sums over all rounds. */
  static ToDoubleFunction<List<Turn>> share(
      ToDoubleFunction<Turn> part, ToDoubleFunction<Turn> whole) {
    return turns ->
        turns.stream().mapToDouble(part).sum() / turns.stream().mapToDouble(whole).sum();
  }
}
