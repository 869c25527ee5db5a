package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.Work;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** The outbox by properties, in files. */
@ExtendWith(OutputCaptureExtension.class)
class OutboxTest {
  private static final String AT = "resilient-llm.outbox.";

  @TempDir private Path directory;

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(LlmOutboxAutoConfiguration.class)
  static class Mails extends TwoProviders {
    final List<String> sent = new CopyOnWriteArrayList<>();

    @LlmHandler("reply")
    void reply(Delivery done) {
      sent.add(done.text());
    }
  }

  private String files() {
    return AT + "directory=" + directory.resolve("outbox");
  }

  private static Work mail(String question) {
    return Work.of(question).handler("reply");
  }

  @Test
  void workIsAskedByThePolicyThatIsNamedAndItsAnswerTaken() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Mails.class,
            files(),
            AT + "policy=night",
            "resilient-llm.policies.default.targets=first",
            "resilient-llm.policies.night.targets=second")) {
      app.getBean(LlmOutbox.class).submit(mail("How long?"));
      Until.isTrue(() -> app.getBean(Mails.class).sent.contains("second"));
    }
  }

  @Test
  void everySettingIsUsed() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Mails.class,
            files(),
            AT + "drain=false",
            AT + "max-items=2",
            AT + "max-size=1MB",
            AT + "max-item-size=2KB",
            AT + "remember-done=1h",
            AT + "attempts=1",
            AT + "handlings=1",
            AT + "max-age=1h",
            AT + "max-in-flight=1",
            AT + "max-handling=1",
            AT + "handler-timeout=1m")) {
      LlmOutbox outbox = app.getBean(LlmOutbox.class);
      assertThatThrownBy(() -> outbox.submit(mail("x".repeat(3000))))
          .isInstanceOf(OutboxException.class)
          .hasMessageContaining("2048");
      assertThat(outbox.submit(mail("one")).expiresAt()).isBefore(Instant.now().plusSeconds(3601));
      outbox.submit(mail("two"));
      assertThatThrownBy(() -> outbox.submit(mail("three"))).isInstanceOf(OutboxException.class);
      assertThat(app.getBean(Mails.class).sent).isEmpty();
    }
    try (ConfigurableApplicationContext app = Apps.start(Mails.class, files())) {
      Until.isTrue(() -> app.getBean(Mails.class).sent.size() == 2);
    }
  }

  @Test
  void switchedOffOrWithoutAPlaceThereIsNone() {
    try (ConfigurableApplicationContext app =
        Apps.start(Mails.class, files(), AT + "enabled=false")) {
      assertThat(app.getBeanProvider(OutboxStore.class).getIfAvailable()).isNull();
      assertThat(app.getBeanProvider(LlmOutbox.class).getIfAvailable()).isNull();
    }
    try (ConfigurableApplicationContext app = Apps.start(NoHandlers.class)) {
      assertThat(app.getBeanProvider(LlmOutbox.class).getIfAvailable()).isNull();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(LlmOutboxAutoConfiguration.class)
  static class NoHandlers extends TwoProviders {}

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({ResilientLlmAutoConfiguration.class, LlmOutboxAutoConfiguration.class})
  static class NoTargets {
    @LlmHandler("reply")
    void reply(Delivery done) {}
  }

  @Test
  void aHandlerThatNobodyWouldCallStopsTheStart(CapturedOutput console) {
    assertThat(Apps.failure(console, Mails.class))
        .contains("@LlmHandler on " + Mails.class.getName() + ".reply(Delivery) cannot work:")
        .contains("Mails\", and the application has no outbox whose answers it could take.")
        .contains("Set resilient-llm.outbox.directory, or resilient-llm.outbox.type=postgres, or")
        .contains("resilient-llm.outbox.enabled=false");
    assertThat(Apps.failure(console, NoTargets.class, files()))
        .contains("the application has no targets, and so no outbox")
        .contains("Set resilient-llm.targets.<name>.provider and .model");
  }

  @Configuration(proxyBeanMethods = false)
  static class WantsOne extends Mails {
    WantsOne(LlmOutbox outbox) {}
  }

  @Test
  void whoeverWantsOneIsToldHowToHaveIt(CapturedOutput console) {
    assertThat(Apps.failure(console, WantsOne.class))
        .contains("wants an LlmOutbox, and none is configured.")
        .contains("Set resilient-llm.outbox.directory, or resilient-llm.outbox.type=postgres.");
  }

  @Test
  void whatIsWrongStopsTheStart(CapturedOutput console) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(Apps.failure(console, Mails.class, files(), AT + "policy=nigth"))
        .contains("resilient-llm.outbox.policy is nigth, and there is no such policy.");
    assertThat(Apps.failure(console, Mails.class, files(), AT + "attempts=0"))
        .contains("resilient-llm.outbox is set wrongly: attempts");
    assertThat(Apps.failure(console, Mails.class, AT + "directory=" + file.resolve("none")))
        .contains("resilient-llm.outbox.directory is " + file.resolve("none"))
        .contains("is no directory");
    assertThat(Apps.failure(console, Mails.class, files(), AT + "max-itmes=1"))
        .contains("resilient-llm.outbox.max-itmes")
        .contains("max-items");
  }
}
