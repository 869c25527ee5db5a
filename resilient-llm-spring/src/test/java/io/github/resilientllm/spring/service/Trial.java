package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.Report;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/** An application with services, and one vendor that follows a script. */
final class Trial implements AutoCloseable {
  private static final Duration SOON = Duration.ofMillis(1);

  private final ScriptedProvider vendor;
  private final ConfigurableApplicationContext context;

  private Trial(ScriptedProvider vendor, ConfigurableApplicationContext context) {
    this.vendor = vendor;
    this.context = context;
  }

  /** Policies of the vendor: one that asks once, one that asks twice, and one without journal. */
  @Configuration(proxyBeanMethods = false)
  static class App {
    @Bean
    LlmClients llmClients(ScriptedProvider vendor) {
      return new ClientRegistry(
          Map.of(
              "default",
              client("standard", vendor, Retry.none()).journal(new MemoryJournal()).build(),
              "support",
              client("support", vendor, Retry.upTo(2).withDelay(SOON, SOON))
                  .journal(new MemoryJournal())
                  .build(),
              "forgetful",
              client("forgetful", vendor, Retry.none()).build()),
          "default");
    }

    private static ResilientLlm.Builder client(
        String target, ScriptedProvider vendor, Retry retry) {
      return ResilientLlm.with(Target.of(vendor).named(target)).retry(retry);
    }
  }

  static Trial of(Class<?> service, String answer, Class<?>... more) {
    return of(service, vendor(Script.answer(answer)), more);
  }

  static Trial down(Class<?> service, Class<?>... more) {
    return of(service, vendor(Script.fail(ErrorKind.OVERLOADED)), more);
  }

  static Trial of(Class<?> service, ScriptedProvider vendor, Class<?>... more) {
    return new Trial(vendor, start(vendor, service, more));
  }

  static ScriptedProvider vendor(Script... scripts) {
    return ScriptedProvider.of("vendor", Time.system(), scripts);
  }

  static ConfigurableApplicationContext start(
      ScriptedProvider vendor, Class<?> service, Class<?>[] more, String... arguments) {
    List<Class<?>> sources = new ArrayList<>(List.of(App.class));
    sources.addAll(List.of(more));
    SpringApplication app = new SpringApplication(sources.toArray(Class<?>[]::new));
    app.setWebApplicationType(WebApplicationType.NONE);
    app.addInitializers(
        context -> {
          GenericApplicationContext beans = (GenericApplicationContext) context;
          beans.registerBean(ScriptedProvider.class, () -> vendor);
          ServiceScan.register(service, beans.getBeanFactory(), beans);
        });
    List<String> all = new ArrayList<>(List.of("--spring.main.banner-mode=off"));
    all.addAll(Arrays.asList(arguments));
    return app.run(all.toArray(String[]::new));
  }

  /** What a person reads of an application that does not start. */
  static String failure(Class<?> service, Class<?>... more) {
    Throwable thrown =
        catchThrowable(() -> start(vendor(Script.answer("x")), service, more).close());
    return Report.of(thrown);
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** What the application reads JSON with. */
  LlmJson json() {
    return ApplicationJson.of(context);
  }

  ScriptedProvider vendor() {
    return vendor;
  }

  /** What the vendor was asked last. */
  ChatRequest asked() {
    List<ChatRequest> requests = vendor.requests();
    return requests.get(requests.size() - 1);
  }

  /** What the vendor was told last, each message with its role. */
  List<String> told() {
    return asked().messages().stream().map(Trial::line).toList();
  }

  /** The schema that the last answer was held to. */
  String schema() {
    return ((ResponseFormat.JsonSchema) asked().responseFormat()).schema();
  }

  private static String line(Message message) {
    return message.role() + ": " + message.text();
  }

  @Override
  public void close() {
    context.close();
  }
}
