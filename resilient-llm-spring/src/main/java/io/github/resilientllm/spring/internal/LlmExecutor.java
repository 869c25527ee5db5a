package io.github.resilientllm.spring.internal;

import java.util.concurrent.Executor;
import org.springframework.beans.factory.DisposableBean;

/**
 * What async calls, hedged attempts and the reading of {@code Flux} answers run on. It is no {@link
 * Executor} itself: Spring Boot's {@code applicationTaskExecutor} would back off from one.
 *
 * @param executor the executor
 * @param end ends it with the application
 */
public record LlmExecutor(Executor executor, Runnable end) implements DisposableBean {

  @Override
  public void destroy() {
    end.run();
  }
}
