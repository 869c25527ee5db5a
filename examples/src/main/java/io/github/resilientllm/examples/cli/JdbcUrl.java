package io.github.resilientllm.examples.cli;

import org.postgresql.ds.PGSimpleDataSource;

/** The option that names a PostgreSQL database instead of a directory. */
public final class JdbcUrl {
  /** The option. */
  public static final String OPTION = "--jdbc-url";

  private static final String HELP =
      "the PostgreSQL database that keeps %s instead, such as jdbc:postgresql://localhost/desk?user=me; its password is PGPASSWORD";

  private JdbcUrl() {}

  /** The option, with its help. */
  public static Option option(String whatItKeeps) {
    return Option.value(OPTION, "URL", HELP.formatted(whatItKeeps));
  }

  /** The database of a URL, with the password of the environment. */
  public static PGSimpleDataSource database(String option, String url) throws UsageException {
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
    return source;
  }
}
