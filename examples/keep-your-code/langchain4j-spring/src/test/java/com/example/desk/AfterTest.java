package com.example.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.rehearsal.Outage;
import io.github.resilientllm.examples.rehearsal.Rehearsal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** LangChain4j's own starter gives its services our models: every question has its answer. */
class AfterTest {

  @Test
  void noOutageReachesItsUsers(@TempDir Path chats) {
    try (Rehearsal vendors = Rehearsal.start();
        ConfigurableApplicationContext context =
            SpringApplication.run(Desk.class, "--resilient-llm.journal.directory=" + chats)) {
      Assistant assistant = context.getBean(Assistant.class);
      for (Outage outage : Outage.values()) {
        vendors.outage(outage);
        assertThat(answer(assistant, outage, "Where is order 4711?"))
            .isEqualTo(
                "I have looked up order 4711 for you: it left our house on Monday morning, it is in"
                    + " Leipzig now, and it will be with you on Tuesday.");
        assertThat(answer(assistant, outage, "And when does it come?"))
            .isEqualTo("Order 4711 comes on Tuesday between nine and twelve.");
        assertThat(vendors.requestsToTheSecond() > 0).isEqualTo(outage != Outage.NONE);
      }
    }
  }

  private static String answer(Assistant assistant, Outage outage, String question) {
    return Desk.show(assistant.answer(outage.name(), question), piece -> {}).join();
  }
}
