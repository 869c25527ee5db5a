package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import io.github.resilientllm.spring.boot.JournalProperties.RetentionProperties;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.util.unit.DataSize;

@ExtendWith(OutputCaptureExtension.class)
class JournalTest {
  @TempDir private Path directory;

  @Test
  void aConversationIsKeptWhereThePropertySays() {
    try (ConfigurableApplicationContext app = Apps.start(TwoProviders.class, journal())) {
      app.getBean(LlmClients.class).conversation("ticket-4711").say("Where is my parcel?");
    }
    try (ConfigurableApplicationContext app = Apps.start(TwoProviders.class, journal())) {
      Conversation ticket = app.getBean(LlmClients.class).conversation("ticket-4711");
      assertThat(ticket.history()).hasSize(2);
    }
  }

  @Test
  void everySettingOfTheJournalIsUsed() {
    String at = "resilient-llm.journal.";
    try (ConfigurableApplicationContext app =
        Apps.start(
            TwoProviders.class,
            journal(),
            at + "sync=interval",
            at + "sync-interval=50ms",
            at + "max-entry-size=1KB",
            at + "max-conversation-size=2MB",
            at + "max-open-conversations=3",
            at + "allow-network-file-system=true")) {
      Conversation ticket = app.getBean(LlmClients.class).conversation("ticket-4711");
      assertThatThrownBy(() -> ticket.say("x".repeat(2000)))
          .hasMessageContaining("maxEntryBytes is 1024");
    }
  }

