package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

/** What is generated ahead of time, compiled and run on the JVM. */
@CompileWithForkedClassLoader // generated classes stand in the packages of the beans
class AheadOfTimeTest {

  record Item(String name) {}

  record Order(List<Item> items) {}

  @LlmService(fallback = Offline.class)
  interface Support {
    @SystemMessage(resource = "classpath:prompts/seller.txt")
    String sell(String goods, String question);

    CompletableFuture<Order> order(String mail);

    default String twice(String text) {
      return text + text;
    }
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

  @Configuration(proxyBeanMethods = false)
  static class App {
    @Bean
    LlmClients llmClients() {
      ScriptedProvider vendor =
          ScriptedProvider.of(
              "vendor",
              Time.system(),
              Script.fail(ErrorKind.UNAUTHORIZED),
              Script.answer("{\"items\":[{\"name\":\"shoe\"}]}"));
      return new ClientRegistry(Map.of("default", ResilientLlm.with(vendor).build()), "default");
    }
  }

  record Customer(Support support) {}

  @Test
  void aServiceIsThereInWhatIsGenerated() {
    TestGenerationContext generation = new TestGenerationContext();
    ClassName initializer = generate(generation);
    checkHints(generation.getRuntimeHints());
    TestCompiler.forSystem()
        .with(generation)
        .compile(
            compiled -> {
              try (GenericApplicationContext context = new GenericApplicationContext()) {
                @SuppressWarnings("unchecked")
                ApplicationContextInitializer<GenericApplicationContext> start =
                    compiled.getInstance(
                        ApplicationContextInitializer.class, initializer.toString());
                start.initialize(context);
                context.refresh();
                Support support = context.getBean(Customer.class).support();
                assertThat(support).isNotInstanceOf(Offline.class);
                assertThat(support.sell("shoes", "How much?")).isEqualTo("no shoes");
                assertThat(support.order("Dear shop, ..."))
                    .succeedsWithin(java.time.Duration.ofSeconds(10))
                    .isIn(new Order(List.of(new Item("shoe"))), new Order(List.of()));
                assertThat(support.twice("a")).isEqualTo("aa");
              }
            });
  }

  private static ClassName generate(TestGenerationContext generation) {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmServiceAutoConfiguration.class, App.class);
      ServiceScan.register(Support.class, context.getDefaultListableBeanFactory(), context);
      context.registerBean(Customer.class);
      ClassName initializer =
          new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
      generation.writeGeneratedContent();
      return initializer;
    }
  }

  private static void checkHints(RuntimeHints hints) {
    assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Support.class)).accepts(hints);
    assertThat(RuntimeHintsPredicates.resource().forResource("prompts/seller.txt")).accepts(hints);
    assertThat(RuntimeHintsPredicates.reflection().onType(Order.class)).accepts(hints);
    assertThat(RuntimeHintsPredicates.reflection().onType(Item.class)).accepts(hints);
    assertThat(RuntimeHintsPredicates.reflection().onType(Offline.class)).accepts(hints);
    assertThat(RuntimeHintsPredicates.reflection().onType(Support.class)).accepts(hints);
  }
}
