package io.github.resilientllm.test.vendor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a vendor saw. Safe for several threads. */
final class RequestLog {
  /** More than any test looks at; what comes after is not kept. */
  private static final int MOST = 100_000;

  /** More bodies are not kept, which may hold files. */
  private static final long MOST_CHARS = 64L << 20;

  private final List<Entry> entries = new ArrayList<>();
  private long chars;

  synchronized Entry begin(
      Question question, String path, String key, Map<String, String> headers) {
    chars += question.body().length();
    Question kept = chars > MOST_CHARS ? question.withBody("") : question;
    Entry entry = new Entry(System.nanoTime(), kept, path, key, headers);
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

  /** Waits until a client has left; false if none does. */
  synchronized boolean awaitClientLeft(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (entries.stream().noneMatch(entry -> entry.end == Seen.End.CLIENT_LEFT)) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  synchronized void clear() {
    entries.clear();
    chars = 0;
  }

  /** One request. Written by its connection's thread, read by all. */
  final class Entry {
    private final long arrived;
    private final Question question;
    private final String path;
    private final String key;
    private final Map<String, String> headers;
    private volatile int status;
    private volatile int words;
    private volatile long ended;
    private volatile Seen.End end = Seen.End.UNDER_WAY;

    private Entry(
        long arrived, Question question, String path, String key, Map<String, String> headers) {
      this.arrived = arrived;
      this.question = question;
      this.path = path;
      this.key = key;
      this.headers = headers;
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
      synchronized (RequestLog.this) {
        RequestLog.this.notifyAll();
      }
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
          key,
          headers);
    }
  }
}
