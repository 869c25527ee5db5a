package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Conversations.Window;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a conversation, put together from its entries or as it happens. Safe for use by
 * several threads.
 */
final class Transcript {
  private String incarnation;
  private final List<Turn> turns = new ArrayList<>();
  private @Nullable String system;
  private String summary = "";
  private int summarizedTurns;
  private int unread; // turns before the first of those that are known
  private long first; // number of the question of the first turn; 0 if all are known
  private long olderKeyed; // number of the last question before it with a key; 0 if there is none
  private @Nullable Past places; // of the next question; null if not known
  private long lastSequence;
  private long bytes;

  /** A transcript of one life of a conversation, of which nothing is known yet. */
  Transcript(String incarnation) {
    this.incarnation = incarnation;
    this.places = new Past(incarnation, 0, 0, 0, 0);
  }

  /**
   * What was before a question: with it a transcript can begin there.
   *
   * @param life the incarnation that it is true of: a copy has other numbers
   * @param turns how many there were
   * @param system the number of the entry with the instructions; 0 if there are none
   * @param summary the number of the entry with the last summary; 0 if there is none
   * @param keyed the number of the last question with a turn key; 0 if there is none
   */
  record Past(String life, int turns, long system, long summary, long keyed) {
    Past withSystem(long number) {
      return new Past(life, turns, number, summary, keyed);
    }

    Past withSummary(long number) {
      return new Past(life, turns, system, number, keyed);
    }

    Past withKeyed(long number) {
      return new Past(life, turns, system, summary, number);
    }

    Past withTurns(int count) {
      return new Past(life, count, system, summary, keyed);
    }
  }

  /** A transcript that begins with a question, at what was before it. */
  static Transcript from(JournalEntry question, Past past) {
    Transcript end = new Transcript(past.life);
    end.unread = past.turns;
    end.first = past.turns == 0 ? 0 : question.sequence();
    end.olderKeyed = past.keyed;
    end.places = past;
    end.lastSequence = question.sequence() - 1;
    return end;
  }

  /** What was before a question, if its entry says so for this life; else null. */
  static @Nullable Past pastOf(JournalEntry question, String incarnation) {
    try {
      JsonTree past = JsonTree.parse(question.body()).child("past");
      return past != null && incarnation.equals(past.text("life"))
          ? new Past(
              incarnation,
              (int) past.number("turns", 0),
              past.number("system", 0),
              past.number("summary", 0),
              past.number("keyed", 0))
          : null;
    } catch (IOException | RuntimeException e) {
      return null; // whoever reads all of it is told
    }
  }

  /**
   * Takes what an entry says. By itself it takes one that is earlier and holds still: the
   * instructions or a summary.
   */
  synchronized void take(JournalEntry entry) {
    try {
      add(entry, JsonTree.parse(entry.body()));
    } catch (IOException | RuntimeException e) {
      throw notUnderstood(entry);
    }
  }

  /** Whether every turn is known. */
  synchronized boolean isWhole() {
    return first == 0;
  }

  /** The number of the entry that the first known turn begins with; 0 if all turns are known. */
  synchronized long first() {
    return first;
  }

  /** Puts the turns in front that were not known; they stay if somebody else has done so. */
  synchronized void complete(Transcript before) {
    if (first == 0) {
      return;
    }
    turns.addAll(0, before.turns);
    bytes += before.bytes;
    unread = 0;
    first = 0;
    olderKeyed = 0;
  }

  /** Whether it has all turns that are sent before another question. */
  synchronized boolean covers(Window window, boolean sumsUp) {
    if (unread == 0 || summarizedTurns >= unread) {
      return true;
    }
    Prompt known = prompt();
    Prompt asked = new Prompt(List.of(), "", known.past(), List.of());
    return !sumsUp && asked.excess(window.messages(), window.tokens(), 0) > 0;
  }

  /** What is before the next question; null if that is not known. */
  synchronized @Nullable Past past() {
    return places == null ? null : places.withTurns(unread + turns.size());
  }

