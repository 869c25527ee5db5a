package io.github.resilientllm.examples;

import io.github.resilientllm.examples.chat.ChatCommand;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.drill.BacklogCommand;
import io.github.resilientllm.examples.drill.DrillCommand;
import io.github.resilientllm.examples.journal.JournalCommand;
import io.github.resilientllm.examples.judge.JudgeCommand;
import io.github.resilientllm.examples.outbox.OutboxCommand;
import io.github.resilientllm.examples.record.RecordCommand;
import io.github.resilientllm.examples.relay.RelayCommand;
import io.github.resilientllm.examples.simulate.CounterfactualCommand;
import io.github.resilientllm.examples.simulate.SimulateCommand;
import java.util.List;

/** The entry point of the jar: it picks a command and exits with the command's code. */
public final class Main {
  private Main() {}

  /** Runs one command. */
  public static void main(String[] args) {
    int code = commands().run(List.of(args), Screen.ofProcess());
    // Exit rather than return: HTTP clients keep threads alive for connections they may need again.
    System.exit(code);
  }

  /** Every command of the jar, in the order in which the help lists them. */
  static CommandLine commands() {
    return new CommandLine(
        "java -jar resilient-llm-examples.jar",
        List.of(
            new DrillCommand(),
            new BacklogCommand(),
            ChatCommand.withEnvironment(System.getenv()),
            RelayCommand.withEnvironment(System.getenv()),
            new JournalCommand(),
            JudgeCommand.withEnvironment(System.getenv()),
            new SimulateCommand(),
            new CounterfactualCommand(),
            new RecordCommand(),
            new OutboxCommand()));
  }
}
