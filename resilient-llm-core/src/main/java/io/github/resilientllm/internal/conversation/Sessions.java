package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.internal.call.Engine;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.policy.Conversations;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The conversations that a client has lately used. Safe for use by several threads. */
public final class Sessions {
  /** Histories kept in memory so that a next turn need not read them; the oldest idle one goes. */
  private static final int MOST = 256;

  private final Engine engine;
  private final Journal journal;
  private final Conversations policy;
  private final Redaction redaction;
  private final InstantSource clock;
  private final LinkedHashMap<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

  /** The conversations of a client in a journal. */
  public Sessions(Engine engine, Journal journal, Conversations policy, InstantSource clock) {
    this.engine = engine;
    this.journal = journal;
    this.policy = policy;
    this.redaction = policy.redactor().map(Redaction::new).orElse(Redaction.NONE);
    this.clock = clock;
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

  /** The session of a conversation. */
  synchronized Session of(String id) {
    Session session = sessions.computeIfAbsent(id, name -> new Session(name, journal));
    if (sessions.size() > MOST) {
      removeOldestIdle(session);
    }
    return session;
  }

  private void removeOldestIdle(Session but) {
    Iterator<Map.Entry<String, Session>> oldestFirst = sessions.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Session session = oldestFirst.next().getValue();
      if (session != but && session.isIdle()) {
        oldestFirst.remove();
        return;
      }
    }
  }
}
