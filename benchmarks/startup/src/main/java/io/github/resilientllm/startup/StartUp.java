package io.github.resilientllm.startup;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Starts the same small Spring Boot application without the starter, with it on the class path, and
 * with it in use, each in a new process, in turn, and prints the medians, the best and what was
 * added.
 *
 * <pre>{@code StartUp [ROUNDS [JVM OPTION]...]}</pre>
 */
public final class StartUp {
  /** Begins the line that an application writes when it has started. */
  static final String STARTED = "started ";

  private static final Path TARGET = Path.of("benchmarks/startup/target");
  private static final String PLAIN = "io.github.resilientllm.startup.plain.Shop";
  private static final String ASKING = "io.github.resilientllm.startup.asking.Shop";
  private static final int ROUNDS = 15;

  private static final List<String> ALWAYS =
      List.of(
          "--server.port=0",
          "--spring.main.banner-mode=off",
          "--logging.level.root=warn",
          "--management.endpoints.web.exposure.include=health,metrics,resilientllm");

  private static final List<String> CONFIGURED =
      List.of(
          "--resilient-llm.providers.openai.api-key=not-a-secret",
          "--resilient-llm.providers.anthropic.api-key=not-a-secret",
          "--resilient-llm.targets.gpt.provider=openai",
          "--resilient-llm.targets.gpt.model=gpt-4.1-mini",
          "--resilient-llm.targets.claude.provider=anthropic",
          "--resilient-llm.targets.claude.model=claude-sonnet-4-5",
          "--resilient-llm.policies.careful.targets=gpt,claude",
          "--resilient-llm.policies.quick.targets=gpt",
          "--resilient-llm.policies.quick.timeout=6s",
          "--resilient-llm.default-policy=careful");

  private StartUp() {}

  /** Runs the rounds. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = args.length == 0 ? ROUNDS : Integer.parseInt(args[0]);
    List<String> jvm = args.length == 0 ? List.of() : List.of(args).subList(1, args.length);
    Map<Application, List<Start>> starts = new LinkedHashMap<>();
    for (Application application : Application.values()) {
      starts.put(application, new ArrayList<>());
      Start unused = start(application, jvm); // the first one reads the disk
    }
    for (int round = 0; round < rounds; round++) {
      for (Application application : Application.values()) {
        starts.getOrDefault(application, List.of()).add(start(application, jvm));
      }
    }
    print(starts);
  }

  private static void print(Map<Application, List<Start>> starts) {
    System.out.println(
        "| median, best in brackets | until started, ms | added | CPU, ms | added | classes | added |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    List<Start> base = starts.getOrDefault(Application.WITHOUT, List.of());
    starts.forEach(
        (application, each) ->
            System.out.println(
                "| "
                    + application.title
                    + cells(each, base, start -> start.wall / 1e6)
                    + cells(each, base, start -> start.cpu / 1e6)
                    + cells(each, base, Start::classes)
                    + " |"));
  }

  private static String cells(
      List<Start> starts, List<Start> base, ToDoubleFunction<Start> figure) {
    double median = median(starts, figure);
    double best = best(starts, figure);
    return String.format(
        Locale.ROOT,
        " | %.0f (%.0f) | %+.0f (%+.0f)",
        median,
        best,
        median - median(base, figure),
        best - best(base, figure));
  }

  private static double best(List<Start> starts, ToDoubleFunction<Start> figure) {
    return starts.stream().mapToDouble(figure).min().orElse(Double.NaN);
  }

  private static double median(List<Start> starts, ToDoubleFunction<Start> figure) {
    double[] sorted = starts.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static Start start(Application application, List<String> jvm)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(jvm);
    command.addAll(
        List.of("-cp", classPath(application.classPath), application.asks ? ASKING : PLAIN));
    command.addAll(ALWAYS);
    if (application.asks) {
      command.addAll(CONFIGURED);
    }
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.startsWith(STARTED)) {
        line = out.readLine();
      }
      long wall = System.nanoTime() - begin;
      int unused = process.waitFor();
      if (line == null) {
        throw new EOFException("The application " + application.title + " did not start");
      }
      String[] figures = line.substring(STARTED.length()).split(" ", -1);
      return new Start(wall, Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }
  }

  private static String classPath(String name) throws IOException {
    return TARGET.resolve("classes")
        + File.pathSeparator
        + Files.readString(TARGET.resolve(name)).strip();
  }

  /** What is started. */
  private enum Application {
    WITHOUT("without the starter", "without.txt", false),
    UNUSED("with the starter, not configured", "with.txt", false),
    USED("with the starter in use", "with.txt", true);

    private final String title;
    private final String classPath;
    private final boolean asks;

    Application(String title, String classPath, boolean asks) {
      this.title = title;
      this.classPath = classPath;
      this.asks = asks;
    }
  }

  private record Start(double wall, double cpu, double classes) {}
}
