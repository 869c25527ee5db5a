package io.github.resilientllm.spring.boot;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.internal.SetupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The journal, if the application says where. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "resilient-llm.journal.enabled", matchIfMissing = true)
@Import(PostgresJournalConfiguration.class)
final class JournalConfiguration {
  static final String AT = "resilient-llm.journal";
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
  private static final int LAST_LOOK_SECONDS = 5;

  /** In files. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty("resilient-llm.journal.directory")
  @ConditionalOnProperty(
      name = "resilient-llm.journal.type",
      havingValue = "file",
      matchIfMissing = true)
  @ConditionalOnMissingBean(Journal.class)
  static final class InFiles {

    /** Closed when the calls that use it have ended, for they depend on it. */
    @Bean
    FileJournal resilientLlmJournal(ResilientLlmProperties properties) {
      JournalProperties journal = properties.journal();
      Path directory = journal.directory();
      if (directory == null || directory.toString().isBlank()) {
        throw new SetupException(AT + ".directory is blank.", "Set it to a directory.");
      }
      checkWritable(AT, directory.toAbsolutePath());
      try {
        return journal(directory, journal);
      } catch (IllegalArgumentException e) {
        throw PropertyWords.wrong(AT, e);
      }
    }

    @Bean
    JournalRetention resilientLlmJournalRetention(
        FileJournal journal, ResilientLlmProperties properties) {
      return retention(
          properties,
          new JournalRetention.Deleting() {
            @Override
            public int olderThan(Duration age) {
              return journal.deleteOlderThan(age);
            }

            @Override
            public int overSize(long bytes) {
              return journal.shrinkTo(bytes);
            }
          });
    }
  }

  static JournalRetention retention(
      ResilientLlmProperties properties, JournalRetention.Deleting journal) {
    JournalProperties.RetentionProperties retention = properties.journal().retention();
    if (retention.interval().compareTo(SHORTEST_INTERVAL) < 0) {
      throw new SetupException(
          AT
              + ".retention.interval is "
              + PropertyWords.of(retention.interval())
              + ", and 1s or more.",
          "Lengthen it: each look reads the names of all conversations.");
    }
    return new JournalRetention(journal, retention, JournalConfiguration::timer);
  }

  /** A thread that deletes, and holds up neither calls nor the end of the application. */
  private static JournalRetention.Timer timer() {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "resilient-llm-journal-retention");
              made.setDaemon(true);
              return made;
            });
    return new JournalRetention.Timer() {
      @Override
      public void now(Runnable work, Duration again) {
        Object unused =
            thread.scheduleWithFixedDelay(work, 0, again.toMillis(), TimeUnit.MILLISECONDS);
      }

      @Override
      public void close() {
        thread.shutdown(); // what it deletes right now is done before the journal is closed
        try {
          boolean ended = thread.awaitTermination(LAST_LOOK_SECONDS, TimeUnit.SECONDS);
          if (!ended) {
            List<Runnable> unused = thread.shutdownNow();
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private static FileJournal journal(Path directory, JournalProperties properties) {
    FileJournal.Builder journal = FileJournal.builder(directory);
    journal.sync(sync(properties));
    if (properties.maxEntrySize() != null) {
      journal.maxEntryBytes(
          Math.toIntExact(Math.min(properties.maxEntrySize().toBytes(), Integer.MAX_VALUE)));
    }
    if (properties.maxConversationSize() != null) {
      journal.maxConversationBytes(properties.maxConversationSize().toBytes());
    }
    if (properties.maxOpenConversations() != null) {
      journal.maxOpenLogs(properties.maxOpenConversations());
    }
    if (properties.allowNetworkFileSystem()) {
      journal.allowNetworkFileSystem();
    }
    return journal.build();
  }

  private static FileJournal.Sync sync(JournalProperties properties) {
    return switch (properties.sync()) {
      case NONE -> FileJournal.Sync.none();
      case INTERVAL -> FileJournal.Sync.interval(properties.syncInterval());
      case BOUNDARY -> FileJournal.Sync.boundary();
      case EVERY_EVENT -> FileJournal.Sync.everyEvent();
    };
  }

  /** What exists of the path must be a directory that can be written, or nothing could be made. */
  static void checkWritable(String at, Path directory) {
    Path existing = directory;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    String obstacle = obstacle(existing);
    if (obstacle != null) {
      throw new SetupException(
          at + ".directory is " + directory + ", but " + obstacle + ".",
          "Set it to a directory that this process can write, or make it writable for user "
              + System.getProperty("user.name")
              + ".");
    }
  }

  private static @Nullable String obstacle(@Nullable Path existing) {
    if (existing == null) {
      return "its file system does not exist";
    }
    if (!Files.isDirectory(existing)) {
      return existing + " is no directory";
    }
    return Files.isWritable(existing) ? null : existing + " cannot be written";
  }
}
