package com.example.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.rehearsal.Outage;
import io.github.resilientllm.examples.rehearsal.Rehearsal;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The same application with ten lines more: every question has its answer. */
class AfterTest {

  @Test
  void noOutageReachesItsUsers() {
    try (Rehearsal vendors = Rehearsal.start()) {
      Desk.Assistant assistant = Desk.assistant();
      for (Outage outage : Outage.values()) {
        vendors.outage(outage);
        String chat = outage.name() + UUID.randomUUID(); // earlier runs have left theirs
        assertThat(answer(assistant, chat, "Where is order 4711?"))
            .as(chat)
            .isEqualTo(
                "I have looked up order 4711 for you: it left our house on Monday morning, it is in"
                    + " Leipzig now, and it will be with you on Tuesday.");
        assertThat(answer(assistant, chat, "And when does it come?"))
            .as(chat)
            .isEqualTo("Order 4711 comes on Tuesday between nine and twelve.");
        assertThat(vendors.requestsToTheSecond() > 0).isEqualTo(outage != Outage.NONE);
      }
    }
  }

  private static String answer(Desk.Assistant assistant, String chat, String question) {
    return Desk.show(assistant.answer(chat, question), piece -> {}).join();
  }
}
