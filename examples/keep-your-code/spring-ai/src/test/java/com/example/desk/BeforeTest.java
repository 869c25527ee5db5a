package com.example.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.examples.rehearsal.Outage;
import io.github.resilientllm.examples.rehearsal.Rehearsal;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The application without us: it answers, and in an outage fails or passes off half an answer. */
class BeforeTest {

  @Test
  void anOutageReachesItsUsers() {
    try (Rehearsal vendors = Rehearsal.start()) {
      new ApplicationContextRunner()
          .withInitializer(new ConfigDataApplicationContextInitializer())
          .withUserConfiguration(Desk.class)
          .withPropertyValues("spring.ai.openai.max-retries=0") // they only take time
          .run(
              context -> {
                Support support = context.getBean(Support.class);
                assertThat(answer(support, "well", "Where is order 4711?"))
                    .isEqualTo(
                        "I have looked up order 4711 for you: it left our house on Monday morning,"
                            + " it is in Leipzig now, and it will be with you on Tuesday.");
                assertThat(answer(support, "well", "And when does it come?"))
                    .isEqualTo("Order 4711 comes on Tuesday between nine and twelve.");

                vendors.outage(Outage.CUT);
                assertThat(answer(support, "cut", "Where is order 4711?"))
                    .isEqualTo("I have looked up order 4711 for you: it left our house");

                vendors.outage(Outage.DOWN);
                assertThatThrownBy(() -> answer(support, "down", "Where is order 4711?"))
                    .hasMessageContaining("503");
              });
    }
  }

  private static String answer(Support support, String chat, String question) {
    return String.join("", support.answer(chat, question).collectList().block());
  }
}
