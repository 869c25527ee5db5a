package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.proxies;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.spring.AheadOfTime;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;

/** What is generated ahead of time, compiled and run on the JVM. */
class AheadOfTimeTest {

  record Item(String name) {}

  record Order(List<Item> items) {}

  @LlmService(fallback = Offline.class)
  interface Support {
    @SystemMessage(resource = "classpath:prompts/seller.txt")
    String sell(String goods, String question);

    CompletableFuture<Order> order(String mail);
  }

  static class Offline implements Support {
    @Override
    public String sell(String goods, String question) {
      return "no " + goods;
    }

    @Override
    public CompletableFuture<Order> order(String mail) {
      return CompletableFuture.completedFuture(new Order(List.of()));
    }
  }

  @LlmService
  interface Shop {
    @LlmFallback(method = "closed")
    String sell(String goods);

    default String closed(String goods, LlmException failure) {
      return "closed: " + goods;
    }
  }

  record Customer(Support support, Shop shop) {}

  @Configuration(proxyBeanMethods = false)
  static class App {
    @Bean
    LlmClients llmClients() {
      ScriptedProvider vendor =
          new ScriptedProvider(
              "vendor",
              Time.system(),
              n ->
                  n == 1
                      ? Script.answer("{\"items\":[{\"name\":\"shoe\"}]}")
                      : Script.fail(ErrorKind.OVERLOADED));
      return new ClientRegistry(
          Map.of(
              "default",
              ResilientLlm.with(Target.of(vendor))
                  .retry(Retry.none())
                  .breaker(Breaker.none())
                  .build()),
          "default");
    }
  }

  /** What runs beside the generated classes. */
  public static final class Started {
    private Started() {}

    /** Starts the generated context and asks its services. */
    public static List<String> answers(String initializer) throws Exception {
      try (GenericApplicationContext context = new GenericApplicationContext()) {
        AheadOfTime.initializer(initializer).initialize(context);
        context.refresh();
        Customer customer = context.getBean(Customer.class);
        return List.of(
            customer.support().sell("shoes", "How much?"),
            customer.support().order("Dear shop, ...").get().toString(),
            customer.shop().sell("shoes"));
      }
    }
  }

  @TempDir Path generated;

  @Test
  void servicesAreThereInWhatIsGenerated() throws Exception {
    DefaultGenerationContext generation = generation();
    String initializer = generate(generation, Support.class, Shop.class);
    generation.writeGeneratedContent();

    checkHints(generation.getRuntimeHints());
    assertThat(AheadOfTime.answers(Started.class, generated, initializer))
        .isEqualTo(List.of("no shoes", "Order[items=[Item[name=shoe]]]", "closed: shoes"));
  }

  @Test
  void whatIsNoInterfaceStopsTheGeneration() {
    assertThatThrownBy(() -> generate(generation(), MistakeTest.AsClass.class))
        .hasStackTraceContaining("It is a class.");
  }

  private static void checkHints(RuntimeHints hints) {
    assertThat(proxies().forInterfaces(Support.class)).accepts(hints);
    assertThat(proxies().forInterfaces(AopProxyUtils.completeJdkProxyInterfaces(Shop.class)))
        .accepts(hints);
    assertThat(resource().forResource("prompts/seller.txt")).accepts(hints);
    assertThat(reflection().onType(Order.class)).accepts(hints);
    assertThat(reflection().onType(Item.class)).accepts(hints);
    assertThat(reflection().onType(Offline.class)).accepts(hints);
    assertThat(hints.reflection().getTypeHint(Shop.class).methods())
        .extracting(ExecutableHint::getName)
        .contains("sell", "closed");
  }

  private static String generate(DefaultGenerationContext generation, Class<?>... services) {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(App.class, LlmFallbackConfiguration.class);
      for (Class<?> service : services) {
        ServiceScan.register(service, context.getDefaultListableBeanFactory(), context);
      }
      context.registerBean(Customer.class);
      return new ApplicationContextAotGenerator()
          .processAheadOfTime(context, generation)
          .toString();
    }
  }

  private DefaultGenerationContext generation() {
    return AheadOfTime.generation(App.class, generated);
  }
}