  /** An entry that holds for what follows has this number. */
  synchronized void numbered(JournalEntry.Kind kind, long number) {
    if (kind == JournalEntry.Kind.ASKED) {
      last().numbered(number);
    }
    Past known = places;
    if (known == null) {
      return;
    }
    switch (kind) {
      case SYSTEM -> places = known.withSystem(number);
      case SUMMARY -> places = known.withSummary(number);
      case ASKED -> places = last().key() == null ? known : known.withKeyed(number);
      default -> {
        // is of its turn alone
      }
    }
  }

  synchronized String incarnation() {
    return incarnation;
  }

  /** It is of this life, since nothing of it was kept in the one that it was made for. */
  synchronized void beginIn(String life) {
    if (!incarnation.equals(life)) {
      incarnation = life;
      places = null;
    }
  }

  /** About how many bytes of memory what an entry tells will take. */
  static long weightOf(String body) {
    return 256 + 2L * body.length();
  }

  /** About how many bytes of memory it takes. */
  synchronized long bytes() {
    return bytes;
  }

  /**
   * Adds what entries tell, but for those that are known already.
   *
   * @throws JournalException if one cannot be understood
   */
  synchronized void addAll(List<JournalEntry> entries) {
    for (JournalEntry entry : entries) {
      if (entry.sequence() <= lastSequence) {
        continue;
      }
      bytes += entry.kind().isSaidAgain() ? 0 : weightOf(entry.body());
      if (entry.kind() != JournalEntry.Kind.OTHER) { // another writer's, who reads it himself
        take(entry);
      }
      numbered(entry.kind(), entry.sequence());
      lastSequence = entry.sequence();
    }
  }

  private static JournalException notUnderstood(JournalEntry entry) {
    return new JournalException( // a cause may quote content
        JournalException.Reason.UNKNOWN,
        "entry "
            + entry.sequence()
            + " ("
            + entry.kind()
            + ") cannot be understood: was it"
            + " written by a newer version of this library?");
  }

  private void add(JournalEntry entry, JsonTree body) throws IOException {
    switch (entry.kind()) {
      case OTHER -> {
        // says nothing to a conversation
      }
      case SYSTEM -> system = body.text("text");
      case ASKED ->
          turns.add(
              new Turn(
                  body.textOrNull("turn"), entry.at(), BodyReader.message(body.child("message"))));
      case ATTEMPT -> {
        String handle = body.textOrNull("handle");
        if (handle == null) {
          open(entry, body).attempted(body.text("target"));
        } else {
          open(entry, body).running(body.text("target"), handle);
        }
      }
      case PROGRESS -> {
        if (body.is("restarted")) {
          open(entry, body).restarted();
        }
        open(entry, body).said(body.text("text"));
      }
      case ANSWERED -> open(entry, body).answered(BodyReader.answer(body));
      case TOOL_RESULT -> open(entry, body).result(BodyReader.result(body));
      case FAILED -> {
        if (!turns.isEmpty()) {
          last().failed(BodyReader.errorKind(body.text("error")));
        }
      }
      case DISCARDED -> {
        if (!turns.isEmpty() && last().isOpen()) { // else it was said of one that was lost
          last().discarded();
        }
      }
      case SUMMARY -> {
        summary = body.text("text");
        summarizedTurns = (int) body.number("turns", 0);
      }
    }
  }

  /**
   * The turn that an entry is about: if none is open, or it is about another question, a repair
   * went on without its question; if messages are missing before it, without them.
   */
  private Turn open(JournalEntry entry, JsonTree body) {
    Instant askedAt = turns.isEmpty() ? entry.at() : last().askedAt();
    long asked = body.number("asked", askedAt.toEpochMilli());
    boolean isOfLast = asked == askedAt.toEpochMilli();
    if (turns.isEmpty() || !isOfLast || (!last().isOpen() && !last().isTorn())) {
      Turn lost = new Turn(null, Instant.ofEpochMilli(asked), Message.user(""));
      lost.torn();
      turns.add(lost);
    }
    int messages = last().messages().size();
    if (body.number("after", messages) != messages) {
      last().torn();
    }
    return last();
  }

  synchronized void system(String text) {
    system = text;
  }

  synchronized void asked(@Nullable String key, Instant at, Message question) {
    turns.add(new Turn(key, at, question));
  }

  synchronized void attempted(String target) {
    last().attempted(target);
  }

  synchronized void running(String target, String handle) {
    last().running(target, handle);
  }

  synchronized void said(String text) {
    last().said(text);
  }

