package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.Work;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.postgres.PostgresOutbox;
import io.github.resilientllm.postgres.PostgresServer;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/** The outbox in the application's PostgreSQL, and in its transactions. */
@Tag("postgres") // a server of its own costs some seconds: one later line of Boot is enough
@ExtendWith(OutputCaptureExtension.class)
class SharedOutboxTest {
  private static final String AT = "resilient-llm.outbox.";
  private static final String TYPE = AT + "type=postgres";
  private static final String MAKES_TABLES = AT + "postgres.initialize-schema=always";

  private static DataSource database;

  @BeforeEach
  void newDatabase() {
    database = PostgresServer.shared().database(false);
  }

  static class Orders {
    private final LlmOutbox outbox;

    Orders(LlmOutbox outbox) {
      this.outbox = outbox;
    }

    @Transactional
    public void take(String order, boolean failing) {
      outbox.submit(Work.of("Thank for the order.").handler("confirm").key(order));
      if (failing) {
        throw new IllegalStateException("out of stock");
      }
    }
  }

  static class Confirmations {
    final List<String> sent = new CopyOnWriteArrayList<>();

    @LlmHandler("confirm")
    @Transactional
    public void confirm(Delivery done) {
      sent.add(done.key());
    }

    List<String> sent() {
      return sent;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement
  @ImportAutoConfiguration(LlmOutboxAutoConfiguration.class)
  static class Shop extends TwoProviders {
    @Bean
    DataSource dataSource() {
      return database;
    }

    @Bean
    DataSourceTransactionManager transactions(DataSource source) {
      return new DataSourceTransactionManager(source);
    }

    @Bean
    Orders orders(LlmOutbox outbox) {
      return new Orders(outbox);
    }

    @Bean
    Confirmations confirmations() {
      return new Confirmations();
    }
  }

  @Test
  void whatIsRolledBackIsNeverAskedAndWhatIsCommittedIs() {
    try (ConfigurableApplicationContext shop =
        Apps.start(Shop.class, TYPE, MAKES_TABLES, AT + "postgres.threads=2")) {
      Orders orders = shop.getBean(Orders.class);
      assertThatThrownBy(() -> orders.take("order-1", true))
          .isInstanceOf(IllegalStateException.class);
      orders.take("order-2", false);
      Until.isTrue(() -> shop.getBean(Confirmations.class).sent().contains("order-2"));
      LlmOutbox outbox = shop.getBean(LlmOutbox.class);
      assertThat(outbox.outbox().find("order-1")).isEmpty();
      Until.isTrue(() -> outbox.outbox().counts().of(ItemState.DONE) == 1);
      assertThat(shop.getBean(Confirmations.class).sent()).containsExactly("order-2");
    }
  }

  @Test
  void oneInstanceSubmitsAndAnotherAsks() {
    try (ConfigurableApplicationContext web =
            Apps.start(Shop.class, TYPE, MAKES_TABLES, AT + "drain=false");
        ConfigurableApplicationContext worker = Apps.start(Shop.class, TYPE)) {
      web.getBean(Orders.class).take("order-1", false);
      Until.isTrue(() -> worker.getBean(Confirmations.class).sent().contains("order-1"));
      assertThat(web.getBean(Confirmations.class).sent()).isEmpty();
      assertThat(web.getBean(PostgresOutbox.class)).isNotNull();
    }
  }

  @Test
  void withoutTables(CapturedOutput console) {
    assertThat(Apps.failure(console, Shop.class, TYPE))
        .contains("resilient-llm.outbox.type is postgres.")
        .contains("resilient-llm.outbox.postgres.initialize-schema=always");
  }
}
