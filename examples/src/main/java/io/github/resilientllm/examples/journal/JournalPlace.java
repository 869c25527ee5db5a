package io.github.resilientllm.examples.journal;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.JdbcUrl;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.postgres.PostgresJournal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the commands of this jar keep conversations. */
public final class JournalPlace {
  /** The option that names another directory. */
  public static final String OPTION = "--journal";

  static final String JDBC_URL = JdbcUrl.OPTION;
  static final String TO = "--to";

  private static final String DEFAULT = "conversations";
  private static final String JDBC = "jdbc:";

  private JournalPlace() {}

  /** The option, with its help. */
  public static Option option() {
    return Option.value(
        OPTION, "DIR", "the directory that keeps conversations (default " + DEFAULT + ")");
  }

  static Option jdbcUrl() {
    return JdbcUrl.option("them");
  }

  /** The journal in the directory that was asked for. */
  public static FileJournal of(Arguments arguments) throws UsageException {
    return files(OPTION, arguments.value(OPTION).orElse(DEFAULT));
  }

  /** The journal that was asked for, in files or in a database. */
  static Store store(Arguments arguments) throws UsageException {
    String url = arguments.value(JDBC_URL).orElse("");
    if (url.isEmpty()) {
      String directory = arguments.value(OPTION).orElse(DEFAULT);
      return new Store.InFiles(files(OPTION, directory), directory);
    }
    if (arguments.has(OPTION)) {
      throw new UsageException("give " + OPTION + " or " + JDBC_URL + ", not both");
    }
    return database(JDBC_URL, url);
  }

  /** The journal to copy to: a JDBC URL, or else a directory. */
  static Store target(Arguments arguments) throws UsageException {
    String place = arguments.value(TO).orElse("");
    if (place.isEmpty()) {
      throw new UsageException("journal copy needs " + TO + " DIR or " + TO + " JDBC-URL");
    }
    return place.startsWith(JDBC)
        ? database(TO, place)
        : new Store.InFiles(files(TO, place), place);
  }

  private static FileJournal files(String option, String directory) throws UsageException {
    try {
      return FileJournal.at(Path.of(directory));
    } catch (InvalidPathException noPath) {
      throw new UsageException(option + " is no path: \"" + directory + "\"");
    }
  }

  private static Store database(String option, String url) throws UsageException {
    return new Store.InPostgres(
        PostgresJournal.builder(JdbcUrl.database(option, url)).owner("journal command").build(),
        url);
  }
}