  synchronized void restarted() {
    last().restarted();
  }

  synchronized void answered(ChatResponse response) {
    last().answered(response);
  }

  synchronized void result(ToolResult result) {
    last().result(result);
  }

  synchronized void failed(ErrorKind kind) {
    last().failed(kind);
  }

  synchronized void discarded() {
    last().discarded();
  }

  /** A summary stands for what the first turns said. */
  synchronized void summarized(String text, int firstTurns) {
    summary = text;
    summarizedTurns = firstTurns;
  }

  /** The number of the next entry, which from now on is taken. */
  synchronized long takeSequence(String body) {
    bytes += weightOf(body);
    return ++lastSequence;
  }

  /** Gives a number back that no entry has after all. */
  synchronized void giveBack(long sequence) {
    if (lastSequence == sequence) {
      lastSequence--;
    }
  }

  /** The entries have other numbers in the journal. */
  synchronized void renumbered(long last) {
    lastSequence = last;
    places = null;
  }

  synchronized long lastSequence() {
    return lastSequence;
  }

  synchronized ConversationState state() {
    return turns.isEmpty() ? ConversationState.IDLE : last().state();
  }

  /** The instructions; null if none were given. */
  synchronized @Nullable String system() {
    return system;
  }

  /** Asks the turn that is going on or was the last; null if there is none. */
  synchronized <T> @Nullable T ofLast(Function<Turn, @Nullable T> question) {
    return turns.isEmpty() ? null : question.apply(last());
  }

  /** Whether the last answer's tool call with this id has no result. */
  synchronized boolean awaits(String callId) {
    return !turns.isEmpty() && last().awaits(callId);
  }

  /** Asks the newest turn with this key; null if there is none. */
  synchronized <T> @Nullable T ofKey(String key, Function<Turn, @Nullable T> question) {
    for (int i = turns.size() - 1; i >= 0; i--) {
      if (key.equals(turns.get(i).key())) {
        return question.apply(turns.get(i));
      }
    }
    return null;
  }

  /**
   * Shows the known questions with keys, newest first.
   *
   * @return the number of the last one that is not known; 0 if there is none
   */
  synchronized long passKeys(TurnKeys.Path path) {
    for (int i = turns.size() - 1; i >= 0; i--) {
      Turn turn = turns.get(i);
      if (turn.key() != null) {
        path.pass(turn.keyHash(), turn.number());
      }
    }
    return olderKeyed;
  }

  /** Whether a known turn has this key. */
  synchronized boolean hasKey(String key) {
    return turns.stream().anyMatch(turn -> key.equals(turn.key()));
  }

  /** Reads a turn. */
  interface TurnReader {
    void read(Turn turn) throws IOException;
  }

  /** Shows every turn, oldest first, while none can change. */
  synchronized void forEach(TurnReader reader) throws IOException {
    for (Turn turn : turns) {
      reader.read(turn);
    }
  }

  /** The turns that have their answer, oldest first, as messages. */
  synchronized List<Message> history() {
    return turns.stream().filter(Turn::isWhole).flatMap(turn -> turn.messages().stream()).toList();
  }

  /** What of it may be shown to a vendor: whole turns, and the question that is awaiting. */
  Prompt prompt() {
    return prompt(Integer.MAX_VALUE);
  }

  /** The same with so many of the whole turns at most, the newest. */
  synchronized Prompt prompt(int most) {
    List<Message> leading = new ArrayList<>();
    if (system != null && !system.isEmpty()) {
      leading.add(Message.system(system));
    }
    List<Prompt.PastTurn> past = new ArrayList<>();
    int oldest = Math.max(0, summarizedTurns - unread);
    for (int i = turns.size() - 1; i >= oldest && past.size() < most; i--) {
      Turn turn = turns.get(i);
      if (turn.isWhole()) {
        past.add(new Prompt.PastTurn(unread + i, turn.messages()));
      }
    }
    Collections.reverse(past);
    List<Message> question = turns.isEmpty() || !last().isOpen() ? List.of() : last().messages();
    return new Prompt(leading, summary, past, question);
  }

  private Turn last() {
    if (turns.isEmpty()) {
      throw new IllegalStateException("no turn has begun");
    }
    return turns.get(turns.size() - 1);
  }
}
