package io.github.resilientllm.examples.journal;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.postgres.PostgresJournal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;

/** Where the commands of this jar keep conversations. */
public final class JournalPlace {
  /** The option that names another directory. */
  public static final String OPTION = "--journal";

  static final String JDBC_URL = "--jdbc-url";
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
    return Option.value(
        JDBC_URL,
        "URL",
        "the PostgreSQL database that keeps them instead, such as jdbc:postgresql://localhost/desk?user=me; its password is PGPASSWORD");
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
    if (url.contains("password=")) {
      throw new UsageException(
          option + " has a password, which others see in the list of processes: set PGPASSWORD");
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    try {
      source.setUrl(url);
    } catch (IllegalArgumentException noUrl) {
      throw new UsageException(option + " is no JDBC URL of PostgreSQL: \"" + url + "\"");
    }
    String password = System.getenv("PGPASSWORD");
    if (password != null) {
      source.setPassword(password);
    }
    return new Store.InPostgres(
        PostgresJournal.builder(source).owner("journal command").build(), url);
  }
}
