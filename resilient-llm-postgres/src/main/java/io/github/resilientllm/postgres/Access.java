package io.github.resilientllm.postgres;

import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Sealing;
import io.github.resilientllm.postgres.internal.sql.Database;
import io.github.resilientllm.postgres.internal.sql.Workers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** How a store gets at its tables: what the builders of all stores collect alike, checked. */
final class Access {
  private final DataSource source;
  private @Nullable String schema;
  private Duration patience = Duration.ofSeconds(30);
  private @Nullable Executor executor;
  private int threads = 8;
  private @Nullable Encryption encryption;
  private boolean plainToo;

  Access(DataSource source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  void schema(String its) {
    schema = Objects.requireNonNull(its, "schema");
  }

  void serverPatience(Duration time) {
    requireBetween("serverPatience", time, Duration.ofSeconds(1), Duration.ofHours(1));
    patience = time;
  }

  /** Without a bound, for tests. */
  void impatient(Duration time) {
    patience = time;
  }

  void threads(int most) {
    requireBetween("threads", most, 1, 1000);
    threads = most;
  }

  void executor(Executor its) {
    executor = Objects.requireNonNull(its, "executor");
  }

  void encryption(Encryption its) {
    encryption = Objects.requireNonNull(its, "encryption");
  }

  void readPlainToo() {
    plainToo = true;
  }

  Database database() {
    return new Database(source, schema, patience);
  }

  Workers workers() {
    return executor == null ? Workers.make(threads) : new Workers(executor);
  }

  Sealing sealing() {
    Sealing sealing = encryption == null ? Sealing.none() : Sealing.with(encryption);
    return plainToo ? sealing.readingPlainToo() : sealing;
  }

  static void requireBetween(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(name, min, max, value));
    }
  }

  static void requireBetween(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to %s, not %s".formatted(name, min, max, value));
    }
  }
}
