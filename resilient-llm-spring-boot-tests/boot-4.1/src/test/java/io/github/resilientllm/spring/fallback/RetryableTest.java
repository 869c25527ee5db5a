package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.LlmFallback;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

/** The annotation beside the one by which Spring Framework 7 runs a method again. */
@ExtendWith(OutputCaptureExtension.class)
class RetryableTest {

  @Configuration(proxyBeanMethods = false)
  @EnableResilientMethods
  static class App {}

  static class Bot {
    private final LlmClient llm;
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger fallbacks = new AtomicInteger();

    Bot(LlmClient llm) {
      this.llm = llm;
    }

    @Retryable(maxRetries = 2, delay = 1)
    @LlmFallback(method = "offline")
    public String answer(String question) {
      runs.incrementAndGet();
      return llm.chat(question).text();
    }

    String offline(String question) {
      fallbacks.incrementAndGet();
      return "offline";
    }

    int runs() {
      return runs.get();
    }

    int fallbacks() {
      return fallbacks.get();
    }
  }

  @Test
  void hasOneFallbackAndAWarning(CapturedOutput log) {
    Outage.total()
        .application(App.class, Bot.class)
        .run(
            context -> {
              Bot bot = context.getBean(Bot.class);
              assertThat(bot.answer("Why?")).isEqualTo("offline");
              assertThat(bot.fallbacks()).isOne();
              assertThat(bot.runs()).isOne(); // it answers inside, so that nothing has failed
            });
    assertThat(log)
        .contains("has @LlmFallback and @org.springframework.resilience.annotation.Retryable");
  }
}
