package io.github.resilientllm.load;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/**
 * A load, who takes it, and what of it is shown.
 *
 * @param name as it is asked for
 * @param title what is done
 * @param clients in the order of the table; raw comes first
 * @param plan what the vendor and the clients are set to
 * @param warmUp commands before the first round, separated by semicolons; empty for none
 * @param round one round of one client
 */
record Scenario(
    String name,
    String title,
    List<String> clients,
    Bench.Plan plan,
    String warmUp,
    Round round,
    List<Column> columns,
    List<Aim> aims) {

  /** One round of one client. */
  interface Round {
    Map<String, Double> run(Bench bench, String client) throws Exception;
  }

  /**
   * A column of the table.
   *
   * @param value from a client's medians and raw's
   */
  record Column(
      String title,
      String format,
      ToDoubleBiFunction<Map<String, Double>, Map<String, Double>> value) {

    /** A field as it is. */
    static Column of(String title, String field, double scale, String format) {
      return new Column(title, format, (own, raw) -> own.getOrDefault(field, Double.NaN) * scale);
    }

    /** A field as a multiple of raw's. */
    static Column ofRaw(String title, String field) {
      return new Column(
          title,
          "%.2f",
          (own, raw) -> own.getOrDefault(field, Double.NaN) / raw.getOrDefault(field, Double.NaN));
    }
  }

  /**
   * What one of our clients is to reach.
   *
   * @param limit the most, or the least if it is negated
   */
  record Aim(
      String client,
      String text,
      boolean atLeast,
      double limit,
      ToDoubleBiFunction<Map<String, Double>, Map<String, Double>> value) {

    static Aim atMost(
        String client,
        String text,
        double limit,
        ToDoubleBiFunction<Map<String, Double>, Map<String, Double>> value) {
      return new Aim(client, text, false, limit, value);
    }

    static Aim atLeast(
        String client,
        String text,
        double limit,
        ToDoubleBiFunction<Map<String, Double>, Map<String, Double>> value) {
      return new Aim(client, text, true, limit, value);
    }

    boolean isKept(double reached) {
      return atLeast ? reached >= limit : reached <= limit;
    }
  }
}
