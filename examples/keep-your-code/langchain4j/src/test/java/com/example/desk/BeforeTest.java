package com.example.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.examples.rehearsal.Outage;
import io.github.resilientllm.examples.rehearsal.Rehearsal;
import org.junit.jupiter.api.Test;

/** The application without us: it answers, and in an outage fails or passes off half an answer. */
class BeforeTest {

  @Test
  void anOutageReachesItsUsers() {
    try (Rehearsal vendors = Rehearsal.start()) {
      Desk.Assistant assistant = Desk.assistant();
      assertThat(answer(assistant, "well", "Where is order 4711?"))
          .isEqualTo(
              "I have looked up order 4711 for you: it left our house on Monday morning, it is in"
                  + " Leipzig now, and it will be with you on Tuesday.");
      assertThat(answer(assistant, "well", "And when does it come?"))
          .isEqualTo("Order 4711 comes on Tuesday between nine and twelve.");

      vendors.outage(Outage.CUT);
      assertThat(answer(assistant, "cut", "Where is order 4711?"))
          .isEqualTo("I have looked up order 4711 for you: it left our house");

      vendors.outage(Outage.DOWN);
      assertThatThrownBy(() -> answer(assistant, "down", "Where is order 4711?"))
          .hasMessageContaining("overloaded");
    }
  }

  private static String answer(Desk.Assistant assistant, String chat, String question) {
    return Desk.show(assistant.answer(chat, question), piece -> {}).join();
  }
}
