package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.boot.JournalProperties.InitializeSchema;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Work that waits out an outage, in files or in PostgreSQL.
 *
 * @param enabled Whether there is an outbox, if a directory or the type postgres is set.
 * @param type Where work waits: file (a directory of this machine) or postgres (the application's
 *     DataSource, shared with other instances).
 * @param directory Where files are; made when it is needed.
 * @param policy The policy that asks. The default one by default.
 * @param drain Whether this instance asks and handles, or only submits.
 * @param maxItems The most items that wait or were given up. 100,000 in files, 1,000,000 in
 *     PostgreSQL by default.
 * @param maxSize The most content of all items, at least 1 MB. 1 GB in files, 8 GB in PostgreSQL by
 *     default.
 * @param maxItemSize The most content of one item's request, and of its answer, 1 KB to 32 MB. 4 MB
 *     by default.
 * @param rememberDone How long the keys of what is done keep others out, up to 365 days.
 * @param attempts How often an item is asked that fails by its own fault, 1 to 100. Outages cost
 *     none.
 * @param handlings How often a handler may fail at one answer, 1 to 1,000.
 * @param maxAge The age at which an item that was not answered expires, up to 365 days.
 * @param maxInFlight The most items that are asked at once, 1 to 10,000.
 * @param maxHandling The most answers that one handler takes at once, 1 to 1,000.
 * @param handlerTimeout After which a handler is interrupted, up to a day.
 * @param postgres What only the type postgres has.
 */
record OutboxProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("file") OutboxType type,
    @Nullable Path directory,
    @Nullable String policy,
    @DefaultValue("true") boolean drain,
    @Nullable Integer maxItems,
    @Nullable DataSize maxSize,
    @Nullable DataSize maxItemSize,
    @DefaultValue("1d") Duration rememberDone,
    @DefaultValue("3") int attempts,
    @DefaultValue("10") int handlings,
    @DefaultValue("7d") Duration maxAge,
    @DefaultValue("32") int maxInFlight,
    @DefaultValue("8") int maxHandling,
    @DefaultValue("5m") Duration handlerTimeout,
    @DefaultValue OutboxPostgresProperties postgres) {

  /** Where work waits. */
  enum OutboxType {
    /** In files of this machine. */
    FILE,
    /** In the application's PostgreSQL. */
    POSTGRES
  }

  /**
   * What only the type postgres has.
   *
   * @param initializeSchema Whether the application makes the tables at its start, or brings them
   *     up to its version.
   * @param schema The schema of the tables. That of the user's search path by default.
   * @param serverPatience How long the server may be silent, 1 s to 1 h.
   * @param threads The most threads, and so connections, that it uses at once, 1 to 1,000.
   */
  record OutboxPostgresProperties(
      @DefaultValue("never") InitializeSchema initializeSchema,
      @Nullable String schema,
      @DefaultValue("30s") Duration serverPatience,
      @DefaultValue("8") int threads) {}
}
