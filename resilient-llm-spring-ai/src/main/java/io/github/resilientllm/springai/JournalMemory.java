package io.github.resilientllm.springai;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.messages.Message;

/**
 * A chat memory whose conversations are those of a journal: an entry for each change. What is known
 * of a conversation is remembered, and only what has come since is read.
 */
final class JournalMemory implements ChatMemoryRepository {
  /** How the entries are called. */
  private static final String NAME = "spring-ai.memory";

  /** Another turn of the same conversation is waited for so long. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Conversations of which the messages are remembered. */
  private static final int MOST = 256;

  private final Journal journal;
  private final InstantSource clock;

  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST;
        }
      };

  JournalMemory(Journal journal) {
    this(journal, InstantSource.system());
  }

  JournalMemory(Journal journal, InstantSource clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** What has been read of a conversation. */
  private record Known(
      String incarnation, long sequence, ConversationState state, Remembered messages) {
    static final Known NOTHING = new Known("", 0, ConversationState.IDLE, Remembered.NOTHING);

    Known with(String life, JournalEntry entry) {
      Remembered now = messages;
      if (entry.name().equals(NAME)) {
        now = messages.after(Remembered.Change.read(entry.body()));
      }
      return new Known(life, entry.sequence(), entry.stateAfter(), now);
    }
  }

  @Override
  public List<String> findConversationIds() {
    return done(journal.list()).stream().map(Journal.Head::conversation).toList();
  }

  @Override
  public List<Message> findByConversationId(String conversationId) {
    return read(conversationId).messages().found();
  }

  @Override
  public void saveAll(String conversationId, List<Message> messages) {
    Journal.Log log = done(journal.open(conversationId, PATIENCE));
    try (log) {
      Known now = read(conversationId, log);
      Remembered.Change change = now.messages().to(messages);
      if (change.isNone()) {
        return;
      }
      JournalEntry entry =
          JournalEntry.other(
              log.lastSequence() + 1, clock.instant(), NAME, now.state(), change.body());
      done(log.append(entry));
      remember(conversationId, now.with(log.incarnation(), entry));
    }
  }

  @Override
  public void deleteByConversationId(String conversationId) {
    boolean unused = done(journal.delete(conversationId));
    synchronized (known) {
      known.remove(conversationId);
    }
  }

  private Known read(String id) {
    Known now = known(id);
    while (true) {
      Journal.Page page = done(journal.readAfter(id, now.sequence(), Journal.Page.MAX_BYTES));
      if (now.sequence() > 0 && !page.incarnation().equals(now.incarnation())) {
        now = Known.NOTHING; // it was deleted, and perhaps begun again
        continue;
      }
      for (JournalEntry entry : page.entries()) {
        now = now.with(page.incarnation(), entry);
      }
      if (page.isLast()) {
        remember(id, now);
        return now;
      }
    }
  }

  private Known read(String id, Journal.Log log) {
    Known now = known(id);
    if (!now.incarnation().equals(log.incarnation()) || now.sequence() > log.lastSequence()) {
      now = Known.NOTHING;
    }
    for (JournalEntry entry : done(log.entriesAfter(now.sequence()))) {
      now = now.with(log.incarnation(), entry);
    }
    return now;
  }

  private Known known(String id) {
    synchronized (known) {
      return known.getOrDefault(id, Known.NOTHING);
    }
  }

  private void remember(String id, Known now) {
    synchronized (known) {
      known.put(id, now);
    }
  }

  private static <T> T done(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
