package io.github.resilientllm.examples.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.simulate.Forecast;
import io.github.resilientllm.test.simulate.ForecastPage;
import io.github.resilientllm.test.simulate.SimulatedTarget;
import io.github.resilientllm.test.simulate.Simulation;
import io.github.resilientllm.test.simulate.Trace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Plays a month of incidents under several policies. */
public final class SimulateCommand implements Command {
  /** Made up, but like what status pages tell. */
  private static final List<String> SHIPPED = List.of("quiet-month", "bad-month", "black-friday");

  @Override
  public String name() {
    return "simulate";
  }

  @Override
  public String summary() {
    return "Play a month of incidents under several policies, in seconds.";
  }

  @Override
  public String details() {
    return """
        The engine is the real one, and the time is virtual. The ladder is "first" and "second";
        a trace has a line for each incident: target,from,lasting,effect,share, such as
        first,P3DT14H,PT45M,OVERLOADED,0.7. The traces that come with it are made up:
        """
        + String.join(", ", SHIPPED)
        + ".";
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value("--trace", "FILE", "a trace, or the name of one of ours (default bad-month)"),
        Option.value("--days", "N", "how long it lasts (default 30)"),
        Option.value("--calls-per-hour", "N", "the load (default 30)"),
        Option.value("--seed", "N", "the same seed gives the same month (default 1)"),
        Option.value("--report", "FILE", "a page with bars"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    SimulatedTarget first = SimulatedTarget.of("first", 0.01);
    SimulatedTarget second = SimulatedTarget.of("second", 0.02);
    Trace trace = trace(arguments.value("--trace").orElse("bad-month"));
    Duration length = Duration.ofDays(arguments.number("--days", 30, 1, 366));
    double load = arguments.decimal("--calls-per-hour", 30, 0.1, 3600);
    long seed = arguments.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    List<Forecast> forecasts = new ArrayList<>();
    try {
      Simulation alone =
          Simulation.of(first)
              .under(trace.of("first"))
              .policy("one try, one vendor", builder -> builder.retry(Retry.none()))
              .policy("retries, one vendor", builder -> builder);
      Simulation both =
          Simulation.of(first, second)
              .under(trace)
              .policy("a fallback", builder -> builder)
              .policy("a fallback and hedges", b -> b.hedge(Hedge.extraLoad(0.05)));
      for (Simulation simulation : List.of(alone, both)) {
        forecasts.addAll(simulation.callsPerHour(load).lasting(length).play(seed));
      }
    } catch (IllegalArgumentException | IllegalStateException mistake) {
      throw new UsageException(String.valueOf(mistake.getMessage()));
    }
    screen.out().print(ForecastPage.table(forecasts));
    write(arguments, forecasts, screen);
    return 0;
  }

  private static Trace trace(String name) throws UsageException {
    try {
      return Trace.parse(SHIPPED.contains(name) ? shipped(name) : Files.readString(Path.of(name)));
    } catch (IOException | InvalidPathException e) {
      throw new UsageException(
          "--trace is a file or one of " + SHIPPED + ", and \"" + name + "\" cannot be read");
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--trace: " + wrong.getMessage());
    }
  }

  private static String shipped(String name) {
    try (InputStream in = SimulateCommand.class.getResourceAsStream(name + ".csv")) {
      if (in == null) {
        throw new IllegalStateException("The jar has no " + name + ".csv");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Arguments arguments, List<Forecast> forecasts, Screen screen)
      throws UsageException {
    if (!arguments.has("--report")) {
      return;
    }
    try {
      Path file = Path.of(arguments.value("--report").orElseThrow());
      Files.writeString(file, ForecastPage.html(forecasts));
      screen.out().println("Report: " + file.toAbsolutePath());
    } catch (IOException | InvalidPathException e) {
      throw new UsageException("--report could not be written: " + e.getMessage());
    }
  }
}
