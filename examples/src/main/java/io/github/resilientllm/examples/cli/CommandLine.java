package io.github.resilientllm.examples.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of commands and the one way into all of them. */
public final class CommandLine {
  /** The exit code of a mistake on the command line, as shells and most tools use it. */
  public static final int USAGE_ERROR = 2;

  private static final List<String> HELP = List.of("--help", "-h", "help");

  private final String program;
  private final List<Command> commands;

  /**
   * A table of commands.
   *
   * @param program what a user types before the command
   */
  public CommandLine(String program, List<Command> commands) {
    this.program = program;
    this.commands = List.copyOf(commands);
  }

  /**
   * Runs the command that the first word names.
   *
   * @return the exit code: the command's own, or 2 for a mistake
   */
  public int run(List<String> words, Screen screen) {
    if (words.isEmpty()) {
      screen.err().print(help());
      return USAGE_ERROR;
    }
    String first = words.get(0);
    if (HELP.contains(first)) {
      screen.out().print(help());
      return 0;
    }
    Command command = find(first);
    if (command == null) {
      List<String> names = commands.stream().map(Command::name).toList();
      return mistake("unknown command \"" + first + "\"" + Nearest.hint(first, names), "", screen);
    }
    List<String> rest = words.subList(1, words.size());
    if (rest.contains("--help") || rest.contains("-h")) {
      screen.out().print(help(command));
      return 0;
    }
    try {
      return command.run(Arguments.parse(command, rest), screen);
    } catch (UsageException mistake) {
      return mistake(String.valueOf(mistake.getMessage()), command.name() + " ", screen);
    }
  }

  private int mistake(String message, String command, Screen screen) {
    screen.err().println("error: " + message + " (" + command + "--help lists all)");
    return USAGE_ERROR;
  }

  private @Nullable Command find(String name) {
    return commands.stream().filter(c -> c.name().equals(name)).findFirst().orElse(null);
  }

  private String help() {
    StringBuilder text = new StringBuilder(512);
    text.append("Usage: ").append(program).append(" COMMAND [OPTION...]\n\nCommands:\n");
    int width = commands.stream().mapToInt(c -> c.name().length()).max().orElse(0);
    for (Command command : commands) {
      text.append("  ").append(pad(command.name(), width)).append("  ");
      text.append(command.summary()).append('\n');
    }
    return text.append("\n\"COMMAND --help\" says more about each.\n").toString();
  }

  private String help(Command command) {
    StringBuilder text = new StringBuilder(1024);
    text.append("Usage: ").append(program).append(' ').append(command.name());
    text.append(command.operands().isEmpty() ? "" : " " + command.operands());
    text.append(" [OPTION...]\n\n").append(command.summary()).append('\n');
    text.append(command.details().stripTrailing()).append("\n\nOptions:\n");
    List<Option> shown = command.options().stream().filter(o -> o.refusal() == null).toList();
    int width = shown.stream().mapToInt(o -> o.usage().length()).max().orElse(0);
    for (Option option : shown) {
      text.append("  ").append(pad(option.usage(), width)).append("  ");
      text.append(option.help()).append('\n');
    }
    return text.toString();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
