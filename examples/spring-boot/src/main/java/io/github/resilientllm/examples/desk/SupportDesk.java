package io.github.resilientllm.examples.desk;

import io.github.resilientllm.examples.desk.local.LocalVendors;
import io.github.resilientllm.examples.desk.shared.TwoDesks;
import io.github.resilientllm.spring.LlmProblemAdvice;
import io.github.resilientllm.spring.LlmSse;
import java.io.IOException;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.AsyncTaskExecutor;

/** Starts the support desk. */
@SpringBootApplication
public class SupportDesk {

  /**
   * Starts it; {@code --spring.profiles.active=vendors} asks real vendors. With {@code two-desks}
   * as the first word it starts two, which share a database.
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("two-desks")) {
      TwoDesks.run(List.of(args).subList(1, args.length));
    } else {
      application().run(args);
    }
  }

  /** What the page is told when a call fails before its stream begins. */
  @Bean
  LlmProblemAdvice problems() {
    return new LlmProblemAdvice();
  }

  /** Sends answers to the page as they are written. */
  @Bean
  LlmSse answers(
      @Qualifier("applicationTaskExecutor") AsyncTaskExecutor threads,
      @Value("${desk.answers-at-once}") int answersAtOnce) {
    return new LlmSse(threads, answersAtOnce);
  }

  /** The application as {@link #main} runs it. */
  public static SpringApplication application() {
    SpringApplication application = new SpringApplication(SupportDesk.class);
    application.addInitializers(new LocalVendors());
    return application;
  }
}
