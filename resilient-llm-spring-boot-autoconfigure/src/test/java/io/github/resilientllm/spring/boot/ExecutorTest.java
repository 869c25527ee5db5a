package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;

class ExecutorTest {

  @Test
  void asyncCallsRunOnThreadsOfOurOwnWithinTheApplicationsDecorators() {
    try (ConfigurableApplicationContext app = Apps.start(Watching.class)) {
      app.getBean(LlmClient.class).chatAsync(ChatRequest.of("Hello?")).join();
      assertThat(app.getBean(Seen.class).threads())
          .isNotEmpty()
          .allMatch(thread -> thread.startsWith("decorated resilient-llm-"));
    }
  }

  @Test
  void theApplicationsOwnExecutorStays() {
    try (ConfigurableApplicationContext app = Apps.start(TwoProviders.class)) {
      assertThat(app.getBeansOfType(Executor.class)).containsOnlyKeys("applicationTaskExecutor");
    }
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void theyAreVirtualWhereSpringBootEnablesVirtualThreads() {
    try (ConfigurableApplicationContext app =
        Apps.start(Watching.class, "spring.threads.virtual.enabled=true")) {
      app.getBean(LlmClient.class).chatAsync(ChatRequest.of("Hello?")).join();
      assertThat(app.getBean(Seen.class).threads())
          .isNotEmpty()
          .allMatch(thread -> thread.contains("VirtualThread"));
    }
  }

  record Seen(List<String> threads) {}

  @Configuration(proxyBeanMethods = false)
  static class Watching extends TwoProviders {
    private static final ThreadLocal<String> DECORATION = ThreadLocal.withInitial(() -> "");

    @Bean
    Seen seen() {
      return new Seen(new CopyOnWriteArrayList<>());
    }

    @Bean
    CallListener watch(Seen seen) {
      return event -> {
        if (!(event instanceof CallEvent.AttemptStarted)) {
          return; // told on the thread that asks
        }
        Thread thread = Thread.currentThread();
        boolean named = thread.getName().startsWith("resilient-llm-");
        String name = thread.toString().startsWith("VirtualThread") ? "VirtualThread " : "";
        seen.threads().add(DECORATION.get() + name + (named ? thread.getName() : "other"));
      };
    }

    @Bean
    TaskDecorator decorator() {
      return task ->
          () -> {
            DECORATION.set("decorated ");
            try {
              task.run();
            } finally {
              DECORATION.remove();
            }
          };
    }
  }
}
