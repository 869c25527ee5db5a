package io.github.resilientllm.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.spring.internal.SetupException;
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
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeansException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application of plain Spring. */
class WithoutBootTest {

  @Configuration(proxyBeanMethods = false)
  @Import({LlmFallbackConfiguration.class, Bot.class})
  static class App {
    @Bean
    LlmClients clients() {
      ResilientLlm client =
          ResilientLlm.with(
                  ScriptedProvider.of("vendor", Time.system(), Script.fail(ErrorKind.OVERLOADED)))
              .retry(Retry.none())
              .build();
      return new ClientRegistry(Map.of("default", client), "default");
    }

    @Bean
    LlmClient llm(LlmClients clients) {
      return clients.client();
    }
  }

  static class Bot {
    private final LlmClient llm;

    Bot(LlmClient llm) {
      this.llm = llm;
    }

    @LlmFallback(method = "offline")
    public String answer(String question) {
      return llm.chat(question).text();
    }

    String offline(String question) {
      return "offline: " + question;
    }
  }

  static class Secretary {
    @LlmHandler("reply")
    public void reply(Delivery done) {}
  }

  /** What runs where there is no Boot. */
  public static final class Started {
    private Started() {}

    /** What the application answers. */
    public static String answer() {
      try (var context = new AnnotationConfigApplicationContext(App.class)) {
        return context.getBean(Bot.class).answer("Why?");
      }
    }

    /** What a person reads of a handler that nobody would call. */
    public static String handler() {
      try (var context = new AnnotationConfigApplicationContext(App.class, Secretary.class)) {
        return "it started with " + context;
      } catch (BeansException | SetupException e) {
        return Report.of(e);
      }
    }
  }

  @Test
  void hasTheAnnotation() throws Exception {
    assertThat(run("answer")).isEqualTo("offline: Why?");
  }

  @Test
  void aHandlerWithoutAnOutboxStopsItsStartToo() throws Exception {
    assertThat(run("handler"))
        .contains("Secretary.reply(Delivery) cannot work:")
        .contains("the application has no outbox whose answers it could take.")
        .contains("or declare an LlmOutbox bean");
  }

  private static String run(String what) throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader plain =
        new URLClassLoader(withoutBoot(), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(plain);
      assertThat(plain.getResource("org/springframework/boot/SpringApplication.class")).isNull();
      return (String) plain.loadClass(Started.class.getName()).getMethod(what).invoke(null);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static URL[] withoutBoot() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : Jvm.classPath().split(File.pathSeparator, -1)) {
      if (!Path.of(entry).getFileName().toString().startsWith("spring-boot")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
