package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import java.time.Duration;
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

  private final Sessions sessions;
  private final String id;
  private final Await await;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private Session session;
  private @Nullable Transcript transcript;
  private Journal.@Nullable Log log; // null while the conversation goes on without its journal
  private @Nullable JournalException failure;
  private boolean has;
  private boolean refused; // an entry that the journal will never take

  /** Entries that were handed to the journal together and not yet acknowledged. */
  private record Pending(List<JournalEntry> entries, CompletableFuture<Void> kept) {
    boolean isSaidAgain() {
      return entries.stream().allMatch(entry -> entry.kind().isSaidAgain());
    }
  }

  Floor(Sessions sessions, String id, Await await) {
    this.sessions = sessions;
    this.id = id;
    this.session = sessions.of(id);
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
    long patienceEnd = Math.min(deadline, await.now() + patience);
    takeSession(patienceEnd);
    has = true;
    try {
      log = open(deadline, patienceEnd);
      transcript = read(log, deadline);
      save(deadline);
    } catch (JournalException e) {
      Transcript known = session.transcript();
      if (known == null || await.isOver(deadline) || !goesOnDespite(e) || sessions.isFull()) {
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

  /**
   * Waits until it is known that no other writer has taken over, before something that cannot be
   * undone.
   *
   * @throws JournalException if one has
   */
  void requireHeld(long deadline) {
    Journal.Log open = log;
    if (open != null) {
      await(open.held(), deadline);
    }
  }

  /**
   * The same as far as the journal knows it at once, without waiting.
   *
   * @throws JournalException if another writer has taken over
   */
  void requireNotLost() {
    Journal.Log open = log;
    if (open == null) {
      return;
    }
    CompletableFuture<Void> held = open.held();
    if (held.isCompletedExceptionally()) {
      await.forJournal(held, await.now());
    }
  }

  /** An entry as it will be written, once it has a number. */
  record Said(JournalEntry.Kind kind, String body) {}

  /** Hands an entry over, which the transcript already shows; does not wait for it. */
  CompletableFuture<Void> write(JournalEntry.Kind kind, String body) {
    return write(List.of(new Said(kind, body)), sessions.clock().instant());
  }

  private synchronized CompletableFuture<Void> write(List<Said> together, Instant at) {
    Journal.Log open = log;
    boolean saidAgain = together.stream().allMatch(said -> said.kind.isSaidAgain());
    if (open == null && saidAgain) {
      return CompletableFuture.completedFuture(null);
    }
    List<JournalEntry> entries = new ArrayList<>();
    ConversationState state = transcript().state();
    for (Said said : together) {
      long sequence = transcript().takeSequence(said.body);
      transcript().numbered(said.kind, sequence);
      entries.add(new JournalEntry(sequence, at, said.kind, state, said.body));
    }
    if (open == null) {
      session.addUnsaved(entries);
      return CompletableFuture.completedFuture(null);
    }
    while (!pending.isEmpty() && isKept(pending.peek())) {
      pending.remove();
    }
    CompletableFuture<Void> kept = open.append(entries);
    if (kept.isCompletedExceptionally() && saidAgain) {
      transcript().giveBack(entries.get(0).sequence()); // refused; what it says is not lost
    } else {
      pending.add(new Pending(entries, kept));
    }
    return kept;
  }

  /**
   * Hands an entry over and waits until it is kept.
   *
   * @throws JournalException if it could not be kept and the conversation does not go on without
   */
  void keep(JournalEntry.Kind kind, String body, long deadline) {
    keep(List.of(new Said(kind, body)), sessions.clock().instant(), deadline);
  }

  /** The same for several, of something that happened at this time: all are kept, or none. */
  void keep(List<Said> together, Instant at, long deadline) {
    boolean isQuestion = together.stream().anyMatch(said -> said.kind == JournalEntry.Kind.ASKED);
    await(write(together, at), deadline, isQuestion);
  }

  /** Waits for a piece of an answer that is not to be shown before it is kept. */
  void requireKept(CompletableFuture<Void> kept, long deadline) {
    await.forJournal(kept, journalEnd(deadline));
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
    await(kept, deadline, false);
  }

  private void await(CompletableFuture<Void> kept, long deadline, boolean isQuestion) {
    try {
      await.forJournal(kept, journalEnd(deadline));
    } catch (JournalException e) {
      boolean gaveUp = !kept.isDone() && await.isOver(deadline);
      refused |= e.reason() == Reason.TOO_LARGE;
      boolean isTooLong = isQuestion && e.reason() == Reason.TOO_LARGE; // the caller's to shorten
      if (gaveUp || isTooLong || !goesOnDespite(e)) {
        throw e;
      }
      goOnWithout(e);
    }
  }

  /** The journal has a patience of its own: the call is not to spend all its time on it. */
  private long journalEnd(long deadline) {
    long patience = sessions.policy().journalPatience().toNanos();
    long now = await.now();
    return deadline - now < patience ? deadline : now + patience;
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
    if (refused || (open == null && failure == null)) {
      session.forget();
    } else {
      leaveInDoubt();
    }
    if (open != null) {
      open.close();
    }
    wake(session.giveBack());
    sessions.settle(session);
  }

  /**
   * What the journal has not told of yet is mostly kept a moment later. If not, what is known of
   * the conversation is not what is kept; whoever opens it next hears of that first.
   */
  private void leaveInDoubt() {
    boolean goesOn = sessions.policy().whenJournalFails() == WhenJournalFails.GO_ON_UNDURABLE;
    for (Pending each : pending) {
      if (isKept(each) || each.isSaidAgain()) {
        continue;
      }
      if (goesOn) {
        session.addUnsaved(each.entries());
        Session its = session;
        CompletableFuture<?> unused = each.kept().thenRun(() -> saved(its, each.entries()));
      } else {
        CompletableFuture<?> unused =
            each.kept().whenComplete((kept, lost) -> forgetIf(lost != null));
      }
    }
  }

  private void saved(Session its, List<JournalEntry> entries) {
    its.saved(entries);
    sessions.settle(its);
  }

  private void forgetIf(boolean lost) {
    if (lost) {
      session.forget();
    }
  }

  private void wake(@Nullable Thread next) {
    if (next != null) {
      await.unpark(next);
    }
  }

  /** All entries, oldest first. */
  List<JournalEntry> entries(long deadline) {
    Journal.Log open = log;
    CompletableFuture<List<JournalEntry>> kept =
        open == null ? session.journal().read(id) : open.entriesAfter(0);
    List<JournalEntry> all = new ArrayList<>(await.forJournal(kept, deadline));
    all.addAll(session.unsaved());
    return all;
  }

  /**
   * Begins an empty conversation with entries of another one and waits until they are kept, some at
   * a time: all of a short one, or none.
   */
  void copy(List<JournalEntry> entries, long deadline) {
    Journal.Log open = log;
    if (open == null) {
      throw Objects.requireNonNull(failure);
    }
    List<JournalEntry> some = new ArrayList<>();
    long size = 0;
    for (JournalEntry entry : entries) {
      some.add(entry);
      size += entry.body().length();
      if (size > Journal.Page.MAX_BYTES) {
        await.forJournal(open.append(some), journalEnd(deadline));
        some = new ArrayList<>(); // the journal may still look at the others
        size = 0;
      }
    }
    if (!some.isEmpty()) {
      await.forJournal(open.append(some), journalEnd(deadline));
    }
    transcript().addAll(entries);
  }

  private void takeSession(long patienceEnd) {
    Thread me = Thread.currentThread();
    while (!takeCurrent(me)) {
      if (await.isOver(patienceEnd)) {
        wake(session.leave(me));
        throw new JournalException(
            Reason.BUSY,
            "another turn of this conversation is going on; wait for it, or let turns wait with"
                + " Conversations.withTurnPatience(...)");
      }
      await.park(patienceEnd);
    }
  }

  /** Takes the session that everybody else would take now: an idle one may have been dropped. */
  private boolean takeCurrent(Thread me) {
    Session current = sessions.of(id);
    if (current != session) {
      wake(session.leave(me));
      session = current;
    }
    return session.take(me);
  }

  private Journal.Log open(long deadline, long patienceEnd) {
    await.forJournal(session.abandoned(), Math.max(patienceEnd, journalEnd(deadline)));
    try {
      return opened(journalEnd(deadline));
    } catch (JournalException e) {
      if (e.reason() != Reason.BUSY || await.isOver(patienceEnd)) {
        throw e;
      }
    }
    // Whoever was busy before and does not answer by the end of our patience is busy still.
    Duration patience = Duration.ofNanos(Math.max(0, patienceEnd - await.now()));
    CompletableFuture<Journal.Log> opening = session.journal().open(id, patience);
    try {
      return await.forJournal(opening, patienceEnd);
    } catch (JournalException e) {
      boolean isOutOfPatience = !opening.isDone() && await.now() >= patienceEnd;
      session.abandon(opening); // it may come later
      throw isOutOfPatience ? busyElsewhere() : e;
    }
  }

  private Journal.Log opened(long until) {
    CompletableFuture<Journal.Log> opening = session.journal().open(id);
    try {
      return await.forJournal(opening, until);
    } catch (JournalException e) {
      session.abandon(opening); // it may come later
      throw e;
    }
  }

  private static JournalException busyElsewhere() {
    return new JournalException(
        Reason.BUSY, "another writer has this conversation; wait until its turn has ended");
  }

  private Recent recent(Journal.Log open) {
    return new Recent(Recent.Pages.of(open), sessions.policy(), await);
  }

  /** Looks a turn key up, also among the turns that are not known because they are not sent. */
  TurnKeys.Found find(String key, long deadline) {
    Journal.Log open = log;
    TurnKeys.Found found = null;
    if (open != null) {
      Recent recent = recent(open);
      TurnKeys keys = new TurnKeys(recent);
      found = keys.find(transcript(), key, deadline);
      if (found == null) {
        recent.complete(transcript(), deadline);
        found = keys.find(transcript(), key, deadline);
      }
    }
    return found == null ? TurnKeys.Found.in(transcript()) : found;
  }

  private Transcript read(Journal.Log open, long deadline) {
    Transcript known = session.transcript();
    List<JournalEntry> unsaved = session.unsaved();
    if (known != null && !unsaved.isEmpty() && unsaved.get(0).sequence() == 1) {
      known.beginIn(open.incarnation()); // nothing of it was kept, so its life is yet to begin
    }
    boolean isSameLife = known != null && known.incarnation().equals(open.incarnation());
    if (known != null && !unsaved.isEmpty()) {
      if (isSameLife) {
        return known; // save() compares
      }
      LOG.warn("A conversation was deleted before all of it was saved");
      session.deleted();
    }
    if (known != null && known.lastSequence() > 0 && !isSameLife) {
      LOG.warn("A conversation was deleted or replaced by another writer; it begins anew");
    }
    if (known == null || !isSameLife || known.lastSequence() > open.lastSequence()) {
      Transcript recent = recent(open).read(open.incarnation(), deadline);
      known = recent == null ? new Transcript(open.incarnation()) : recent;
    }
    while (known.lastSequence() < open.lastSequence()) {
      Journal.Page page =
          await.forJournal(open.readAfter(known.lastSequence(), Journal.Page.MAX_BYTES), deadline);
      known.addAll(page.entries());
      if (page.isLast()) {
        break;
      }
    }
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
    List<JournalEntry> behind =
        await.forJournal(open.entriesAfter(unsaved.get(0).sequence() - 1), journalEnd(deadline));
    for (JournalEntry entry : behind) {
      if (entry.kind().isSaidAgain()) {
        continue;
      }
      if (there == unsaved.size() || !isSame(entry, unsaved.get(there))) {
        throw new JournalException(
            Reason.DIVERGED,
            "another process went on with this conversation while "
                + unsaved.size()
                + " entries of it could not be kept here; export() has them, and dropUnsaved() goes"
                + " on with what the journal has");
      }
      there++;
    }
    List<JournalEntry> missing = unsaved.subList(there, unsaved.size());
    boolean all = new Saving(open, await, journalEnd(deadline)).save(missing);
    session.allSaved();
    if (all) {
      transcript().renumbered(open.lastSequence());
      LOG.info("The journal of a conversation has all of it again");
    } else {
      session.forget();
      transcript = read(open, deadline);
      LOG.warn("A turn of a conversation is larger than its journal allows, and was given up");
    }
  }

  private static boolean isSame(JournalEntry one, JournalEntry other) {
    return one.kind() == other.kind()
        && one.at().equals(other.at())
        && one.body().equals(other.body());
  }

  private boolean goesOnDespite(JournalException e) {
    boolean isOurs =
        switch (e.reason()) {
          case BUSY, CONFLICT, LOST, UNKNOWN -> false;
          default -> true;
        };
    return isOurs && sessions.policy().whenJournalFails() == WhenJournalFails.GO_ON_UNDURABLE;
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
      if (!isKept(each) && !each.isSaidAgain()) {
        lost.addAll(each.entries());
      }
    }
    pending.clear();
    session.addUnsaved(lost);
  }

  private static boolean isKept(Pending each) {
    return each.kept().isDone() && !each.kept().isCompletedExceptionally();
  }
}
