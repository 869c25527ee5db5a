package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.CallStep;
import io.github.resilientllm.spring.internal.LlmExecutor;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** The threads of async calls and hedged attempts: virtual ones where Spring Boot enables them. */
@Configuration(proxyBeanMethods = false)
final class ExecutorConfiguration {
  private static final String NAME = "resilient-llm-";

  /** A bound that a healthy application does not meet; beyond it a call fails, not the JVM. */
  private static final int MOST_THREADS = 4096;

  private static final int IDLE_SECONDS = 10;
  private static final int FIRST_VIRTUAL = 21;

  /** Reads the property itself: the class of Spring Boot's own condition has moved in Boot 4. */
  @Bean
  @Lazy // without clients nobody asks for it
  LlmExecutor resilientLlmExecutor(
      Environment environment, ObjectProvider<TaskDecorator> decorators) {
    boolean virtual =
        environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false)
            && Runtime.version().feature() >= FIRST_VIRTUAL;
    return virtual ? virtual(all(decorators)) : platform(all(decorators));
  }

  private static LlmExecutor virtual(TaskDecorator decorator) {
    SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(NAME);
    executor.setVirtualThreads(true);
    executor.setTaskDecorator(decorator);
    return new LlmExecutor(executor, executor::close);
  }

  private static LlmExecutor platform(TaskDecorator decorator) {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    executor.setThreadNamePrefix(NAME);
    executor.setCorePoolSize(0);
    executor.setMaxPoolSize(MOST_THREADS);
    executor.setQueueCapacity(0); // a call that waits for a thread would miss its deadline
    executor.setKeepAliveSeconds(IDLE_SECONDS);
    executor.setDaemon(true);
    executor.setWaitForTasksToCompleteOnShutdown(
        true); // no interrupt: a call that has ended hands over its answer
    executor.setTaskDecorator(decorator);
    executor.initialize();
    return new LlmExecutor(executor, executor::shutdown);
  }

  private static TaskDecorator all(ObjectProvider<TaskDecorator> decorators) {
    List<TaskDecorator> inOrder = decorators.orderedStream().toList();
    return task -> {
      Runnable decorated = task;
      for (TaskDecorator decorator : inOrder) {
        decorated = decorator.decorate(decorated);
      }
      Runnable last = decorated;
      return () -> {
        Object unused =
            new CallStep(null)
                .run(
                    () -> {
                      last.run();
                      return "done";
                    });
      };
    };
  }
}
