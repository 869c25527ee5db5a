package io.github.resilientllm.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * LangChain4j's chat memory on a journal: files, a database, or whatever else keeps one.
 *
 * <pre>{@code
 * ChatMemoryStore store = JournalChatMemoryStore.on(FileJournal.at(Path.of("chats")));
 * AiServices.builder(Assistant.class)
 *     .chatMemoryProvider(id -> MessageWindowChatMemory.builder()
 *         .id(id).maxMessages(50).chatMemoryStore(store).build())
 *     ...
 * }</pre>
 *
 * <p>A memory hands over its whole list each time; what is kept is the difference, one entry for a
 * message that is new and a short one where messages left the window. Messages of all kinds are
 * kept, with tool calls, tool results, images and attributes. What was acknowledged survives the
 * end of the process.
 *
 * <p>A question that got no answer is not history: when the next question comes, the one before it
 * leaves the memory, and so do tool calls some of whose results are missing. The models of {@link
 * LangChain4jModels} leave them out as well, where {@code AiServices} has read the memory before it
 * added the question. So a model is never asked with a history that is not whole. {@link
 * #withUnansweredKept} switches that off, for an application that adds several messages of a user
 * one after the other.
 *
 * <p>An id of a memory is what its {@code toString} says. Where it is kept it begins with {@code
 * langchain4j/}, so that a {@code Conversation} of the same name in the same journal is another
 * one. Safe for use by several threads and processes: who writes waits for who writes already, and
 * the last one wins, as with every store of LangChain4j's. A journal that fails is a {@link
 * JournalException}.
 */
public final class JournalChatMemoryStore implements ChatMemoryStore {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MemoryLog log;
  private final Duration patience;

  private JournalChatMemoryStore(MemoryLog log, Duration patience) {
    this.log = log;
    this.patience = patience;
  }

  /** A store on a journal, which whoever made it closes. */
  public static JournalChatMemoryStore on(Journal journal) {
    return new JournalChatMemoryStore(
        new MemoryLog(
            Objects.requireNonNull(journal, "journal"), PATIENCE, false, InstantSource.system()),
        PATIENCE);
  }

  /** The same waiting up to another time for the journal and its other writers. Default 10 s. */
  public JournalChatMemoryStore withPatience(Duration wait) {
    if (wait.isNegative() || wait.isZero()) {
      throw new IllegalArgumentException("patience is more than zero, not " + wait);
    }
    return new JournalChatMemoryStore(log.withPatience(wait), wait);
  }

  /** The same keeping questions that got no answer, or not. Default not. */
  public JournalChatMemoryStore withUnansweredKept(boolean kept) {
    return new JournalChatMemoryStore(log.withUnansweredKept(kept), patience);
  }

  @Override
  public List<ChatMessage> getMessages(Object memoryId) {
    return await(getMessagesAsync(memoryId));
  }

  @Override
  public void updateMessages(Object memoryId, List<ChatMessage> messages) {
    await(updateMessagesAsync(memoryId, messages));
  }

  @Override
  public void deleteMessages(Object memoryId) {
    await(deleteMessagesAsync(memoryId));
  }

  @Override
  public CompletableFuture<List<ChatMessage>> getMessagesAsync(Object memoryId) {
    return log.read(name(memoryId));
  }

  @Override
  public CompletableFuture<Void> updateMessagesAsync(Object memoryId, List<ChatMessage> messages) {
    return log.write(name(memoryId), List.copyOf(messages));
  }

  @Override
  public CompletableFuture<Void> deleteMessagesAsync(Object memoryId) {
    return log.delete(name(memoryId));
  }

  private static String name(Object memoryId) {
    String id = memoryId.toString();
    String untold = memoryId.getClass().getName() + "@" + Integer.toHexString(memoryId.hashCode());
    if (id.isEmpty() || id.equals(untold)) {
      throw new IllegalArgumentException(
          "A memory's id is a text, a number or something else whose toString() names it, not a "
              + memoryId.getClass().getName());
    }
    return "langchain4j/" + id;
  }

  private <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(2 * patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw cause instanceof RuntimeException known
          ? known
          : new JournalException(
              JournalException.Reason.FAILED,
              "the memory failed of " + cause.getClass().getName(),
              cause);
    } catch (TimeoutException e) {
      throw new JournalException(
          JournalException.Reason.FAILED, "the journal did not answer within " + patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(
          JournalException.Reason.FAILED, "interrupted while waiting for the journal", e);
    }
  }
}
