package io.github.resilientllm.examples.desk.shared;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Two desks that keep their conversations in one PostgreSQL, which is started with them. */
public final class TwoDesks implements AutoCloseable {
  private static final String URL = "spring.datasource.url";

  private final @Nullable EmbeddedPostgres postgres;
  private final DeskProcess first;
  private final DeskProcess second;

  private TwoDesks(@Nullable EmbeddedPostgres postgres, DeskProcess first, DeskProcess second) {
    this.postgres = postgres;
    this.first = first;
    this.second = second;
  }

  /** Starts them at ports 8080 and 8081, and returns when both have ended. */
  public static void run(List<String> arguments) throws IOException {
    try (TwoDesks desks = start(8080, 8081, arguments, TwoDesks::say)) {
      Runtime.getRuntime().addShutdownHook(new Thread(desks::close));
      say(desks.directions());
      CompletableFuture.allOf(
              announceEnd(desks.first, desks.second), announceEnd(desks.second, desks.first))
          .join();
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static CompletableFuture<Void> announceEnd(DeskProcess one, DeskProcess other) {
    return one.ended()
        .thenRun(
            () ->
                say(
                    "%s has ended. Its conversations go on at %s: %s"
                        .formatted(one.name(), other.name(), other.uri())));
  }

  /**
   * Starts them, and returns when both can be asked.
   *
   * @param arguments of both; with a {@code --spring.datasource.url} no PostgreSQL is started
   * @param out hears what they say, line by line
   */
  public static TwoDesks start(
      int firstPort, int secondPort, List<String> arguments, Consumer<String> out)
      throws IOException {
    boolean hasDatabase = arguments.stream().anyMatch(word -> word.startsWith("--" + URL + "="));
    EmbeddedPostgres postgres = hasDatabase ? null : startPostgres();
    TwoDesks desks =
        new TwoDesks(
            postgres,
            startDesk("desk 1", firstPort, postgres, arguments, out),
            startDesk("desk 2", secondPort, postgres, arguments, out));
    try {
      desks.first.started().join();
      desks.second.started().join();
      return desks;
    } catch (CompletionException failed) {
      desks.close();
      throw new IOException(failed.getCause());
    }
  }

  /** As an application's is: what it says it has written is on the disk. */
  private static EmbeddedPostgres startPostgres() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setPGStartupWait(Duration.ofMinutes(1))
        .start();
  }

  private static DeskProcess startDesk(
      String name,
      int port,
      @Nullable EmbeddedPostgres postgres,
      List<String> arguments,
      Consumer<String> out)
      throws IOException {
    Map<String, String> properties = new HashMap<>();
    properties.put("spring.profiles.active", "local,shared");
    properties.put("resilient-llm.journal.postgres.owner", name);
    if (postgres != null) {
      properties.put(URL, postgres.getJdbcUrl("postgres", "postgres"));
    }
    return DeskProcess.start(name, port, properties, arguments, out);
  }

  private String directions() {
    return """

        Two desks share their conversations:
          desk 1  %s  process %d
          desk 2  %s  process %d
        Ask desk 1 something, and in the middle of its answer: kill -9 %2$d
        Then open the same ticket at desk 2: the same address, what follows the # included, with its port.
        Ctrl-C ends all.
        """
        .formatted(first.uri(), first.pid(), second.uri(), second.pid());
  }

  /** The one at the first port. */
  public DeskProcess first() {
    return first;
  }

  /** The one at the second port. */
  public DeskProcess second() {
    return second;
  }

  /** Ends both, and the PostgreSQL that was started for them. */
  @Override
  public void close() {
    first.stop();
    second.stop();
    try {
      if (postgres != null) {
        postgres.close();
      }
    } catch (IOException e) {
      System.err.println("PostgreSQL could not be stopped: " + e.getMessage());
    }
  }
}
