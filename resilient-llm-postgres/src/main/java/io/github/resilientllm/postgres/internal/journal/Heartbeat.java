package io.github.resilientllm.postgres.internal.journal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lengthens the leases of all open conversations, by one statement three times in a lease. Who does
 * not get it any more has lost the conversation, and is told.
 */
final class Heartbeat {
  private static final int TIMES_IN_A_LEASE = 3;

  private final Conversations all;
  private final Duration interval;
  private final AtomicBoolean beats = new AtomicBoolean();

  Heartbeat(Conversations all, Duration lease) {
    this.all = all;
    this.interval = lease.dividedBy(TIMES_IN_A_LEASE);
  }

  /** Sees to it that it goes on as long as something is open. */
  void begin() {
    if (beats.compareAndSet(false, true)) {
      all.later().after(interval, this::beat);
    }
  }

  private void beat() {
    try {
      all.workers().execute(this::renew);
    } catch (RuntimeException e) { // no thread to be had now
      goOn();
    }
  }

  private void renew() {
    try {
      renew(List.copyOf(all.logs()));
    } catch (SQLException | RuntimeException e) {
      // Without the database nobody else can take over either; each append says what is wrong.
    } finally {
      goOn();
    }
  }

  private void renew(List<HeldLog> logs) throws SQLException {
    if (logs.isEmpty()) {
      return;
    }
    Long[] lives = logs.stream().map(HeldLog::life).toArray(Long[]::new);
    Long[] leases = logs.stream().map(HeldLog::lease).toArray(Long[]::new);
    Set<Long> renewed =
        new HashSet<>(
            all.database()
                .call(c -> all.statements().renewAll(c, lives, leases, all.settings().lease())));
    for (HeldLog log : logs) {
      if (!renewed.contains(log.life())) {
        log.lost("another one took it over, or deleted it");
      }
    }
  }

  private void goOn() {
    beats.set(false);
    if (!all.logs().isEmpty()) {
      begin();
    }
  }
}
