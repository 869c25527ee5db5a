package io.github.resilientllm.spring.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where the observation of a call belongs, and where its scope is open. */
class SurroundingsTest {

  @Test
  void aStreamBelongsToWhereItWasMadeAlsoIfItIsReadElsewhere() {
    try (ConfigurableApplicationContext app = start()) {
      ObservationRegistry registry = app.getBean(ObservationRegistry.class);
      Observation request = Observation.start("request", registry);
      ChatStream stream = request.scoped(() -> app.getBean(LlmClient.class).stream("Why?"));
      String text =
          CompletableFuture.supplyAsync(
                  () -> {
                    String answer = stream.response().text();
                    assertThat(registry.getCurrentObservation()).isNull();
                    return answer;
                  })
              .join();
      assertThat(text).isEqualTo("Because.");
      assertThat(app.getBean(Seen.class).parents).containsExactly("request");
    }
  }

  @Test
  void aFluxAndAMonoBelongToTheObservationInReactorsContext() {
    try (ConfigurableApplicationContext app = start()) {
      Asks asks = app.getBean(Asks.class);
      Observation request = Observation.start("request", app.getBean(ObservationRegistry.class));
      asks.words("Why?")
          .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, request))
          .blockLast();
      asks.word("Why?")
          .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, request))
          .block();
      assertThat(app.getBean(Seen.class).parents).containsExactly("request", "request");
    }
  }

  @Test
  void whatIsLoggedOfARetryIsLoggedInTheCallsScope() {
    try (ConfigurableApplicationContext app = start()) {
      ObservationRegistry registry = app.getBean(ObservationRegistry.class);
      LlmClient llm = app.getBean(LlmClient.class);
      Seen seen = app.getBean(Seen.class);
      llm.chat("Why?");
      llm.chatAsync(ChatRequest.of("Why?")).join();
      try (ChatStream stream = llm.stream("Why?")) {
        for (ChatEvent event : stream) {
          assertThat(event).isNotNull();
          assertThat(registry.getCurrentObservation()).as("between two reads").isNull();
        }
      }
      assertThat(seen.atRetries)
          .hasSize(3)
          .allMatch(name -> name.equals("gen_ai.client.operation.duration"));
      assertThat(registry.getCurrentObservation()).isNull();
      assertThat(seen.stopped).hasValue(3);
    }
  }

  private static ConfigurableApplicationContext start() {
    SpringApplication application = new SpringApplication(App.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    return application.run(
        "--spring.main.banner-mode=off", "--resilient-llm.policies.default.retry.base-delay=1ms");
  }

  /** What the application has observed. */
  static final class Seen {
    final List<String> parents = new CopyOnWriteArrayList<>();
    final List<String> atRetries = new CopyOnWriteArrayList<>();
    final AtomicInteger stopped = new AtomicInteger();
  }

  @LlmService
  interface Asks {
    Flux<String> words(String question);

    Mono<String> word(String question);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {
    @Bean
    Seen seen() {
      return new Seen();
    }

    @Bean
    LlmProvider vendor() {
      return new ScriptedProvider(
          "vendor",
          Time.system(),
          attempt ->
              attempt % 2 == 1 ? Script.answer("Because.") : Script.fail(ErrorKind.OVERLOADED));
    }

    @Bean
    CallListener retries(Seen seen, ObservationRegistry registry) {
      return event -> {
        if (event instanceof CallEvent.RetryScheduled) {
          Observation current = registry.getCurrentObservation();
          seen.atRetries.add(current == null ? "none" : current.getContext().getName());
        }
      };
    }

    @Bean
    ObservationHandler<Observation.Context> observed(Seen seen) {
      return new ObservationHandler<>() {
        @Override
        public void onStart(Observation.Context context) {
          if (context.getName().startsWith("gen_ai")) {
            var parent = context.getParentObservation();
            seen.parents.add(parent == null ? "none" : parent.getContextView().getName());
          }
        }

        @Override
        public void onStop(Observation.Context context) {
          seen.stopped.incrementAndGet();
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
          return true;
        }
      };
    }
  }
}
