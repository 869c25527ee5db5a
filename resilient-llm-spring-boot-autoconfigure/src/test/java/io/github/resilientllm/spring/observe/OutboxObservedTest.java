package io.github.resilientllm.spring.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.Work;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.outbox.HandledOutbox;
import io.github.resilientllm.testing.Script;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health, meters and the endpoint of an outbox. */
class OutboxObservedTest {
  @TempDir private Path directory;

  @Configuration(proxyBeanMethods = false)
  static class Mails {
    volatile boolean fails;

    @LlmHandler("reply")
    void reply(Delivery done) {
      if (fails) {
        throw new IllegalStateException("no mail server");
      }
    }

    @Bean
    LlmOutbox outbox(ConfigurableListableBeanFactory beans, LlmClients clients, OutboxStore store) {
      return new HandledOutbox(
          beans,
          Outbox.with(clients.resilient("support")).store(store),
          true,
          Duration.ofSeconds(1));
    }
  }

  private ApplicationContextRunner observed() {
    return Contexts.observing(new Desk().vendor("gpt", Script.answer("hello")))
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withBean(
            OutboxStore.class,
            () -> FileOutbox.builder(directory).sync(FileJournal.Sync.none()).build())
        .withUserConfiguration(Mails.class);
  }

  private static Work mail(String key) {
    return Work.of("the secret question").handler("reply").key(key).tenant("acme");
  }

  @Test
  void metersTellWhatWaitsAndHowHandlersFare() {
    observed()
        .run(
            app -> {
              Contexts.bindGauges(app);
              MeterRegistry meters = app.getBean(MeterRegistry.class);
              LlmOutbox outbox = app.getBean(LlmOutbox.class);
              outbox.submit(mail("mail-1"));
              Until.isTrue(
                  () ->
                      meters.find("resilient.llm.outbox.delivery").timer() != null
                          && meters.get("resilient.llm.outbox.handling").timer().count() == 1);
              assertThat(
                      meters
                          .get("resilient.llm.outbox.submitted")
                          .tag("handler", "reply")
                          .counter()
                          .count())
                  .isEqualTo(1);
              assertThat(
                      meters
                          .get("resilient.llm.outbox.handling")
                          .tag("outcome", "success")
                          .timer()
                          .count())
                  .isEqualTo(1);
              app.getBean(Mails.class).fails = true;
              outbox.submit(mail("mail-2"));
              Until.isTrue(
                  () ->
                      meters.find("resilient.llm.outbox.handling").tag("outcome", "failure").timer()
                          != null);
            });
  }

  @Test
  void gaugesTellTheAgeOfTheOldestByClass() {
    observed()
        .run(
            app -> {
              LlmOutbox outbox = app.getBean(LlmOutbox.class);
              outbox.outbox().pause();
              OutboxItem critical = outbox.submit(mail("mail-1").priority(Priority.CRITICAL));
              outbox.submit(mail("mail-2"));
              Contexts.bindGauges(app);
              MeterRegistry meters = app.getBean(MeterRegistry.class);
              assertThat(waiting(meters, "critical")).isEqualTo(1);
              assertThat(waiting(meters, "normal")).isEqualTo(1);
              assertThat(waiting(meters, "low")).isZero();
              assertThat(meters.get("resilient.llm.outbox.paused").gauge().value()).isEqualTo(1);
              assertThat(meters.get("resilient.llm.outbox.rate").gauge().value()).isPositive();
              assertThat(
                      meters
                          .get("resilient.llm.outbox.items")
                          .tag("state", "waiting")
                          .gauge()
                          .value())
                  .isEqualTo(2);
              Clock later = Clock.fixed(critical.submittedAt().plusSeconds(90), ZoneOffset.UTC);
              HealthView.Said said =
                  new OutboxHealth(app.getBean(OutboxStore.class), later, Duration.ofSeconds(2))
                      .now();
              assertThat(said.status()).isEqualTo("UP");
              assertThat(said.details().toString())
                  .contains("critical={", "oldestSeconds=90", "paused=true")
                  .doesNotContain("secret");
            });
  }

  private static double waiting(MeterRegistry meters, String priority) {
    return meters.get("resilient.llm.outbox.waiting").tag("priority", priority).gauge().value();
  }

  @Test
  void healthIsDownWhileTheStoreCannotBeAsked() {
    observed()
        .run(
            app -> {
              OutboxStore store = app.getBean(OutboxStore.class);
              assertThat(app).hasBean("resilientLlmOutboxHealthIndicator");
              store.close();
              HealthView.Said said =
                  new OutboxHealth(store, Clock.systemUTC(), Duration.ofSeconds(2)).now();
              assertThat(said.status()).isEqualTo("DOWN");
              assertThat(said.details()).containsEntry("reason", "CLOSED");
            });
  }

  @Test
  void theEndpointShowsItemsWithoutContentAndChangesThem() {
    observed()
        .run(
            app -> {
              LlmOutbox outbox = app.getBean(LlmOutbox.class);
              ResilientLlmOutboxEndpoint endpoint =
                  new ResilientLlmOutboxEndpoint(
                      outbox, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
              assertThat(endpoint.change("pause", null, null, null, null, null))
                  .containsEntry("operation", "pause");
              String id = outbox.submit(mail("mail-1")).id();
              outbox.submit(mail("mail-2"));
              Map<String, Object> all = endpoint.outbox(null, null, null, null, null);
              assertThat((List<?>) all.get("page")).hasSize(2);
              assertThat(all.toString())
                  .contains("why=the outbox is paused", "tenant=acme")
                  .doesNotContain("secret");
              assertThat((List<?>) endpoint.outbox("dead", null, null, null, null).get("page"))
                  .isEmpty();
              assertThat(endpoint.item(id)).containsEntry("key", "mail-1");
              assertThat(endpoint.item("nobody")).isNull();
              assertThat(endpoint.change("cancel", id, null, null, null, null))
                  .containsEntry("changed", 1);
              assertThat(endpoint.change("purge", null, "cancelled", null, null, null))
                  .containsEntry("changed", 1);
              assertThatThrownBy(() -> endpoint.change("cancel", null, null, null, null, null))
                  .isInstanceOf(InvalidEndpointRequestException.class)
                  .hasMessageContaining("needs an id, state, handler, tenant or reason");
              assertThatThrownBy(() -> endpoint.change("erase", id, null, null, null, null))
                  .hasMessageContaining("there are pause, resume, cancel");
              assertThatThrownBy(() -> endpoint.outbox("ded", null, null, null, null))
                  .hasMessageContaining("There is no state \"ded\"");
              endpoint.change("resume", null, null, null, null, null);
              Until.isTrue(
                  () -> outbox.outbox().find("mail-2").orElseThrow().item().state().isEnd());
            });
  }
}
