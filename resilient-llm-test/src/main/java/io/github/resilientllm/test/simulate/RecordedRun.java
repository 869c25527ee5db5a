package io.github.resilientllm.test.simulate;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.test.time.Observation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What really became of a client's calls, as a {@link RunLog} wrote it. */
public final class RecordedRun {
  private static final int MOST_LINES = 10_000_000;

  /** How many fields a line has, by its first. */
  private static final Map<String, Integer> FIELDS = Map.of("call", 4, "try", 8);

  private final List<Duration> calls = new ArrayList<>();
  private final List<Duration> took = new ArrayList<>();
  private final Map<String, List<Observation>> targets = new LinkedHashMap<>();
  private int answered;
  private long tokens;
  private long begin = Long.MAX_VALUE;

  private RecordedRun() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none, with the line and what is wrong with it
   */
  public static RecordedRun read(Path file) throws IOException {
    RecordedRun run = new RecordedRun();
    List<String[]> lines = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (lines.size() == MOST_LINES) {
          throw new IllegalArgumentException("A run has at most " + MOST_LINES + " lines");
        }
        lines.add(run.fields(lines.size() + 1, line));
      }
    }
    lines.forEach(run::add);
    if (run.calls.isEmpty()) {
      throw new IllegalArgumentException(
          file + " has no calls; is its RunLog the client's listener, and did a call end?");
    }
    run.calls.sort(null);
    run.took.sort(null);
    return run;
  }

  /** The targets that were asked, in the order in which they were. */
  public List<String> targets() {
    return List.copyOf(targets.keySet());
  }

  /** When each call began, since the first one or what it asked first. */
  public List<Duration> calls() {
    return List.copyOf(calls);
  }

  /** How a target took its requests; empty if nobody asked it. */
  public List<Observation> observations(String target) {
    return List.copyOf(targets.getOrDefault(target, List.of()));
  }

  /**
   * What became of it.
   *
   * @param ladder what a request to each target costs
   */
  public Forecast happened(List<SimulatedTarget> ladder) {
    int requests = targets.values().stream().mapToInt(List::size).sum();
    double cost = 0;
    for (SimulatedTarget target : ladder) {
      cost += target.pricePerRequest() * observations(target.name()).size();
    }
    return new Forecast(
        "as it was",
        calls.size(),
        answered,
        Simulation.share(took, 0.5),
        Simulation.share(took, 0.99),
        requests,
        tokens,
        cost,
        0,
        0,
        0);
  }

  private String[] fields(int number, String line) {
    String[] fields = line.split("\t", -1);
    Integer wanted = FIELDS.get(fields[0]);
    boolean isKnown = wanted != null && wanted == fields.length;
    if (!isKnown) {
      throw wrong(number, null);
    }
    try {
      begin = Math.min(begin, Long.parseLong(fields[1]));
      if (fields[0].equals("call")) {
        Outcome unused = Outcome.valueOf(fields[3]);
      } else if (!fields[4].equals("-")) {
        ErrorKind unused = ErrorKind.valueOf(fields[4]);
      }
      for (int i : fields.length == 4 ? new int[] {2} : new int[] {2, 5, 6, 7}) {
        Duration unused = time(fields[i]);
      }
    } catch (IllegalArgumentException e) {
      throw wrong(number, e);
    }
    return fields;
  }

  private static IllegalArgumentException wrong(int number, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "Line " + number + " of the run is none that a RunLog writes", cause);
  }

  private void add(String[] fields) {
    Duration at = Duration.ofMillis(Long.parseLong(fields[1]) - begin);
    Duration lasted = Duration.ofMillis(Long.parseLong(fields[2]));
    if (fields[0].equals("call")) {
      calls.add(at);
      took.add(lasted);
      answered += Outcome.valueOf(fields[3]) == Outcome.COMPLETE ? 1 : 0;
      return;
    }
    tokens += fields[7].equals("-") ? 0 : Long.parseLong(fields[7]);
    targets
        .computeIfAbsent(fields[3], name -> new ArrayList<>())
        .add(
            new Observation(
                at,
                fields[4].equals("-") ? null : ErrorKind.valueOf(fields[4]),
                time(fields[6]),
                time(fields[5]),
                lasted));
  }

  private static @Nullable Duration time(String millis) {
    return millis.equals("-") ? null : Duration.ofMillis(Long.parseLong(millis));
  }
}
