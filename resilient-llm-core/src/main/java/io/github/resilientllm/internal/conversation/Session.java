package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as this process knows it: who has the floor, and what was said as far as it was
 * read. Safe for use by several threads.
 */
final class Session {
  private final String id;
  private final Journal journal;
  private final ArrayDeque<Thread> queue = new ArrayDeque<>();
  private boolean taken;
  private @Nullable Transcript transcript;

  /** An opening of the log that nobody waited for to its end, and its closing. */
  private CompletableFuture<Void> abandoned = CompletableFuture.completedFuture(null);

  /** Entries that the transcript has and the journal has not, because it failed. */
  private final List<JournalEntry> unsaved = new ArrayList<>();

  Session(String id, Journal journal) {
    this.id = id;
    this.journal = journal;
  }

  String id() {
    return id;
  }

  Journal journal() {
    return journal;
  }

  /** Takes the floor for one turn, in the order of asking; false if it has to be waited for. */
  synchronized boolean take(Thread asker) {
    if (taken || !(queue.isEmpty() || queue.peek() == asker)) {
      if (!queue.contains(asker)) {
        queue.add(asker);
      }
      return false;
    }
    queue.remove(asker);
    taken = true;
    return true;
  }

  /** Waits for the floor no longer; returns who is next if it is free, for nobody else tells. */
  synchronized @Nullable Thread leave(Thread asker) {
    queue.remove(asker);
    return taken ? null : queue.peek();
  }

  /** Gives the floor back; returns who is next. */
  synchronized @Nullable Thread giveBack() {
    taken = false;
    return queue.peek();
  }

  /** The log will be open for a moment, although nobody waits for it any longer. */
  synchronized void abandon(CompletableFuture<Journal.Log> opening) {
    abandoned = opening.thenAccept(Journal.Log::close).exceptionally(neverOpened -> null);
  }

  synchronized CompletableFuture<Void> abandoned() {
    return abandoned;
  }

  synchronized boolean isTaken() {
    return taken;
  }

  /** Whether nothing would be lost if this were forgotten. */
  synchronized boolean isIdle() {
    return !taken && queue.isEmpty() && unsaved.isEmpty();
  }

  /** What was said; null if it has to be read. */
  synchronized @Nullable Transcript transcript() {
    return transcript;
  }

  synchronized void remember(Transcript known) {
    transcript = known;
  }

  /** Reads the conversation again the next time: what is known of it may not be what is kept. */
  synchronized void forget() {
    if (unsaved.isEmpty()) {
      transcript = null;
    }
  }

  synchronized void addUnsaved(List<JournalEntry> entries) {
    unsaved.addAll(entries);
  }

  /** It was saved after all. */
  synchronized void saved(JournalEntry entry) {
    unsaved.remove(entry);
  }

  synchronized List<JournalEntry> unsaved() {
    return List.copyOf(unsaved);
  }

  /** It was deleted: nothing of it is known. */
  synchronized void deleted() {
    transcript = null;
    unsaved.clear();
  }

  synchronized void allSaved() {
    unsaved.clear();
  }
}
