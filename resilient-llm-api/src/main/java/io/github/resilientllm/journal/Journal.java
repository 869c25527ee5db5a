package io.github.resilientllm.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A durable list of entries for each conversation, with one writer at a time.
 *
 * <p>The library brings {@code FileJournal} and {@code MemoryJournal}; a database serves where
 * several machines share conversations. A journal is safe for use by several threads, and nothing
 * but {@link #close} blocks. It keeps to this contract, which {@code JournalContract} among the
 * tests of the core module checks:
 *
 * <ol>
 *   <li>What was acknowledged is read again, in order, without gaps or changes, after the end of
 *       the process; {@linkplain JournalEntry.Kind#isBoundary() boundary entries} also after a loss
 *       of power. Bodies come back byte for byte, instants to the microsecond.
 *   <li>What is read is what was acknowledged, and possibly some entries that followed: never half
 *       an entry, never some of those that were appended together, never one of another
 *       conversation.
 *   <li>What a log has read once is read again; who reads without a log may be ahead of it.
 *   <li>What cannot be read is reported; it is never skipped. A kind or a state that this version
 *       does not know is refused by its name ({@code UNKNOWN}), and nothing behind it is changed.
 *   <li>After a failed write nothing more is acknowledged by that log.
 *   <li>Who looks or reads takes nothing: it never makes a writer wait or fail.
 * </ol>
 *
 * <p>A conversation's id is any string of 1 to {@value #MAX_ID_LENGTH} characters, and none is
 * special. An id that is empty is an {@link IllegalArgumentException} at once. All other failures
 * are {@link JournalException}s in the futures: {@code FAILED} if the store failed, {@code
 * TOO_LARGE} for an id that is too long, {@code CLOSED} after {@link #close}, and what each method
 * says.
 */
public interface Journal extends AutoCloseable {

  /** The longest id, in characters. */
  int MAX_ID_LENGTH = 512;

  /**
   * Opens a conversation for writing, new or not, and holds it until the log is closed. Nothing is
   * stored before the first append.
   *
   * @param patience how long to wait for another writer, in the order of asking as far as the
   *     journal can; zero does not wait
   * @return completes with the log, or with {@code BUSY} if another writer still has it, {@code
   *     DAMAGED} if it cannot be read, {@code UNKNOWN} if a newer version wrote it. Whoever stops
   *     waiting for it closes the log that comes after all
   */
  CompletableFuture<Log> open(String conversation, Duration patience);

  /** The same, not waiting for another writer. */
  default CompletableFuture<Log> open(String conversation) {
    return open(conversation, Duration.ZERO);
  }

  /**
   * Looks at a conversation, at the cost of its last entry, whoever writes it.
   *
   * @return empty if there is no such conversation
   */
  CompletableFuture<Optional<Head>> head(String conversation);

  /**
   * Reads a conversation without holding it; another writer may be at it. One entry in the middle
   * of a long conversation is read often, so a journal should find it without reading what is
   * before it; of damage there it need not tell then.
   *
   * @param sequence the number of the last entry that is known; 0 for none
   * @param maxBytes about the most to read at once, more than zero; one entry is read however large
   * @return the entries that follow, oldest first, or {@code DAMAGED} or {@code UNKNOWN}; without
   *     incarnation and entries if there is no such conversation
   */
  CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes);

  /** All entries of a conversation, oldest first; empty if there is no such conversation. */
  default CompletableFuture<List<JournalEntry>> read(String conversation) {
    return Page.all(0, after -> readAfter(conversation, after, Page.MAX_BYTES));
  }

  /**
   * Reads the end of a conversation without holding it. A journal that can reads no more than that;
   * by itself it reads all.
   *
   * @param maxBytes about the most to read, more than zero; the last entry is read however large
   * @return the last entries, oldest first, or as {@link #readAfter}; it does not tell of damage
   *     that is before them
   */
  default CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return Page.last(after -> readAfter(conversation, after, Page.MAX_BYTES), maxBytes);
  }

  /**
   * Some conversations, those first that were used last, as far as the journal can tell that
   * without reading all of them. What is used meanwhile may be missing or be there twice.
   */
  CompletableFuture<Listing> list(Query query);

  /** All conversations, page by page. */
  default CompletableFuture<List<Head>> list() {
    return Listing.all(this, Query.all(), new ArrayList<>());
  }

  /**
   * Deletes a conversation for good, with all that other writers added to it.
   *
   * @return whether there was one, or {@code BUSY} if a writer has it
   */
  CompletableFuture<Boolean> delete(String conversation);

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
     * {@code ATTEMPT} entries of ended turns were dropped to save room, and nowhere else.
     *
     * @param maxBytes as in {@link Journal#readAfter}
     * @return or {@code DAMAGED} or {@code UNKNOWN} if they cannot be read
     */
    CompletableFuture<Page> readAfter(long sequence, long maxBytes);

    /** All entries after a number. */
    default CompletableFuture<List<JournalEntry>> entriesAfter(long sequence) {
      return Page.all(sequence, after -> readAfter(after, Page.MAX_BYTES));
    }

    /**
     * The last entries.
     *
     * @param maxBytes as in {@link Journal#readLast}
     * @return as {@link Journal#readLast}
     */
    default CompletableFuture<Page> readLast(long maxBytes) {
      return Page.last(after -> readAfter(after, Page.MAX_BYTES), maxBytes);
    }

    /**
     * Adds entries after those added before, without blocking: all of them or, whatever happens,
     * none. A journal may take its time with telling that it kept {@code PROGRESS}, so that what is
     * said meanwhile goes together into the next.
     *
     * @param entries one or more, with numbers that follow each other
     * @return completes when they are kept as their {@linkplain JournalEntry.Kind#isBoundary()
     *     kinds} ask, or with {@code CONFLICT} if the first number is not the next one, {@code
     *     LOST} if another writer has taken over, {@code TOO_LARGE}, or {@code FAILED} if they, or
     *     one before them, could not be written
     */
    CompletableFuture<Void> append(List<JournalEntry> entries);

    /** Adds one entry. */
    default CompletableFuture<Void> append(JournalEntry entry) {
      return append(List.of(entry));
    }

    /**
     * Whether the conversation is still this log's to write. It is asked before anything happens
     * that cannot be undone and that no append has just preceded.
     *
     * @return completes if it is, or with {@code LOST}
     */
    CompletableFuture<Void> held();

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

  /** Where a conversation stands, as its last entry tells; it does not change. */
  final class Head {
    private final String conversation;
    private final String incarnation;
    private final ConversationState state;
    private final long lastSequence;
    private final Instant lastActivity;
    private final long bytes;

    private Head(
        String conversation,
        String incarnation,
        ConversationState state,
        long lastSequence,
        Instant lastActivity,
        long bytes) {
      this.conversation = Objects.requireNonNull(conversation, "conversation");
      this.incarnation = Objects.requireNonNull(incarnation, "incarnation");
      this.state = Objects.requireNonNull(state, "state");
      this.lastSequence = lastSequence;
      this.lastActivity = Objects.requireNonNull(lastActivity, "lastActivity");
      this.bytes = bytes;
    }

    /** The head of a conversation in this life. */
    public static Head of(
        String conversation,
        String incarnation,
        ConversationState state,
        long lastSequence,
        Instant lastActivity) {
      return new Head(conversation, incarnation, state, lastSequence, lastActivity, 0);
    }

    /** The same taking so much room. */
    public Head withBytes(long room) {
      return new Head(conversation, incarnation, state, lastSequence, lastActivity, room);
    }

    /** The id. */
    public String conversation() {
      return conversation;
    }

    /** As {@link Log#incarnation}; empty if it cannot be read. */
    public String incarnation() {
      return incarnation;
    }

    /**
     * Where it stands; {@code DAMAGED} if that cannot be read, {@code UNKNOWN} if a newer version
     * wrote it.
     */
    public ConversationState state() {
      return state;
    }

    /** The number of the last entry: how many there were, dropped ones included. */
    public long lastSequence() {
      return lastSequence;
    }

    /** When its last entry was made. */
    public Instant lastActivity() {
      return lastActivity;
    }

    /** About how many bytes it takes. */
    public long bytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return "Head[" + conversation + ", " + state + ", " + lastSequence + " entries]";
    }
  }

  /**
   * Some entries that follow each other.
   *
   * @param incarnation the life of the conversation that they are from; empty if there is none
   * @param entries oldest first
   * @param isLast whether nothing followed them
   */
  record Page(String incarnation, List<JournalEntry> entries, boolean isLast) {
    /** About how many bytes are read at once where nobody says otherwise. */
    public static final long MAX_BYTES = 4 << 20;

    /** Of a conversation that is not there. */
    public static final Page NONE = new Page("", List.of(), true);

    /** Copies the list. */
    public Page {
      Objects.requireNonNull(incarnation, "incarnation");
      entries = List.copyOf(entries);
      if (entries.isEmpty() && !isLast) {
        throw new IllegalArgumentException("A page that is not the last has an entry");
      }
    }

    /** The number of its last entry; the given one if it has none. */
    public long lastSequence(long before) {
      return entries.isEmpty() ? before : entries.get(entries.size() - 1).sequence();
    }

    private static CompletableFuture<List<JournalEntry>> all(long after, Reader reader) {
      return rest(after, reader, new ArrayList<>());
    }

    private static CompletableFuture<List<JournalEntry>> rest(
        long after, Reader reader, List<JournalEntry> before) {
      return reader
          .read(after)
          .thenCompose(
              page -> {
                before.addAll(page.entries());
                return page.isLast()
                    ? CompletableFuture.completedFuture(List.copyOf(before))
                    : rest(page.lastSequence(after), reader, before);
              });
    }

    /** The end of what pages have, which holds no more than that and one page at once. */
    private static CompletableFuture<Page> last(Reader reader, long maxBytes) {
      return last(0, reader, maxBytes, List.of());
    }

    private static CompletableFuture<Page> last(
        long after, Reader reader, long maxBytes, List<JournalEntry> before) {
      return reader
          .read(after)
          .thenCompose(
              page -> {
                List<JournalEntry> known = new ArrayList<>(before);
                known.addAll(page.entries());
                Page end = new Page(page.incarnation(), end(known, maxBytes), true);
                return page.isLast()
                    ? CompletableFuture.completedFuture(end)
                    : last(page.lastSequence(after), reader, maxBytes, end.entries());
              });
    }

    private static List<JournalEntry> end(List<JournalEntry> entries, long maxBytes) {
      int from = entries.size();
      long size = 0;
      while (from > 0) {
        size += entries.get(from - 1).body().length();
        if (size > maxBytes && from < entries.size()) {
          break;
        }
        from--;
      }
      return entries.subList(from, entries.size());
    }

    private interface Reader {
      CompletableFuture<Page> read(long after);
    }
  }

  /**
   * Some conversations.
   *
   * @param heads in the order of the listing
   * @param next where the listing goes on, for {@link Query#from}; empty at its end
   */
  record Listing(List<Head> heads, String next) {
    /** Copies the list. */
    public Listing {
      heads = List.copyOf(heads);
      Objects.requireNonNull(next, "next");
    }

    /** Whether no conversation follows. */
    public boolean isLast() {
      return next.isEmpty();
    }

    private static CompletableFuture<List<Head>> all(
        Journal journal, Query query, List<Head> before) {
      return journal
          .list(query)
          .thenCompose(
              page -> {
                before.addAll(page.heads());
                return page.isLast()
                    ? CompletableFuture.completedFuture(List.copyOf(before))
                    : all(journal, query.from(page.next()), before);
              });
    }
  }

  /** Which conversations are listed; it does not change. */
  final class Query {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MAX_LIMIT = 10_000;
    private static final Query ALL =
        new Query(
            EnumSet.allOf(ConversationState.class), Instant.MIN, Instant.MAX, DEFAULT_LIMIT, "");

    private final Set<ConversationState> states;
    private final Instant since;
    private final Instant until;
    private final int limit;
    private final String from;

    private Query(
        Set<ConversationState> states, Instant since, Instant until, int limit, String from) {
      this.states = Set.copyOf(states);
      this.since = Objects.requireNonNull(since, "since");
      this.until = Objects.requireNonNull(until, "until");
      this.limit = limit;
      this.from = Objects.requireNonNull(from, "from");
    }

    /** All of them, up to 1,000 at once. */
    public static Query all() {
      return ALL;
    }

    /** The same, but only those that stand so; one state or more. */
    public Query inStates(Set<ConversationState> some) {
      if (some.isEmpty()) {
        throw new IllegalArgumentException("A query is for one state or more");
      }
      return new Query(some, since, until, limit, from);
    }

    /** The same, but only those whose last activity is not before an instant. */
    public Query activeSince(Instant instant) {
      return new Query(states, instant, until, limit, from);
    }

    /** The same, but only those whose last activity is before an instant. */
    public Query activeBefore(Instant instant) {
      return new Query(states, since, instant, limit, from);
    }

    /** The same, with at most so many at once, 1 to 10,000. */
    public Query limit(int most) {
      if (most < 1 || most > MAX_LIMIT) {
        throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", not " + most);
      }
      return new Query(states, since, until, most, from);
    }

    /** The same, going on where {@link Listing#next} says; the beginning if that is empty. */
    public Query from(String next) {
      return new Query(states, since, until, limit, next);
    }

    /** Whether a conversation is asked for. */
    public boolean matches(Head head) {
      return states.contains(head.state())
          && !head.lastActivity().isBefore(since)
          && head.lastActivity().isBefore(until);
    }

    /** The states that are asked for. */
    public Set<ConversationState> states() {
      return states;
    }

    /** The earliest last activity. */
    public Instant since() {
      return since;
    }

    /** Last activity is before this. */
    public Instant until() {
      return until;
    }

    /** The most at once. */
    public int limit() {
      return limit;
    }

    /** Where to begin, as a page before said; empty for the beginning. */
    public String from() {
      return from;
    }
  }
}
