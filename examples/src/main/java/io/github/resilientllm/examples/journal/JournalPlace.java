package io.github.resilientllm.examples.journal;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.UsageException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the commands of this jar keep conversations. */
public final class JournalPlace {
  /** The option that names another directory. */
  public static final String OPTION = "--journal";

  private static final String DEFAULT = "conversations";

  private JournalPlace() {}

  /** The option, with its help. */
  public static Option option() {
    return Option.value(
        OPTION, "DIR", "the directory that keeps conversations (default " + DEFAULT + ")");
  }

  /** The journal in the directory that was asked for. */
  public static FileJournal of(Arguments arguments) throws UsageException {
    String directory = arguments.value(OPTION).orElse(DEFAULT);
    try {
      return FileJournal.at(Path.of(directory));
    } catch (InvalidPathException noPath) {
      throw new UsageException(OPTION + " is no path: \"" + directory + "\"");
    }
  }
}
