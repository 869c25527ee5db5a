package io.github.resilientllm.examples.simulate;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.simulate.Forecast;
import io.github.resilientllm.test.simulate.ForecastPage;
import io.github.resilientllm.test.simulate.RecordedRun;
import io.github.resilientllm.test.simulate.SimulatedTarget;
import io.github.resilientllm.test.simulate.Simulation;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Plays a real run again under several policies. */
public final class CounterfactualCommand implements Command {
  private static final Map<String, UnaryOperator<ResilientLlm.Builder>> POLICIES =
      new LinkedHashMap<>();

  static {
    POLICIES.put("one try each", builder -> builder.retry(Retry.none()));
    POLICIES.put("standard", builder -> builder);
    POLICIES.put("standard and hedges", builder -> builder.hedge(Hedge.extraLoad(0.05)));
  }

  @Override
  public String name() {
    return "counterfactual";
  }

  @Override
  public String summary() {
    return "Play a real run again: what would other policies, or another target, have given?";
  }

  @Override
  public String details() {
    return """
        The run is a file that a RunLog wrote, a listener of the client; it has no content. The
        calls come again at the same times, and each target takes requests as it took those around the
        same time; a target that was never asked is guessed to be well. The engine is the real one.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value("--run", "FILE", "what the RunLog wrote"),
        Option.value(
            "--ladder",
            "LIST",
            "targets with prices, such as gpt/m=0.01,claude/m=0.02 (default those of the run)"),
        Option.value("--seed", "N", "the same seed gives the same forecasts (default 1)"),
        Option.value("--report", "FILE", "a page with bars"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    RecordedRun run = read(arguments);
    List<SimulatedTarget> ladder = ladder(arguments, run);
    long seed = arguments.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    List<Forecast> forecasts = new ArrayList<>(List.of(run.happened(ladder)));
    try {
      Simulation again = Simulation.again(run, ladder.toArray(SimulatedTarget[]::new));
      POLICIES.forEach(again::policy);
      forecasts.addAll(again.play(seed));
    } catch (IllegalArgumentException | IllegalStateException mistake) {
      throw new UsageException(String.valueOf(mistake.getMessage()));
    }
    screen.out().print(ForecastPage.table(forecasts));
    SimulateCommand.write(arguments, forecasts, screen);
    return 0;
  }

  private static RecordedRun read(Arguments arguments) throws UsageException {
    String file =
        arguments
            .value("--run")
            .orElseThrow(() -> new UsageException("--run names the file that a RunLog wrote"));
    try {
      return RecordedRun.read(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw new UsageException("--run: \"" + file + "\" cannot be read");
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--run: " + wrong.getMessage());
    }
  }

  private static List<SimulatedTarget> ladder(Arguments arguments, RecordedRun run)
      throws UsageException {
    String list = arguments.value("--ladder").orElse(String.join(",", run.targets()));
    List<SimulatedTarget> ladder = new ArrayList<>();
    for (String each : list.split(",", -1)) {
      String[] nameAndPrice = each.strip().split("=", 2);
      try {
        double price = nameAndPrice.length == 1 ? 0 : Double.parseDouble(nameAndPrice[1]);
        ladder.add(SimulatedTarget.of(nameAndPrice[0], price));
      } catch (NumberFormatException e) {
        throw new UsageException("--ladder has the price \"" + nameAndPrice[1] + "\"");
      }
    }
    return ladder;
  }
}
