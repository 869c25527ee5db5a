package io.github.resilientllm.load;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The load driver: runs a scenario with each client in turn, round by round, so that all of them
 * meet the same machine, and prints the medians of the rounds as a table.
 *
 * <pre>{@code Load SCENARIO [--rounds N] [--only NAME,NAME] [--home DIR]}</pre>
 */
public final class Load {
  private static final String USAGE =
      "usage: Load SCENARIO [--rounds N] [--only NAME,NAME] [--home DIR], SCENARIO one of ";

  private Load() {}

  /** Runs the scenario that the arguments name. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 1; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    Set<String> unknown = new TreeSet<>(options.keySet());
    unknown.removeAll(Set.of("--rounds", "--only", "--home"));
    String name = args.length == 0 ? "" : args[0];
    Scenario scenario =
        Scenarios.all().stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
    if (scenario == null || !unknown.isEmpty() || args.length % 2 == 0) {
      System.err.println(USAGE + Scenarios.all().stream().map(Scenario::name).toList());
      System.exit(2);
      return;
    }
    int rounds = Integer.parseInt(options.getOrDefault("--rounds", "5"));
    List<String> only = List.of(options.getOrDefault("--only", "").split(",", -1));
    Path home = Path.of(options.getOrDefault("--home", "."));
    List<String> clients =
        scenario.clients().stream()
            .filter(c -> only.contains("") || only.contains(c) || c.equals(Bench.RAW))
            .toList();
    print(scenario, clients, run(scenario, clients, rounds, home));
  }

  private static Map<String, List<Map<String, Double>>> run(
      Scenario scenario, List<String> clients, int rounds, Path home) throws Exception {
    Map<String, List<Map<String, Double>>> results = new LinkedHashMap<>();
    try (Bench bench = new Bench(home)) {
      for (String client : clients) {
        bench.start(client, scenario.plan());
        results.put(client, new ArrayList<>());
        for (String command : scenario.warmUp().split(";", -1)) {
          if (!command.isEmpty()) {
            Map<String, Double> unused = bench.run(client, command);
          }
        }
      }
      for (int round = 0; round < rounds; round++) {
        for (String client : clients) {
          results.getOrDefault(client, List.of()).add(scenario.round().run(bench, client));
        }
      }
    }
    return results;
  }

  private static void print(
      Scenario scenario, List<String> clients, Map<String, List<Map<String, Double>>> results) {
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    results.forEach((client, rounds) -> medians.put(client, medians(rounds)));
    Map<String, Double> raw = medians.getOrDefault(Bench.RAW, Map.of());
    System.out.println("\n### " + scenario.name() + ": " + scenario.title() + "\n");
    row("", scenario.columns().stream().map(Scenario.Column::title).toList());
    row("---", scenario.columns().stream().map(column -> "---").toList());
    for (String client : clients) {
      Map<String, Double> own = medians.getOrDefault(client, Map.of());
      row(client, scenario.columns().stream().map(column -> cell(column, own, raw)).toList());
    }
    System.out.println();
    for (Scenario.Aim aim : scenario.aims()) {
      if (!clients.contains(aim.client())) {
        continue;
      }
      double reached = aim.value().applyAsDouble(medians.getOrDefault(aim.client(), Map.of()), raw);
      System.out.printf(
          Locale.ROOT,
          "* %s: %s: %.4g, %s%n",
          aim.client(),
          aim.text(),
          reached,
          aim.isKept(reached) ? "kept" : "**missed**");
    }
    System.out.println("\n" + noise(results.getOrDefault(Bench.RAW, List.of())));
  }

  private static String cell(
      Scenario.Column column, Map<String, Double> own, Map<String, Double> raw) {
    double value = column.value().applyAsDouble(own, raw);
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, column.format(), value);
  }

  private static void row(String first, List<String> cells) {
    System.out.println("| " + first + " | " + String.join(" | ", cells) + " |");
  }

  /** How far apart the rounds of the client are that everything is compared with. */
  private static String noise(List<Map<String, Double>> raw) {
    double[] p50 = raw.stream().mapToDouble(round -> round.getOrDefault("p50", 0.0)).toArray();
    Arrays.sort(p50);
    return String.format(
        Locale.ROOT,
        "Noise: %d rounds; raw's median call took %.1f to %.1f µs; load average %.1f of %d cores.",
        p50.length,
        p50.length == 0 ? 0 : p50[0],
        p50.length == 0 ? 0 : p50[p50.length - 1],
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.getRuntime().availableProcessors());
  }

  private static Map<String, Double> medians(List<Map<String, Double>> rounds) {
    Map<String, Double> medians = new LinkedHashMap<>();
    if (rounds.isEmpty()) {
      return medians;
    }
    for (String field : rounds.get(0).keySet()) {
      double[] values =
          rounds.stream().mapToDouble(one -> one.getOrDefault(field, Double.NaN)).toArray();
      Arrays.sort(values);
      int middle = values.length / 2;
      medians.put(
          field,
          values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2);
    }
    return medians;
  }
}
