package io.github.resilientllm.postgres.internal.journal;

import java.time.Instant;

/** The instants that are kept: those that every PostgreSQL reads as they are written. */
final class Years {
  static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private Years() {}

  static boolean has(Instant instant) {
    return !instant.isBefore(FIRST) && !instant.isAfter(LAST);
  }
}
