package io.github.resilientllm.examples.judge;

import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.test.judge.Judge;
import io.github.resilientllm.test.judge.PlainClient;
import io.github.resilientllm.test.judge.Scenario;
import io.github.resilientllm.test.judge.Scenarios;
import io.github.resilientllm.test.judge.Scorecard;
import io.github.resilientllm.test.judge.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Judges clients by the faults of the test kit. */
public final class JudgeCommand implements Command {
  private static final long DEFAULT_PORT = 9101;

  private final Map<String, String> environment;

  private JudgeCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** A command that takes keys from these variables. */
  public static JudgeCommand withEnvironment(Map<String, String> environment) {
    return new JudgeCommand(Map.copyOf(environment));
  }

  @Override
  public String name() {
    return "judge";
  }

  @Override
  public String summary() {
    return "Judge this library and a plain client, or your own gateway, by 34 faults.";
  }

  @Override
  public String details() {
    return """
        Without --base-url it judges resilient-llm by its defaults beside the JDK's HttpClient,
        which takes some four minutes. With it, it judges whatever speaks OpenAI's chat completions there:
        configure that with two targets, http://127.0.0.1:PORT/v1 first and PORT+1 as its fallback,
        any key, and the models model-a and model-b. What never asks them is not judged.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value("--base-url", "URL", "the gateway, such as http://localhost:8080/v1"),
        Option.value("--model", "NAME", "the model to ask the gateway for (default model-a)"),
        Option.value("--key-variable", "NAME", "the variable that holds the gateway's key"),
        Option.value("--port", "N", "the first local vendor's port (default 9101)"),
        Option.value("--only", "IDS", "these faults only, such as 04,08,T11"),
        Option.value("--pace", "SHARE", "for this library: play a share of all times (default 1)"),
        Option.value("--lines", "FILE", "the verdicts as lines"),
        Option.value("--beside", "FILE", "such lines of another client, beside these; repeatable"),
        Option.value("--report", "FILE", "a page with a timeline of each fault"),
        Option.refused("--key", "a key on a command line is seen by all; use --key-variable"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    List<Scenario> scenarios = scenarios(arguments);
    double pace = arguments.decimal("--pace", 1, 0.1, 1);
    try {
      List<Scorecard> cards = new ArrayList<>();
      if (arguments.has("--base-url")) {
        int port = (int) arguments.number("--port", DEFAULT_PORT, 1, 65_534);
        screen.out().println("The vendors are at http://127.0.0.1:" + port + "/v1 and one above.");
        cards.add(Judge.inFull().onPorts(port).play(scenarios, gateway(arguments)));
      } else {
        Judge judge = Judge.inFull().paced(pace);
        cards.add(judge.play(scenarios, Ours.subject()));
        cards.add(judge.play(scenarios, PlainClient.subject()));
      }
      List<Scorecard> all = new ArrayList<>(cards);
      all.addAll(beside(arguments));
      screen.out().print(Scorecard.table(all));
      write(arguments, all, screen);
      Scorecard judged = cards.get(0);
      return judged.passed() == judged.cells().size() ? 0 : 1;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private Subject gateway(Arguments arguments) throws UsageException {
    String url = arguments.value("--base-url").orElseThrow();
    if (!url.matches("https?://[^/]+.*") || url.endsWith("/")) {
      throw new UsageException(
          "--base-url is the part before /chat/completions, such as http://localhost:8080/v1, not \""
              + url
              + "\"");
    }
    String variable = arguments.value("--key-variable").orElse("");
    String key = variable.isEmpty() ? "not-a-secret" : environment.get(variable);
    if (key == null || key.isBlank()) {
      throw new UsageException("--key-variable names " + variable + ", which is not set");
    }
    return PlainClient.gateway(url, arguments.value("--model").orElse("model-a"), key);
  }

  private static List<Scenario> scenarios(Arguments arguments) throws UsageException {
    if (!arguments.has("--only")) {
      return Scenarios.all();
    }
    List<Scenario> chosen = new ArrayList<>();
    for (String id : arguments.value("--only").orElse("").split(",", -1)) {
      chosen.add(
          Scenarios.all().stream()
              .filter(scenario -> scenario.id().equals(id.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--only names faults from 01 to 16 and T01 to T18, not \"" + id + "\"")));
    }
    return chosen;
  }

  private static List<Scorecard> beside(Arguments arguments) throws UsageException {
    List<Scorecard> cards = new ArrayList<>();
    for (String file : arguments.values("--beside")) {
      try {
        cards.add(Scorecard.ofLines(Files.readAllLines(Path.of(file))));
      } catch (IOException | IllegalArgumentException e) {
        throw new UsageException("--beside " + file + " has no verdicts: " + e.getMessage());
      }
    }
    return cards;
  }

  private static void write(Arguments arguments, List<Scorecard> cards, Screen screen)
      throws UsageException {
    try {
      if (arguments.has("--lines")) {
        Files.write(Path.of(arguments.value("--lines").orElseThrow()), cards.get(0).lines());
      }
      if (arguments.has("--report")) {
        Path file = Path.of(arguments.value("--report").orElseThrow());
        Files.writeString(file, Scorecard.html(cards));
        screen.out().println("Report: " + file.toAbsolutePath());
      }
    } catch (IOException | InvalidPathException e) {
      throw new UsageException("--report or --lines cannot be written: " + e.getMessage());
    }
  }
}
