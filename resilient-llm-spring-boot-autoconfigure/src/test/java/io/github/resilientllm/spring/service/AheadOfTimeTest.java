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
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;

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
        initializer(initializer).initialize(context);
        context.refresh();
        Customer customer = context.getBean(Customer.class);
        return List.of(
            customer.support().sell("shoes", "How much?"),
            customer.support().order("Dear shop, ...").get().toString(),
            customer.shop().sell("shoes"));
      }
    }

    @SuppressWarnings("unchecked") // it is generated so
    private static ApplicationContextInitializer<GenericApplicationContext> initializer(String name)
        throws ReflectiveOperationException {
      return Class.forName(name)
          .asSubclass(ApplicationContextInitializer.class)
          .getDeclaredConstructor()
          .newInstance();
    }
  }

  @TempDir Path generated;

  @Test
  void servicesAreThereInWhatIsGenerated() throws Exception {
    DefaultGenerationContext generation = generation();
    String initializer = generate(generation, Support.class, Shop.class);
    generation.writeGeneratedContent();

    checkHints(generation.getRuntimeHints());
    assertThat(run(initializer))
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
      context.register(LlmServiceAutoConfiguration.class, App.class, FallbackApp.class);
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
    return new DefaultGenerationContext(
        new ClassNameGenerator(ClassName.get(App.class.getPackageName(), "Application")),
        new FileSystemGeneratedFiles(kind -> generated.resolve(kind.name())));
  }

  /** Compiles the sources and asks the services, all by one class loader as in an application. */
  private Object run(String initializer) throws Exception {
    Path classes = Files.createDirectories(generated.resolve("CLASS"));
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", "" + classes));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    arguments.addAll(sources());
    int errors =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(errors).isZero();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(classPath(classes), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      return loader
          .loadClass(Started.class.getName())
          .getMethod("answers", String.class)
          .invoke(null, initializer);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(generated.resolve("SOURCE"))) {
      return files.map(Path::toString).filter(name -> name.endsWith(".java")).toList();
    }
  }

  private static URL[] classPath(Path classes) throws MalformedURLException {
    List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
