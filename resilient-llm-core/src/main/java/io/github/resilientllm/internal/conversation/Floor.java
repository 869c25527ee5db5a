package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The floor of a conversation: one turn at a time has it, with the transcript to add to and the log
 * that keeps it. One thread at a time, except for {@link #write}.
 */
final class Floor {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.resilientllm");

  /** How often a conversation is tried that another process has. */
  private static final long LOCK_POLL_NANOS = 20_000_000;

  private final Sessions sessions;
  private final Session session;
  private final Await await;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private @Nullable Transcript transcript;
  private Journal.@Nullable Log log; // null while the conversation goes on without its journal
  private @Nullable JournalException failure;
  private boolean has;

  /** An entry that was handed to the journal and not yet acknowledged. */
  private record Pending(JournalEntry entry, CompletableFuture<Void> kept) {}

  Floor(Sessions sessions, Session session, Await await) {
    this.sessions = sessions;
    this.session = session;
    this.await = await;
  }

  /**
   * Takes the floor and reads what was said as far as it is not known. Blocks.
   *
   * @param deadline the instant at which to give up; for another turn it waits only as long as the
   *     policy says
   * @throws JournalException if another turn has it, or the conversation cannot be read
   */
  void take(long deadline) {
    long patience = sessions.policy().turnPatience().toNanos();
    take(deadline, Math.min(deadline, await.now() + patience));
  }

  /** Takes the floor if nobody has it. */
  void takeAtOnce(long deadline) {
    take(deadline, await.now());
  }

  private void take(long deadline, long patienceEnd) {
    takeSession(patienceEnd);
    has = true;
    try {
      log = open(deadline, patienceEnd);
      transcript = read(log);
      save(deadline);
    } catch (JournalException e) {
      Transcript known = session.transcript();
      if (known == null || await.isOver(deadline) || !goesOnDespite(e)) {
        release();
        throw e;
      }
      transcript = known;
      goOnWithout(e);
    } catch (RuntimeException | Error e) {
      release();
      throw e;
    }
  }

  /** Whether it was taken and not given back. */
  boolean isTaken() {
    return has;
  }

  Transcript transcript() {
    return Objects.requireNonNull(transcript, "the floor was not taken");
  }

  /** Whether all that was said is in the journal, or will be when it has kept what it was given. */
  boolean isDurable() {
    return log != null;
  }

  /** Why the journal has not all; null if it has. */
  @Nullable JournalException failure() {
    return failure;
  }

  /** Whether a piece of an answer is to be waited for. */
  boolean keepsBeforeShowing() {
    return log != null && log.keepsBeforeShowing();
  }

  /** Hands an entry over, which the transcript already shows; does not wait for it. */
  CompletableFuture<Void> write(JournalEntry.Kind kind, String body) {
    return write(kind, body, sessions.clock().instant());
  }

  private synchronized CompletableFuture<Void> write(
      JournalEntry.Kind kind, String body, Instant now) {
    Journal.Log open = log;
    if (open == null && kind.isSaidAgain()) {
      return CompletableFuture.completedFuture(null);
    }
    ConversationState state = transcript().state();
    JournalEntry entry = new JournalEntry(transcript().takeSequence(), now, kind, state, body);
    if (open == null) {
      session.addUnsaved(List.of(entry));
      return CompletableFuture.completedFuture(null);
    }
    while (!pending.isEmpty() && isKept(pending.peek())) {
      pending.remove();
    }
    CompletableFuture<Void> kept = append(open, entry);
    if (kept.isCompletedExceptionally() && kind.isSaidAgain()) {
      transcript().giveBack(entry.sequence()); // refused; what it says is not lost
    } else {
      pending.add(new Pending(entry, kept));
    }
    return kept;
  }

  /** A journal of somebody else's may throw; a call must not lose its attempt over that. */
  private static CompletableFuture<Void> append(Journal.Log open, JournalEntry entry) {
    try {
      return open.append(entry);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          new JournalException(Reason.FAILED, "the journal threw " + e.getClass().getName(), e));
    }
  }

  /**
   * Hands an entry over and waits until it is kept.
   *
   * @throws JournalException if it could not be kept and the conversation does not go on without
   */
  void keep(JournalEntry.Kind kind, String body, long deadline) {
    keep(kind, body, sessions.clock().instant(), deadline);
  }

  /** The same for something that happened at this time. */
  void keep(JournalEntry.Kind kind, String body, Instant at, long deadline) {
    await(write(kind, body, at), deadline);
  }

  /** The same for what a turn ends with: whoever writes it ends the log right after. */
  void keepLast(JournalEntry.Kind kind, String body, long deadline) {
    CompletableFuture<Void> kept = write(kind, body);
    Journal.Log open = log;
    if (open != null) {
      open.close();
    }
    await(kept, deadline);
  }

  private void await(CompletableFuture<Void> kept, long deadline) {
    try {
      await.forJournal(kept, deadline);
    } catch (JournalException e) {
      if (!kept.isDone() || !goesOnDespite(e)) {
        throw e;
      }
      goOnWithout(e);
    }
  }

  /** What is known of the conversation may not be what is kept: it is to be read again. */
  void forget() {
    session.forget();
  }

  /** Gives the floor back, after what was handed over is written; does nothing the second time. */
  synchronized void release() {
    if (!has) {
      return;
    }
    has = false;
    Journal.Log open = log;
    if (open == null && failure == null) {
      session.forget();
    } else if (!pending.stream().allMatch(Floor::isKept)) {
      leaveInDoubt();
    }
    if (open != null) {
      open.close();
    }
    wake(session.giveBack());
  }

  /** Nobody can say what of the last entries is there. */
  private void leaveInDoubt() {
    if (sessions.policy().whenJournalFails() == WhenJournalFails.FAIL_CALL) {
      session.forget();
      return;
    }
    for (Pending each : pending) {
      if (!isKept(each) && !each.entry().kind().isSaidAgain()) {
        session.addUnsaved(List.of(each.entry()));
        CompletableFuture<?> unused = each.kept().thenRun(() -> session.saved(each.entry()));
      }
    }
  }

  private void wake(@Nullable Thread next) {
    if (next != null) {
      await.unpark(next);
    }
  }

  /** All entries, oldest first. */
  List<JournalEntry> entries() {
    Journal.Log open = log;
    List<JournalEntry> all =
        new ArrayList<>(open == null ? session.journal().read(session.id()) : open.entriesAfter(0));
    all.addAll(session.unsaved());
    return all;
  }

  /** Begins an empty conversation with entries of another one and waits until they are kept. */
  void copy(List<JournalEntry> entries, long deadline) {
    Journal.Log open = log;
    if (open == null) {
      throw Objects.requireNonNull(failure);
    }
    List<CompletableFuture<Void>> kept = entries.stream().map(open::append).toList();
    for (CompletableFuture<Void> each : kept) {
      await.forJournal(each, deadline);
    }
    transcript().addAll(entries);
  }

  private void takeSession(long patienceEnd) {
    Thread me = Thread.currentThread();
    while (!session.take(me)) {
      if (await.isOver(patienceEnd)) {
        wake(session.leave(me));
        throw new JournalException(
            Reason.LOCKED,
            "another turn of this conversation is going on; wait for it, or let turns wait with"
                + " Conversations.withTurnPatience(...)");
      }
      await.park(patienceEnd);
    }
  }

  private Journal.Log open(long deadline, long patienceEnd) {
    await.forJournal(session.abandoned(), deadline);
    while (true) {
      CompletableFuture<Journal.Log> opening = session.journal().open(session.id());
      try {
        return await.forJournal(opening, deadline);
      } catch (JournalException e) {
        session.abandon(opening); // it may come later
        if (e.reason() != Reason.LOCKED || await.isOver(patienceEnd)) {
          throw e;
        }
        await.park(Math.min(patienceEnd, await.now() + LOCK_POLL_NANOS));
      }
    }
  }

  private Transcript read(Journal.Log open) {
    Transcript known = session.transcript();
    boolean isSameLife = known != null && known.incarnation().equals(open.incarnation());
    if (known != null && !session.unsaved().isEmpty()) {
      if (isSameLife) {
        return known; // save() compares
      }
      LOG.warn("A conversation was deleted before all of it was saved");
      session.deleted();
    }
    if (known == null || !isSameLife || known.lastSequence() > open.lastSequence()) {
      known = new Transcript(open.incarnation());
    }
    known.addAll(open.entriesAfter(known.lastSequence()));
    session.remember(known);
    return known;
  }

  /**
   * Writes what the journal has not got while it failed, behind what it has: some of it may be
   * there although that was not told, and pieces of answers may be gone although that was.
   */
  private void save(long deadline) {
    List<JournalEntry> unsaved = session.unsaved();
    if (unsaved.isEmpty()) {
      return;
    }
    Journal.Log open = Objects.requireNonNull(log);
    int there = 0;
    for (JournalEntry entry : open.entriesAfter(unsaved.get(0).sequence() - 1)) {
      if (entry.kind().isSaidAgain()) {
        continue;
      }
      if (there == unsaved.size() || !isSame(entry, unsaved.get(there))) {
        throw new JournalException(
            Reason.DIVERGED,
            "another process went on with this conversation while "
                + unsaved.size()
                + " entries of it could not be kept here; export() has them");
      }
      there++;
    }
    long last = open.lastSequence();
    List<CompletableFuture<Void>> kept = new ArrayList<>();
    for (JournalEntry entry : unsaved.subList(there, unsaved.size())) {
      kept.add(
          open.append(
              new JournalEntry(
                  ++last, entry.at(), entry.kind(), entry.stateAfter(), entry.body())));
    }
    for (CompletableFuture<Void> each : kept) {
      await.forJournal(each, deadline);
    }
    transcript().renumbered(last);
    session.allSaved();
    LOG.info("The journal of a conversation has all of it again");
  }

  private static boolean isSame(JournalEntry one, JournalEntry other) {
    return one.kind() == other.kind()
        && one.at().equals(other.at())
        && one.body().equals(other.body());
  }

  private boolean goesOnDespite(JournalException e) {
    return sessions.policy().whenJournalFails() == WhenJournalFails.GO_ON_UNDURABLE
        && e.reason() != Reason.LOCKED
        && e.reason() != Reason.CONFLICT;
  }

  private synchronized void goOnWithout(JournalException e) {
    failure = e;
    Journal.Log open = log;
    log = null;
    if (open != null) {
      open.close();
    }
    List<JournalEntry> lost = new ArrayList<>();
    for (Pending each : pending) {
      if (!isKept(each) && !each.entry().kind().isSaidAgain()) {
        lost.add(each.entry());
      }
    }
    pending.clear();
    session.addUnsaved(lost);
  }

  private static boolean isKept(Pending each) {
    return each.kept().isDone() && !each.kept().isCompletedExceptionally();
  }
}
