package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.internal.call.Engine;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.policy.Conversations;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The conversations that a client has lately used, so that a next turn need not read them, as far
 * as they do not take more memory than they may. Safe for use by several threads.
 */
public final class Sessions {
  private final Engine engine;
  private final Journal journal;
  private final Conversations policy;
  private final Redaction redaction;
  private final InstantSource clock;

  // What follows is guarded by this; the one that was used longest ago is the first.
  private final LinkedHashMap<String, Held> sessions = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long unsavedBytes;

  /** A session and what it took when it was last weighed. */
  private static final class Held {
    final Session session;
    long bytes = Session.BASE_BYTES;
    long unsavedBytes;

    Held(Session session) {
      this.session = session;
    }
  }

  /** The conversations of a client in a journal. */
  public Sessions(Engine engine, Journal journal, Conversations policy, InstantSource clock) {
    this.engine = engine;
    this.journal = new ForeignJournal(journal);
    this.policy = policy;
    this.redaction = Redaction.by(policy);
    this.clock = () -> clock.instant().truncatedTo(ChronoUnit.MILLIS); // no store keeps less
  }

  /** What runs their calls. */
  public Engine engine() {
    return engine;
  }

  Conversations policy() {
    return policy;
  }

  Redaction redaction() {
    return redaction;
  }

  InstantSource clock() {
    return clock;
  }

  Journal journal() {
    return journal;
  }

  /** The session of a conversation, the same for all until it is settled and idle. */
  synchronized Session of(String id) {
    Held held = sessions.get(id);
    if (held == null) {
      held = new Held(new Session(id, journal));
      bytes += held.bytes;
      letGo(); // before it is there, and others may be asked to make room for it
      sessions.put(id, held);
    }
    return held.session;
  }

  /** The session of a conversation; null if there is none to tell anything. */
  synchronized @Nullable Session known(String id) {
    Held held = sessions.get(id);
    return held == null ? null : held.session;
  }

  /** Weighs a session that was used, and lets go of idle ones while all take too much. */
  synchronized void settle(Session session) {
    Held held = sessions.get(session.id());
    if (held == null || held.session != session) {
      return;
    }
    bytes -= held.bytes;
    unsavedBytes -= held.unsavedBytes;
    held.bytes = session.bytes();
    held.unsavedBytes = session.unsavedBytes();
    bytes += held.bytes;
    unsavedBytes += held.unsavedBytes;
    letGo();
  }

  private void letGo() {
    Iterator<Held> oldestFirst = sessions.values().iterator();
    while (bytes > policy.memoryBytes() && oldestFirst.hasNext()) {
      Held oldest = oldestFirst.next();
      if (oldest.session.isIdle()) {
        bytes -= oldest.bytes;
        unsavedBytes -= oldest.unsavedBytes;
        oldestFirst.remove();
      }
    }
  }

  /** Whether what the journal has not takes as much as all may, and nothing more is to come. */
  synchronized boolean isFull() {
    return unsavedBytes > policy.memoryBytes();
  }

  /** How many conversations are in memory. */
  synchronized int size() {
    return sessions.size();
  }
}
