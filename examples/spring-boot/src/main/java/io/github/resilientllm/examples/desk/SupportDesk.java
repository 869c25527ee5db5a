package io.github.resilientllm.examples.desk;

import io.github.resilientllm.examples.desk.local.LocalVendors;
import io.github.resilientllm.spring.LlmProblemAdvice;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Starts the support desk. */
@SpringBootApplication
@EnableScheduling
public class SupportDesk {

  /** Starts it; {@code --spring.profiles.active=vendors} asks real vendors. */
  public static void main(String[] args) {
    application().run(args);
  }

  /** What the page is told when a call fails before its stream begins. */
  @Bean
  LlmProblemAdvice problems() {
    return new LlmProblemAdvice();
  }

  /** The application as {@link #main} runs it. */
  public static SpringApplication application() {
    SpringApplication application = new SpringApplication(SupportDesk.class);
    application.addInitializers(new LocalVendors());
    return application;
  }
}
