package io.github.resilientllm.langchain4j;

import io.github.resilientllm.langchain4j.MemoryLog.Known;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The memories that were used last, so that a turn need not read what it has just written. */
final class Remembered {
  /** About as many characters as messages of all of them have. */
  private static final long MOST = 16 << 20;

  // Guarded by this object's lock.
  private final Map<String, Weighed> all = new LinkedHashMap<>(16, 0.75f, true);
  private long size;

  /** What is known of a memory in this life; nothing if it is not remembered. */
  synchronized Known of(String name, String incarnation) {
    Weighed weighed = all.get(name);
    return weighed != null && weighed.known.incarnation().equals(incarnation)
        ? weighed.known
        : Known.nothing(incarnation);
  }

  /** Remembers a memory, unless more is known of it. */
  synchronized void put(String name, Known known) {
    Weighed before = all.get(name);
    if (before != null
        && before.known.incarnation().equals(known.incarnation())
        && before.known.sequence() > known.sequence()) {
      return;
    }
    forget(name);
    Weighed weighed = new Weighed(known);
    if (weighed.size > MOST) {
      return;
    }
    all.put(name, weighed);
    size += weighed.size;
    Iterator<Weighed> oldest = all.values().iterator();
    while (size > MOST && oldest.hasNext()) {
      size -= oldest.next().size;
      oldest.remove();
    }
  }

  synchronized void forget(String name) {
    Weighed gone = all.remove(name);
    size -= gone == null ? 0 : gone.size;
  }

  private static final class Weighed {
    private final Known known;
    private final long size;

    Weighed(Known known) {
      this.known = known;
      this.size = known.messages().stream().mapToLong(message -> message.toString().length()).sum();
    }
  }
}
