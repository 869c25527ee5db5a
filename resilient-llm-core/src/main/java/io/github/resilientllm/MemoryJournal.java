package io.github.resilientllm;

import static io.github.resilientllm.journal.JournalException.Reason.CLOSED;
import static io.github.resilientllm.journal.JournalException.Reason.CONFLICT;
import static io.github.resilientllm.journal.JournalException.Reason.LOCKED;
import static io.github.resilientllm.journal.JournalException.Reason.TOO_LARGE;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A journal in memory: conversations outlive their objects, but not the process.
 *
 * <p>For tests, and for conversations that nobody misses after a restart. It holds a bounded number
 * of characters and refuses more with {@code TOO_LARGE}; delete what is no longer needed.
 */
public final class MemoryJournal implements Journal {
  private static final long DEFAULT_MAX_CHARS = 256L << 20;

  private final long maxChars;
  private final Map<String, Kept> conversations = new HashMap<>(); // guarded, as all here, by this
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
  public CompletableFuture<Log> open(String conversation) {
    requireNotEmpty(conversation);
    try {
      return CompletableFuture.completedFuture(hold(conversation));
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized Log hold(String conversation) {
    requireUsable(conversation);
    Kept kept = conversations.computeIfAbsent(conversation, id -> new Kept());
    if (kept.holder != null) {
      throw new JournalException(
          LOCKED, "Another part of this program writes the conversation; wait until it closes it");
    }
    MemoryLog log = new MemoryLog(conversation, kept);
    kept.holder = log;
    return log;
  }

  @Override
  public synchronized List<JournalEntry> read(String conversation) {
    requireUsable(conversation);
    Kept kept = conversations.get(conversation);
    return kept == null ? List.of() : List.copyOf(kept.entries);
  }

  @Override
  public synchronized List<Listed> list() {
    requireOpen();
    List<Listed> listed = new ArrayList<>();
    conversations.forEach(
        (id, kept) -> {
          if (kept.entries.isEmpty()) {
            return;
          }
          JournalEntry last = kept.entries.get(kept.entries.size() - 1);
          listed.add(new Listed(id, last.stateAfter(), last.at(), last.sequence(), kept.chars));
        });
    return listed;
  }

  @Override
  public synchronized boolean delete(String conversation) {
    requireUsable(conversation);
    Kept kept = conversations.get(conversation);
    if (kept == null) {
      return false;
    }
    if (kept.holder != null) {
      throw new JournalException(LOCKED, "The conversation is being written; close it first");
    }
    conversations.remove(conversation);
    chars -= kept.chars;
    return true;
  }

  @Override
  public synchronized void close() {
    closed = true;
    conversations.clear();
  }

  private void requireUsable(String conversation) {
    requireNotEmpty(conversation);
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
      throw new JournalException(CLOSED, "The journal was closed");
    }
  }

  /** What is kept of one conversation. */
  private static final class Kept {
    final String incarnation = UUID.randomUUID().toString();
    final List<JournalEntry> entries = new ArrayList<>();
    long chars;
    @Nullable MemoryLog holder;

    /** The last number; 0 if there is none. */
    long last() {
      return entries.size(); // numbered from 1 without gaps: nothing is ever dropped here
    }
  }

  private final class MemoryLog implements Log {
    private final String conversation;
    private final Kept kept;

    MemoryLog(String conversation, Kept kept) {
      this.conversation = conversation;
      this.kept = kept;
    }

    @Override
    public String incarnation() {
      return kept.incarnation;
    }

    @Override
    public long lastSequence() {
      synchronized (MemoryJournal.this) {
        return kept.last();
      }
    }

    @Override
    public List<JournalEntry> entriesAfter(long sequence) {
      synchronized (MemoryJournal.this) {
        requireHeld();
        long from = Math.max(0, Math.min(sequence, kept.last()));
        return List.copyOf(kept.entries.subList((int) from, kept.entries.size()));
      }
    }

    @Override
    public CompletableFuture<Void> append(JournalEntry entry) {
      try {
        add(entry);
      } catch (JournalException e) {
        return CompletableFuture.failedFuture(e);
      }
      return CompletableFuture.completedFuture(null);
    }

    private void add(JournalEntry entry) {
      synchronized (MemoryJournal.this) {
        requireHeld();
        if (entry.sequence() != kept.last() + 1) {
          throw new JournalException(
              CONFLICT,
              "The next entry has number %d, not %d".formatted(kept.last() + 1, entry.sequence()));
        }
        if (chars + entry.body().length() > maxChars) {
          throw new JournalException(
              TOO_LARGE, "The journal holds %d characters at most".formatted(maxChars));
        }
        kept.entries.add(entry);
        kept.chars += entry.body().length();
        chars += entry.body().length();
      }
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
        if (kept.entries.isEmpty()) {
          conversations.remove(conversation, kept);
        }
      }
    }
  }
}
