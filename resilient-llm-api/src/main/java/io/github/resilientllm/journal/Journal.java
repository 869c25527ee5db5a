package io.github.resilientllm.journal;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A durable list of entries for each conversation, with one writer at a time.
 *
 * <p>The library brings {@code FileJournal} and {@code MemoryJournal}; a database serves where
 * several machines share conversations. A journal is safe for use by several threads. It keeps to
 * this contract, which {@code JournalContract} among the tests of the core module checks:
 *
 * <ol>
 *   <li>What was acknowledged is read again, in order, without gaps or changes, after the end of
 *       the process; {@linkplain JournalEntry.Kind#isBoundary() boundary entries} also after a loss
 *       of power.
 *   <li>What is read is what was acknowledged, and possibly some entries that followed: never half
 *       an entry, never one of another conversation.
 *   <li>What a log has read once is read again; {@link #read} may be ahead of it.
 *   <li>What cannot be read is reported; it is never skipped.
 *   <li>After a failed write nothing more is acknowledged by that log.
 * </ol>
 *
 * <p>A conversation's id is any string of 1 to {@value #MAX_ID_LENGTH} characters.
 */
public interface Journal extends AutoCloseable {

  /** The longest id, in characters. */
  int MAX_ID_LENGTH = 512;

  /**
   * Opens a conversation for writing, new or not, and holds it until the log is closed. Nothing is
   * stored before the first append.
   *
   * @return completes with the log, or with a {@link JournalException}: {@code LOCKED} at once if
   *     another writer has it, {@code DAMAGED} if it cannot be read. Whoever stops waiting for it
   *     closes the log that comes after all
   */
  CompletableFuture<Log> open(String conversation);

  /**
   * Reads a conversation without holding it; another writer may be at it. Blocks.
   *
   * @return its entries, oldest first; empty if there is no such conversation
   * @throws JournalException {@code DAMAGED} if it cannot be read
   */
  List<JournalEntry> read(String conversation);

  /**
   * The conversations, in no order, without reading them whole. Blocks.
   *
   * @return a copy; a damaged one is listed as such
   */
  List<Listed> list();

  /**
   * Deletes a conversation for good. Blocks.
   *
   * @return whether there was one
   * @throws JournalException {@code LOCKED} if a writer has it
   */
  boolean delete(String conversation);

  /** Ends all logs, after what was appended is written; does nothing the second time. Blocks. */
  @Override
  void close();

  /** A conversation that is open for writing, used by one thread at a time. */
  interface Log extends AutoCloseable {

    /**
     * Tells one life of a conversation from the next: another text if it was deleted and begun
     * again. Not empty, even if nothing is stored yet.
     */
    String incarnation();

    /** The number of the last entry; 0 if there is none. */
    long lastSequence();

    /**
     * The entries after a number, oldest first. Numbers are missing where {@code PROGRESS} and
     * {@code ATTEMPT} entries of ended turns were dropped to save room, and nowhere else. Blocks.
     *
     * @throws JournalException {@code DAMAGED} if they cannot be read
     */
    List<JournalEntry> entriesAfter(long sequence);

    /**
     * Adds an entry after those added before, without blocking.
     *
     * @return completes when the entry is kept as its {@link JournalEntry.Kind} asks, or with a
     *     {@link JournalException}: {@code CONFLICT} if its number is not the next one, {@code
     *     FAILED} if it, or one before it, could not be written
     */
    CompletableFuture<Void> append(JournalEntry entry);

    /**
     * Whether the caller is to see a piece of an answer only after it is kept; costs a wait for
     * each. If not, only boundary entries are waited for.
     */
    default boolean keepsBeforeShowing() {
      return false;
    }

    /**
     * Gives the conversation free once what was appended is written, without blocking; an {@link
     * Journal#open} or {@link Journal#delete} that follows from this process waits for that. Does
     * nothing the second time and does not throw: what could not be written was told to whoever
     * appended it.
     */
    @Override
    void close();
  }

  /**
   * A conversation in a listing.
   *
   * @param conversation its id
   * @param state where it stands; {@code DAMAGED} if its last entry cannot be read
   * @param lastActivity when its last entry was made
   * @param entries how many entries there were, dropped ones included
   * @param bytes the room it takes
   */
  record Listed(
      String conversation,
      ConversationState state,
      Instant lastActivity,
      long entries,
      long bytes) {
    /** Refuses null. */
    public Listed {
      Objects.requireNonNull(conversation, "conversation");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(lastActivity, "lastActivity");
    }
  }
}
