package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
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
  /** An id, a queue, and their places in maps. */
  static final long BASE_BYTES = 1 << 10;

  private final String id;
  private final Journal journal;
  private final ArrayDeque<Thread> queue = new ArrayDeque<>();
  private boolean taken;
  private long takes;
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
    takes++;
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

  /**
   * How often it was taken; negative while that, or what could not be saved, makes what is known of
   * it more than what is kept.
   */
  synchronized long kept() {
    return taken || !unsaved.isEmpty() ? -1 : takes;
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

  /** They were saved after all. */
  synchronized void saved(List<JournalEntry> entries) {
    unsaved.removeAll(entries);
  }

  /** About how many bytes of memory the entries take that the journal has not. */
  synchronized long unsavedBytes() {
    return unsaved.stream().mapToLong(entry -> Transcript.weightOf(entry.body())).sum();
  }

  /** About how many bytes of memory it takes. */
  synchronized long bytes() {
    return BASE_BYTES + (transcript == null ? 0 : transcript.bytes()) + unsavedBytes();
  }

  synchronized List<JournalEntry> unsaved() {
    return List.copyOf(unsaved);
  }

  /**
   * Keeps what was read of it by who only looked, unless it is in use or more is known, or a turn
   * was here meanwhile: what was read may then show what is not kept.
   *
   * @param asOf as {@link #kept} said before that was begun
   */
  synchronized void offer(Transcript read, long asOf) {
    boolean isNews = transcript == null || !transcript.incarnation().equals(read.incarnation());
    if (asOf >= 0 && kept() == asOf && isNews) {
      transcript = read;
    }
  }

  /**
   * Gives up what could not be saved; the conversation is read again.
   *
   * @throws JournalException if a turn is going on
   */
  synchronized int dropUnsaved() {
    requireFree();
    int dropped = unsaved.size();
    deleted();
    return dropped;
  }

  /**
   * Refuses what a turn would not hear of.
   *
   * @throws JournalException if one is going on
   */
  synchronized void requireFree() {
    if (taken) {
      throw new JournalException(
          JournalException.Reason.BUSY, "a turn of this conversation is going on");
    }
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