  @Test
  void switchedOffOrWithoutADirectoryThereIsNone() {
    try (ConfigurableApplicationContext app =
        Apps.start(TwoProviders.class, journal(), "resilient-llm.journal.enabled=false")) {
      assertThat(app.getBeanProvider(Journal.class).getIfAvailable()).isNull();
    }
    try (ConfigurableApplicationContext app = Apps.start(TwoProviders.class)) {
      LlmClients clients = app.getBean(LlmClients.class);
      assertThatThrownBy(() -> clients.conversation("ticket-4711"))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anApplicationsOwnJournalTakesItsPlace() {
    try (ConfigurableApplicationContext app = Apps.start(OwnJournal.class, journal())) {
      app.getBean(LlmClients.class).conversation("ticket-4711").say("Where is my parcel?");
      assertThat(app.getBean(Journal.class)).isInstanceOf(MemoryJournal.class);
      assertThat(app.getBean(Journal.class).list().join()).hasSize(1);
    }
  }

  @Test
  void whatIsTooMuchIsDeletedWhenTheApplicationHasStarted() {
    try (ConfigurableApplicationContext app = Apps.start(TwoProviders.class, journal())) {
      app.getBean(LlmClients.class).conversation("ticket-4711").say("Where is my parcel?");
    }
    try (ConfigurableApplicationContext app =
        Apps.start(
            TwoProviders.class,
            journal(),
            "resilient-llm.journal.retention.max-age=30d",
            "resilient-llm.journal.retention.max-size=0B")) {
      FileJournal journal = app.getBean(FileJournal.class);
      Until.isTrue(() -> journal.list().join().isEmpty());
    }
  }

  @Test
  void whatBecomesTooMuchLaterIsDeletedAtTheNextLook() {
    try (FileJournal journal = FileJournal.at(directory)) {
      RetentionProperties retention =
          new RetentionProperties(null, DataSize.ofBytes(0), Duration.ofMinutes(5));
      List<Runnable> looks = new ArrayList<>();
      AtomicBoolean closed = new AtomicBoolean();
      JournalRetention retaining =
          new JournalRetention(
              deleting(journal),
              retention,
              () ->
                  new JournalRetention.Timer() {
                    @Override
                    public void now(Runnable work, Duration again) {
                      assertThat(again).isEqualTo(Duration.ofMinutes(5));
                      looks.add(work);
                    }

                    @Override
                    public void close() {
                      closed.set(true);
                    }
                  });
      retaining.onApplicationEvent(null);
      looks.get(0).run();
      ResilientLlm.with(Apps.saying("x")).journal(journal).build().conversation("t").say("Where?");
      assertThat(journal.list().join()).isNotEmpty();
      looks.get(0).run();
      assertThat(journal.list().join()).isEmpty();
      retaining.destroy();
      assertThat(closed).isTrue();
    }
  }

  @Test
  void aShutdownLetsARunningCallEndAndClosesTheJournalAfterIt() throws Exception {
    CompletableFuture<ChatResponse> answer;
    try (ConfigurableApplicationContext app = Apps.start(AnswersWhenClosing.class, journal())) {
      answer =
          app.getBean(LlmClients.class).conversation("ticket-4711").sayAsync("Where is my parcel?");
      assertThat(app.getBean(AnswersWhenClosing.class).asked.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(answer.get(10, TimeUnit.SECONDS).text()).isEqualTo("In Hamburg.");
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThat(journal.list().join())
          .singleElement()
          .satisfies(kept -> assertThat(kept.state()).isEqualTo(ConversationState.IDLE));
    }
  }

  @Test
  void ofTwoJournalsOneHasToBeThePrimaryOne(CapturedOutput console) {
    assertThat(Apps.failure(console, TwoJournals.class))
        .contains(
            "There are the journals archive, memory, and nothing says which one keeps the"
                + " conversations.")
        .contains("Mark one of them @Primary");
    try (ConfigurableApplicationContext app = Apps.start(PrimaryJournal.class)) {
      app.getBean(LlmClients.class).conversation("ticket-4711").say("Where is my parcel?");
      assertThat(app.getBean("main", Journal.class).list().join()).hasSize(1);
    }
  }

  @Test
  void aCallThatABeanOfALowerPhaseBeginsWhileItStopsIsWaitedFor() throws Exception {
    AsksWhenStopping asks;
    try (ConfigurableApplicationContext app = Apps.start(AsksWhenStopping.class, journal())) {
      asks = app.getBean(AsksWhenStopping.class);
    }
    CompletableFuture<ChatResponse> answer = asks.answer;
    assertThat(answer.get(10, TimeUnit.SECONDS).text()).isEqualTo("In Hamburg.");
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThat(journal.list().join())
          .singleElement()
          .satisfies(kept -> assertThat(kept.state()).isEqualTo(ConversationState.IDLE));
    }
  }

  private static JournalRetention.Deleting deleting(FileJournal journal) {
    return new JournalRetention.Deleting() {
      @Override
      public int olderThan(Duration age) {
        return journal.deleteOlderThan(age);
      }

      @Override
      public int overSize(long bytes) {
        return journal.shrinkTo(bytes);
      }
    };
  }

  private String journal() {
    return "resilient-llm.journal.directory=" + directory;
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnJournal extends TwoProviders {
    @Bean
    Journal memory() {
      return new MemoryJournal();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoJournals extends OwnJournal {
    @Bean
    Journal archive() {
      return new MemoryJournal();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class PrimaryJournal extends TwoJournals {
    @Bean
    @Primary
    Journal main() {
      return new MemoryJournal();
    }
  }

  /** Has a bean of the lowest phase but one that asks when it stops, and a vendor that is slow. */
  @Configuration(proxyBeanMethods = false)
  static class AsksWhenStopping {
    private volatile CompletableFuture<ChatResponse> answer;

    @Bean
    LlmProvider slow() {
      return ScriptedProvider.of(
          "slow", Time.system(), Script.answerAfter(Duration.ofMillis(300), "In Hamburg."));
    }

    @Bean
    SmartLifecycle asks(LlmClients clients) {
      return new SmartLifecycle() {
        private volatile boolean running;

        @Override
        public void start() {
          running = true;
        }

        @Override
        public void stop() {
          running = false;
          answer = clients.conversation("ticket-4711").sayAsync("Where is my parcel?");
        }

        @Override
        public boolean isRunning() {
          return running;
        }

        @Override
        public int getPhase() {
          return 0;
        }
      };
    }
  }

  /** Has a vendor that answers only when the application is told to end. */
  @Configuration(proxyBeanMethods = false)
  static class AnswersWhenClosing implements ApplicationListener<ContextClosedEvent> {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
      closing.countDown();
    }

    @Bean
    LlmProvider slow() {
      return new LlmProvider() {
        @Override
        public String vendor() {
          return "slow";
        }

        @Override
        public String model() {
          return "m";
        }

        @Override
        public ProviderCall newCall(ChatRequest request, CallOptions options) {
          asked.countDown();
          await(closing);
          return ProviderCall.of(
              Completion.of(FinishReason.STOP, Usage.of(1, 1)),
              new ChatEvent.TextDelta("In Hamburg."));
        }
      };
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
