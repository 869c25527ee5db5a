package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.Journal.Head;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A look at a conversation, whoever has the floor or writes it, here or elsewhere: it takes nothing
 * and makes nobody wait.
 */
final class Look {
  /** How often a conversation may be deleted and begun again while it is read. */
  private static final int MOST_LIVES = 3;

  private final Sessions sessions;
  private final Session session;
  private final Await await;

  Look(Sessions sessions, String conversation, Await await) {
    this.sessions = sessions;
    this.session = sessions.of(conversation);
    this.await = await;
  }

  /**
   * What was said, from the first turn on; otherwise as {@link #recent}.
   *
   * @throws JournalException if it cannot be read
   */
  Transcript transcript(long deadline) {
    Recent whole = fromJournal();
    for (int life = 0; life < MOST_LIVES; life++) {
      Transcript known = recent(deadline);
      if (whole.complete(known, deadline)) {
        sessions.settle(session);
        return known;
      }
      session.forget();
    }
    throw begunAgain();
  }

  /**
   * The newest turn with a key among what was said: of a long conversation no more is read than
   * leads to it.
   *
   * @throws JournalException if it cannot be read
   */
  TurnKeys.Found turn(String key, long deadline) {
    TurnKeys.Found found = new TurnKeys(fromJournal()).find(recent(deadline), key, deadline);
    return found == null ? TurnKeys.Found.in(transcript(deadline)) : found;
  }

  private Recent fromJournal() {
    return new Recent(Recent.Pages.of(session.journal(), session.id()), sessions.policy(), await);
  }

  private static JournalException begunAgain() {
    return new JournalException(
        Reason.FAILED, "the conversation was deleted and begun again while it was read");
  }

  /**
   * What was said, as far as the next turn needs it: the turn that is going on here included, if
   * one is, and what the journal has not got.
   *
   * @throws JournalException if it cannot be read
   */
  Transcript recent(long deadline) {
    long asOf = session.kept();
    Transcript known = session.transcript();
    if (known != null && (session.isTaken() || !session.unsaved().isEmpty())) {
      return known;
    }
    for (int life = 0; life < MOST_LIVES; life++) {
      Transcript read = read(known, deadline);
      if (read != null) {
        session.offer(read, asOf);
        sessions.settle(session);
        return read;
      }
      known = null;
    }
    throw begunAgain();
  }

  /** Reads on from what is known; null if that is of another life. */
  private @Nullable Transcript read(@Nullable Transcript known, long deadline) {
    Journal journal = session.journal();
    Optional<Head> head = await.forJournal(journal.head(session.id()), deadline);
    if (head.isEmpty()) {
      return new Transcript("");
    }
    boolean isSame = known != null && known.incarnation().equals(head.get().incarnation());
    if (known != null && (!isSame || known.lastSequence() > head.get().lastSequence())) {
      return null;
    }
    Transcript read = known == null ? begin(head.get(), deadline) : known;
    while (read.lastSequence() < head.get().lastSequence() || isInQuestion(head.get())) {
      Journal.Page page =
          await.forJournal(
              journal.readAfter(session.id(), read.lastSequence(), Journal.Page.MAX_BYTES),
              deadline);
      if (!page.entries().isEmpty() && !page.incarnation().equals(read.incarnation())) {
        return null;
      }
      read.addAll(page.entries());
      if (page.isLast()) {
        break;
      }
    }
    return read;
  }

  private Transcript begin(Head head, long deadline) {
    Transcript recent =
        isInQuestion(head) ? null : fromJournal().read(head.incarnation(), deadline);
    return recent == null ? new Transcript(head.incarnation()) : recent;
  }

  /** A head that cannot tell is no head: what is wrong is for the reading to say. */
  private static boolean isInQuestion(Head head) {
    return switch (head.state()) {
      case DAMAGED, UNKNOWN -> true;
      default -> false;
    };
  }
}
