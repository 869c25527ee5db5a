package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.internal.LlmExecutor;
import io.github.resilientllm.spring.internal.Surroundings;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * On what and in what the answers are read that are no one's thread's.
 *
 * @param threads as many as are needed: who waits for one does so without a deadline
 * @param surroundings null for none
 */
record Readers(Executor threads, Supplier<@Nullable Surroundings> surroundings) {

  static Readers of(ConfigurableListableBeanFactory beans) {
    LlmExecutor executor = beans.getBeanProvider(LlmExecutor.class).getIfAvailable();
    return new Readers(
        executor == null ? ownThreads() : executor.executor(),
        beans.getBeanProvider(Surroundings.class)::getIfUnique);
  }

  /** The failure of a call for which there is no thread, as the library has it. */
  static LlmException rejected(RejectedExecutionException cause) {
    return new LlmException(
        ErrorKind.LIMIT_EXCEEDED,
        "the executor has no thread for a call",
        List.of(),
        "",
        null,
        cause);
  }

  /** Where an application has clients of its own and none of our executor. */
  private static Executor ownThreads() {
    SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("resilient-llm-");
    threads.setDaemon(true);
    return threads;
  }
}
