package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.spring.Jvm;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.Report;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kotlin.Metadata;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Applications whose class path has no Kotlin, or not all that coroutines need. */
class WithoutKotlinTest {

  @Configuration(proxyBeanMethods = false)
  @Import(LlmFallbackConfiguration.class)
  static class App {
    @Bean
    LlmClients clients() {
      ScriptedProvider vendor =
          ScriptedProvider.of("vendor", Time.system(), Script.fail(ErrorKind.OVERLOADED));
      return new ClientRegistry(
          Map.of("default", ResilientLlm.with(vendor).retry(Retry.none()).build()), "default");
    }

    @Bean
    LlmClient llm(LlmClients clients) {
      return clients.client();
    }
  }

  record Parcel(String city) {}

  static final class Shipment {
    private String city = "";

    public String getCity() {
      return city;
    }

    public void setCity(String city) {
      this.city = city;
    }
  }

  @LlmService
  interface Desk {
    @LlmFallback(method = "nowhere")
    Parcel where(String question);

    Shipment bean(String question);

    default Parcel nowhere(String question) {
      return new Parcel("nowhere");
    }
  }

  @Metadata
  @LlmService
  interface SuspendingDesk {
    Object where(String question, Continuation<? super String> then);
  }

  @Metadata
  static class Suspending {
    @LlmFallback
    public Object answer(String question, Continuation<? super String> then) {
      return "";
    }
  }

  /** What runs in the other class loader. */
  public static final class Started {
    private Started() {}

    /** What the service answers. */
    public static String answer() {
      try (var context = started(Desk.class, App.class)) {
        return context.getBean(Desk.class).where("Where?").city();
      }
    }

    /** What a person reads of a service with a suspend function. */
    public static String service() {
      return failure(SuspendingDesk.class, App.class);
    }

    /** What a person reads of a bean with a suspend function. */
    public static String bean() {
      return failure(Desk.class, App.class, Suspending.class);
    }

    private static String failure(Class<?> service, Class<?>... beans) {
      try (var context = started(service, beans)) {
        return "it started with " + context;
      } catch (RuntimeException e) {
        return Report.of(e);
      }
    }

    private static AnnotationConfigApplicationContext started(Class<?> service, Class<?>... beans) {
      var context = new AnnotationConfigApplicationContext();
      context.register(beans);
      ServiceScan.register(service, context.getBeanFactory(), context);
      context.refresh();
      return context;
    }
  }

  @Test
  void nothingOfKotlinIsLoadedWhereThereIsNone() throws Exception {
    assertThat(run("answer", "kotlin")).isEqualTo("nowhere");
  }

  @Test
  void norIsAnythingOfReactor() throws Exception {
    assertThat(run("answer", "reacti")).isEqualTo("nowhere"); // reactive-streams
    assertThat(run("answer", "reactor", "reacti", "kotlin")).isEqualTo("nowhere");
  }

  @Test
  void suspendFunctionsOfServicesNeedCoroutines() throws Exception {
    assertThat(run("service", "kotlinx-coroutines"))
        .contains("where(String): It is a Kotlin suspend function, and there are no coroutines")
        .contains("Add org.jetbrains.kotlinx:kotlinx-coroutines-core.");
  }

  @Test
  void suspendFunctionsWithALastResortNeedReactorAndReflection() throws Exception {
    for (String missing : List.of("kotlinx-coroutines-reactor", "kotlin-reflect", "reactor-core")) {
      assertThat(run("bean", missing))
          .contains("answer(String) cannot work:")
          .contains("The method is a Kotlin suspend function")
          .contains("Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and");
    }
  }

  private static String run(String what, String... missing) throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader without =
        new URLClassLoader(classPath(missing), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(without);
      return (String) without.loadClass(Started.class.getName()).getMethod(what).invoke(null);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static URL[] classPath(String... missing) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : Jvm.classPath().split(File.pathSeparator, -1)) {
      String file = Path.of(entry).getFileName().toString();
      if (Stream.of(missing).noneMatch(file::startsWith)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
