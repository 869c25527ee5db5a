package io.github.resilientllm;

import static io.github.resilientllm.journal.JournalException.Reason.BUSY;
import static io.github.resilientllm.journal.JournalException.Reason.CLOSED;
import static io.github.resilientllm.journal.JournalException.Reason.CONFLICT;
import static io.github.resilientllm.journal.JournalException.Reason.TOO_LARGE;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal in memory: conversations outlive their objects, but not the process.
 *
 * <p>For tests, and for conversations that nobody misses after a restart. It holds a bounded number
 * of characters and refuses more with {@code TOO_LARGE}; delete what is no longer needed. What was
 * streamed of an answer is dropped when the answer is there.
 */
public final class MemoryJournal implements Journal {
  private static final long DEFAULT_MAX_CHARS = 256L << 20;

  private final long maxChars;
  private final Map<String, Kept> conversations = new HashMap<>(); // guarded, as all here, by this
  private final NavigableMap<Long, Kept> byActivity = new TreeMap<>();
  private long activity;
  private long chars;
  private boolean closed;

  /** A journal of up to 256 Mi characters in all its entries. */
  public MemoryJournal() {
    this(DEFAULT_MAX_CHARS);
  }

  /**
   * A journal with another bound.
   *
   * @param maxChars the most characters in all bodies together, at least 1
   */
  public MemoryJournal(long maxChars) {
    if (maxChars < 1) {
      throw new IllegalArgumentException("maxChars must be at least 1, not " + maxChars);
    }
    this.maxChars = maxChars;
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    requireNotEmpty(conversation);
    CompletableFuture<Log> opening = new CompletableFuture<>();
    try {
      hold(conversation, opening, !patience.isZero());
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!opening.isDone()) {
      long nanos = TimeUnit.NANOSECONDS.convert(patience); // however long it is
      CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run)
          .execute(() -> opening.completeExceptionally(busy()));
    }
    return opening;
  }

  private void hold(String conversation, CompletableFuture<Log> opening, boolean waits) {
    Log log;
    synchronized (this) {
      requireUsable(conversation);
      Kept kept = conversations.computeIfAbsent(conversation, Kept::new);
      if (kept.holder != null) {
        if (!waits) {
          throw busy();
        }
        kept.enqueue(opening);
        return;
      }
      log = new MemoryLog(kept);
    }
    opening.complete(log);
  }

  private static JournalException busy() {
    return new JournalException(
        BUSY, "Another part of this program writes the conversation; wait until it closes it");
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    requireNotEmpty(conversation);
    return tried(
        () -> {
          requireUsable(conversation);
          Kept kept = conversations.get(conversation);
          return kept == null || kept.last == null ? Optional.empty() : Optional.of(kept.head());
        });
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    requireNotEmpty(conversation);
    return tried(
        () -> {
          requireUsable(conversation);
          Kept kept = conversations.get(conversation);
          return kept == null || kept.last == null ? Page.NONE : kept.page(sequence, maxBytes);
        });
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    requireNotEmpty(conversation);
    return tried(
        () -> {
          requireUsable(conversation);
          Kept kept = conversations.get(conversation);
          return kept == null || kept.last == null ? Page.NONE : kept.end(maxBytes);
        });
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    return tried(
        () -> {
          requireOpen();
          long before = query.from().isEmpty() ? Long.MAX_VALUE : Long.parseLong(query.from());
          List<Head> heads = new ArrayList<>();
          long at = 0;
          for (Kept kept : byActivity.headMap(before, false).descendingMap().values()) {
            if (heads.size() == query.limit()) {
              return new Listing(heads, Long.toString(at));
            }
            at = kept.activity;
            Head head = kept.head();
            if (query.matches(head)) {
              heads.add(head);
            }
          }
          return new Listing(heads, "");
        });
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
    requireNotEmpty(conversation);
    return tried(
        () -> {
          requireUsable(conversation);
          Kept kept = conversations.get(conversation);
          if (kept == null) {
            return false;
          }
          if (kept.holder != null) {
            throw new JournalException(BUSY, "The conversation is being written; close it first");
          }
          conversations.remove(conversation);
          byActivity.remove(kept.activity);
          chars -= kept.chars;
          return true;
        });
  }

  @Override
  public void close() {
    List<CompletableFuture<Log>> waiting = new ArrayList<>();
    synchronized (this) {
      closed = true;
      conversations.values().forEach(kept -> waiting.addAll(kept.queue()));
      conversations.clear();
      byActivity.clear();
    }
    waiting.forEach(opening -> opening.completeExceptionally(closed()));
  }

  private synchronized <T> CompletableFuture<T> tried(Supplier<T> work) {
    try {
      return CompletableFuture.completedFuture(work.get());
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void requireUsable(String conversation) {
    requireOpen();
    if (conversation.length() > MAX_ID_LENGTH) {
      throw new JournalException(
          TOO_LARGE,
          "The conversation's id has %d characters, at most %d are allowed"
              .formatted(conversation.length(), MAX_ID_LENGTH));
    }
  }

  private static void requireNotEmpty(String conversation) {
    if (conversation.isEmpty()) {
      throw new IllegalArgumentException("A conversation's id has at least one character");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  private static JournalException closed() {
    return new JournalException(CLOSED, "The journal was closed");
  }

  /** What is kept of one conversation. */
  private static final class Kept {
    final String conversation;
    final String incarnation = UUID.randomUUID().toString();
    final ArrayList<JournalEntry> entries = new ArrayList<>(2); // in the order of their numbers
    private @Nullable ArrayDeque<CompletableFuture<Log>> queue; // null while nobody waits
    long chars;
    long activity;
    @Nullable JournalEntry last; // null if there is none
    @Nullable MemoryLog holder;

    Kept(String conversation) {
      this.conversation = conversation;
    }

    long lastSequence() {
      return last == null ? 0 : last.sequence();
    }

    void enqueue(CompletableFuture<Log> opening) {
      ArrayDeque<CompletableFuture<Log>> waiting = queue;
      if (waiting == null) {
        waiting = new ArrayDeque<>();
        queue = waiting;
      }
      waiting.removeIf(CompletableFuture::isDone);
      waiting.add(opening);
    }

    /** Those who wait, in the order of their asking. */
    Collection<CompletableFuture<Log>> queue() {
      return queue == null ? List.of() : queue;
    }

    /** Takes who waits for it first; null if nobody does. */
    @Nullable CompletableFuture<Log> next() {
      CompletableFuture<Log> next = queue == null ? null : queue.poll();
      if (next == null) {
        queue = null;
      }
      return next;
    }

    Head head() {
      JournalEntry newest = last;
      if (newest == null) {
        throw new IllegalStateException("nothing is kept");
      }
      return Head.of(conversation, incarnation, newest.stateAfter(), newest.sequence(), newest.at())
          .withBytes(2 * chars + 1);
    }

    Page page(long after, long maxBytes) {
      List<JournalEntry> page = new ArrayList<>();
      long size = 0;
      for (JournalEntry entry : entries.subList(indexAfter(after), entries.size())) {
        size += entry.body().length();
        if (!page.isEmpty() && size > maxBytes) {
          return new Page(incarnation, page, false);
        }
        page.add(entry);
      }
      return new Page(incarnation, page, true);
    }

    /** Where the first entry behind a number is; numbers are missing where entries were dropped. */
    private int indexAfter(long number) {
      int low = 0;
      int high = entries.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (entries.get(middle).sequence() <= number) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    Page end(long maxBytes) {
      int from = entries.size();
      long size = 0;
      while (from > 0) {
        size += entries.get(from - 1).body().length();
        if (from < entries.size() && size > maxBytes) {
          break;
        }
        from--;
      }
      return new Page(incarnation, entries.subList(from, entries.size()), true);
    }

    /** Takes what says nothing any more before an entry that ends a turn; says how long it was. */
    long dropSaidAgain(JournalEntry ender) {
      switch (ender.kind()) {
        case ANSWERED, DISCARDED, ASKED -> {}
        default -> {
          return 0;
        }
      }
      int begin = entries.size() - 1; // the ender itself
      while (begin > 0 && entries.get(begin - 1).kind() != JournalEntry.Kind.ASKED) {
        begin--; // what is before that was dropped when it came
      }
      long before = length(begin);
      entries.subList(begin, entries.size()).removeIf(entry -> entry.kind().isSaidAgain());
      return before - length(begin);
    }

    private long length(int from) {
      long length = 0;
      for (JournalEntry entry : entries.subList(from, entries.size())) {
        length += entry.body().length();
      }
      return length;
    }
  }

  private final class MemoryLog implements Log {
    private final Kept kept;

    MemoryLog(Kept kept) {
      this.kept = kept;
      kept.holder = this;
    }

    @Override
    public String incarnation() {
      return kept.incarnation;
    }

    @Override
    public long lastSequence() {
      synchronized (MemoryJournal.this) {
        return kept.lastSequence();
      }
    }

    @Override
    public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
      return tried(
          () -> {
            requireHeld();
            return kept.page(sequence, maxBytes);
          });
    }

    @Override
    public CompletableFuture<Page> readLast(long maxBytes) {
      return tried(
          () -> {
            requireHeld();
            return kept.end(maxBytes);
          });
    }

    @Override
    public CompletableFuture<Void> append(List<JournalEntry> entries) {
      return tried(
          () -> {
            requireHeld();
            requireNext(entries);
            entries.forEach(this::add);
            byActivity.remove(kept.activity);
            kept.activity = ++activity;
            byActivity.put(kept.activity, kept);
            return null;
          });
    }

    private void requireNext(List<JournalEntry> entries) {
      long next = kept.lastSequence();
      long more = 0;
      for (JournalEntry entry : entries) {
        if (entry.sequence() != ++next) {
          throw new JournalException(
              CONFLICT, "The next entry has number %d, not %d".formatted(next, entry.sequence()));
        }
        more += entry.body().length();
      }
      if (chars + more > maxChars) {
        throw new JournalException(
            TOO_LARGE,
            "The journal holds %d characters at most; delete conversations or allow more"
                .formatted(maxChars));
      }
    }

    private void add(JournalEntry entry) {
      kept.entries.add(entry);
      kept.last = entry;
      long more = entry.body().length() - kept.dropSaidAgain(entry);
      kept.chars += more;
      chars += more;
    }

    @Override
    public CompletableFuture<Void> held() {
      return tried(
          () -> {
            requireHeld();
            return null;
          });
    }

    private void requireHeld() {
      requireOpen();
      if (kept.holder != this) {
        throw new JournalException(CLOSED, "The log was closed");
      }
    }

    @Override
    public void close() {
      synchronized (MemoryJournal.this) {
        if (kept.holder != this) {
          return;
        }
        kept.holder = null;
      }
      handOn();
    }

    /** Gives it to who waits for it first; to complete is to run the code of others: no lock. */
    private void handOn() {
      while (true) {
        CompletableFuture<Log> next;
        MemoryLog log;
        synchronized (MemoryJournal.this) {
          next = kept.holder == null ? kept.next() : null;
          if (next == null) {
            if (kept.holder == null && kept.last == null) {
              conversations.remove(kept.conversation, kept);
            }
            return;
          }
          log = new MemoryLog(kept);
        }
        if (next.complete(log)) {
          return;
        }
        synchronized (MemoryJournal.this) { // it gave up waiting
          kept.holder = null;
        }
      }
    }
  }
}
