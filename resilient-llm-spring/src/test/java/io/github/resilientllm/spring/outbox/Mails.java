package io.github.resilientllm.spring.outbox;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Work;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that answers mails by an outbox in files, and what it sent. */
final class Mails {
  private final Path directory;
  private final List<String> sent = new CopyOnWriteArrayList<>();

  Mails(Path directory) {
    this.directory = directory;
  }

  /** What handlers say that they sent. */
  List<String> sent() {
    return sent;
  }

  /** An application of these beans, whose vendor answers "hello". */
  ApplicationContextRunner application(Class<?>... beans) {
    return new ApplicationContextRunner()
        .withBean(Mails.class, () -> this)
        .withUserConfiguration(App.class)
        .withUserConfiguration(beans);
  }

  static void submit(ApplicationContext app, String handler, String key) {
    app.getBean(LlmOutbox.class).submit(Work.of("How long?").handler(handler).key(key));
  }

  @Configuration(proxyBeanMethods = false)
  static class App {
    @Bean
    FileOutbox store(Mails mails) {
      return FileOutbox.builder(mails.directory).sync(FileJournal.Sync.none()).build();
    }

    @Bean
    LlmOutbox outbox(ConfigurableListableBeanFactory beans, FileOutbox store) {
      ResilientLlm llm =
          ResilientLlm.with(ScriptedProvider.of("vendor", Time.system(), Script.answer("hello")))
              .build();
      return new HandledOutbox(beans, Outbox.with(llm).store(store), true, Duration.ofMillis(50));
    }
  }
}
