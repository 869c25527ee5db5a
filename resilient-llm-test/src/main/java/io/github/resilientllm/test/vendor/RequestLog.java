package io.github.resilientllm.test.vendor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a vendor saw. Safe for several threads. */
final class RequestLog {
  /** More than any test looks at; what comes after is not kept. */
  private static final int MOST = 100_000;

  private final List<Entry> entries = new ArrayList<>();

  synchronized Entry begin(Question question, String path, String key) {
    Entry entry = new Entry(System.nanoTime(), question, path, key);
    if (entries.size() < MOST) {
      entries.add(entry);
    }
    return entry;
  }

  synchronized List<Seen> seen() {
    List<Seen> all = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      all.add(entry.seen(all.size() + 1));
    }
    return all;
  }

  synchronized void remove(Entry entry) {
    entries.remove(entry);
  }

  synchronized void clear() {
    entries.clear();
  }

  /** One request. Written by its connection's thread, read by all. */
  static final class Entry {
    private final long arrived;
    private final Question question;
    private final String path;
    private final String key;
    private volatile int status;
    private volatile int words;
    private volatile long ended;
    private volatile Seen.End end = Seen.End.UNDER_WAY;

    private Entry(long arrived, Question question, String path, String key) {
      this.arrived = arrived;
      this.question = question;
      this.path = path;
      this.key = key;
    }

    void status(int status) {
      this.status = status;
    }

    void words(int words) {
      this.words = words;
    }

    void end(Seen.End how) {
      ended = System.nanoTime();
      end = how;
    }

    private Seen seen(int number) {
      Seen.End how = end;
      long until = how == Seen.End.UNDER_WAY ? System.nanoTime() : ended;
      return new Seen(
          number,
          arrived,
          Duration.ofNanos(until - arrived),
          how,
          status,
          words,
          question,
          path,
          key);
    }
  }
}
