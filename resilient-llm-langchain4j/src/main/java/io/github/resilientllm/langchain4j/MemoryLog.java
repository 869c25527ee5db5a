package io.github.resilientllm.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import io.github.resilientllm.internal.thread.AskedFrom;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Memories as entries of a journal, under names of their own.
 *
 * <p>A {@value #MESSAGE} entry is one message, as LangChain4j writes it, which stands behind those
 * before it; a {@value #WINDOW} entry says which of them are left, in which order. To read a memory
 * is to go through its entries. What was read last is remembered, so that a turn reads nothing
 * again.
 */
final class MemoryLog {
  private static final String OWNER = "langchain4j.";
  static final String MESSAGE = OWNER + "message";
  static final String WINDOW = OWNER + "window";

  private final Journal journal;
  private final Duration patience;
  private final boolean unansweredKept;
  private final InstantSource clock;
  private final Remembered remembered;

  MemoryLog(Journal journal, Duration patience, boolean unansweredKept, InstantSource clock) {
    this(journal, patience, unansweredKept, clock, new Remembered());
  }

  private MemoryLog(
      Journal journal,
      Duration patience,
      boolean unansweredKept,
      InstantSource clock,
      Remembered remembered) {
    this.journal = journal;
    this.patience = patience;
    this.unansweredKept = unansweredKept;
    this.clock = clock;
    this.remembered = remembered;
  }

  MemoryLog withPatience(Duration wait) {
    return new MemoryLog(journal, wait, unansweredKept, clock, remembered);
  }

  MemoryLog withUnansweredKept(boolean kept) {
    return new MemoryLog(journal, patience, kept, clock, remembered);
  }

  CompletableFuture<List<ChatMessage>> read(String name) {
    AskedFrom from = AskedFrom.here(); // LangChain4j finds what writes and reads its JSON by it
    return journal
        .head(name)
        .thenCompose(
            head -> {
              if (head.isEmpty()) {
                return CompletableFuture.completedFuture(List.<ChatMessage>of());
              }
              Known known = remembered.of(name, head.get().incarnation());
              return known.sequence() >= head.get().lastSequence()
                  ? CompletableFuture.completedFuture(known.messages())
                  : readOn(name, known, from).thenApply(Known::messages);
            });
  }

  CompletableFuture<Void> write(String name, List<ChatMessage> given) {
    List<ChatMessage> messages = unansweredKept ? given : WholeHistory.of(given);
    Dropped.note(given, messages);
    AskedFrom from = AskedFrom.here();
    return journal
        .open(name, patience)
        .thenCompose(
            log ->
                known(name, log, from)
                    .thenCompose(known -> from.call(() -> append(name, log, known, messages)))
                    .whenComplete((done, failure) -> log.close()));
  }

  CompletableFuture<Void> delete(String name) {
    remembered.forget(name);
    return journal
        .delete(name)
        .thenAccept(was -> {})
        .exceptionallyCompose(
            failure ->
                isBusy(failure) ? deleteAfterOther(name) : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<Void> deleteAfterOther(String name) {
    return journal
        .open(name, patience)
        .thenCompose(
            log -> {
              log.close();
              return journal.delete(name);
            })
        .thenAccept(was -> {});
  }

  private static boolean isBusy(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof JournalException known
        && known.reason() == JournalException.Reason.BUSY;
  }

  private CompletableFuture<Known> readOn(String name, Known before, AskedFrom from) {
    return journal
        .readAfter(name, before.sequence(), Journal.Page.MAX_BYTES)
        .thenCompose(
            page -> {
              boolean begunAgain = !page.incarnation().equals(before.incarnation());
              Known start = begunAgain ? Known.nothing(page.incarnation()) : before;
              if (begunAgain && before.sequence() > 0) { // the page is not its first
                return readOn(name, start, from);
              }
              Known after = from.call(() -> heard(start, page.entries()));
              remembered.put(name, after);
              return page.isLast()
                  ? CompletableFuture.completedFuture(after)
                  : readOn(name, after, from);
            });
  }

  private CompletableFuture<Known> known(String name, Journal.Log log, AskedFrom from) {
    Known before = remembered.of(name, log.incarnation());
    return before.sequence() == log.lastSequence()
        ? CompletableFuture.completedFuture(before)
        : log.entriesAfter(before.sequence())
            .thenApply(entries -> from.call(() -> heard(before, entries)));
  }

  private CompletableFuture<Void> append(
      String name, Journal.Log log, Known known, List<ChatMessage> messages) {
    Difference<ChatMessage> difference = Difference.between(known.messages(), messages);
    if (difference.isNone()) {
      remembered.put(name, known);
      return CompletableFuture.completedFuture(null);
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    long next = log.lastSequence() + 1;
    List<JournalEntry> entries = new ArrayList<>();
    for (ChatMessage message : difference.added()) {
      entries.add(entry(next++, now, MESSAGE, ChatMessageSerializer.messageToJson(message)));
    }
    if (difference.moves()) {
      entries.add(entry(next++, now, WINDOW, Window.body(difference.positions())));
    }
    Known after = new Known(log.incarnation(), next - 1, List.copyOf(messages));
    return log.append(entries).thenRun(() -> remembered.put(name, after));
  }

  private static JournalEntry entry(long sequence, Instant at, String kind, String body) {
    return JournalEntry.other(
        sequence, at, kind, ConversationState.IDLE, body.replace("\r", "").replace("\n", " "));
  }

  private static Known heard(Known before, List<JournalEntry> entries) {
    List<ChatMessage> messages = new ArrayList<>(before.messages());
    long sequence = before.sequence();
    for (JournalEntry entry : entries) {
      sequence = entry.sequence();
      if (entry.name().equals(MESSAGE)) {
        messages.add(message(entry));
      } else if (entry.name().equals(WINDOW)) {
        messages = window(entry, messages);
      } else if (entry.name().startsWith(OWNER)) {
        throw new JournalException(
            JournalException.Reason.UNKNOWN,
            "a newer version of this library wrote an entry named " + entry.name());
      }
    }
    return new Known(before.incarnation(), sequence, List.copyOf(messages));
  }

  private static ChatMessage message(JournalEntry entry) {
    try {
      return ChatMessageDeserializer.messageFromJson(entry.body());
    } catch (RuntimeException e) {
      throw new JournalException(
          JournalException.Reason.UNKNOWN,
          "LangChain4j cannot read the message of entry " + entry.sequence(),
          e);
    }
  }

  private static List<ChatMessage> window(JournalEntry entry, List<ChatMessage> messages) {
    try {
      return Window.apply(entry.body(), messages);
    } catch (IllegalArgumentException e) {
      throw new JournalException(
          JournalException.Reason.DAMAGED,
          "entry " + entry.sequence() + " is no window of the messages before it",
          e);
    }
  }

  /**
   * A memory up to an entry.
   *
   * @param incarnation the life of the conversation that it is from
   * @param sequence the number of the last entry
   */
  record Known(String incarnation, long sequence, List<ChatMessage> messages) {
    static Known nothing(String incarnation) {
      return new Known(incarnation, 0, List.of());
    }
  }
}
