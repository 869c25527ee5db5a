package com.example.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.rehearsal.Outage;
import io.github.resilientllm.examples.rehearsal.Rehearsal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The same classes with one dependency and six properties more: every question has its answer. */
class AfterTest {

  @Test
  void noOutageReachesItsUsers(@TempDir Path directory) {
    try (Rehearsal vendors = Rehearsal.start()) {
      new ApplicationContextRunner()
          .withInitializer(new ConfigDataApplicationContextInitializer())
          .withUserConfiguration(Desk.class)
          .withPropertyValues("resilient-llm.journal.directory=" + directory.resolve("chats"))
          .run(
              context -> {
                for (Outage outage : Outage.values()) {
                  vendors.outage(outage);
                  asks(context.getBean(Support.class), outage.name());
                  assertThat(vendors.requestsToTheSecond() > 0).isEqualTo(outage != Outage.NONE);
                }
              });
    }
  }

  /** OpenAI's SDK brings an older one, of other coordinates. */
  @Test
  void okHttpIsOnTheClassPathOnce() throws IOException {
    assertThat(
            Collections.list(
                Desk.class.getClassLoader().getResources("okhttp3/OkHttpClient.class")))
        .hasSize(1);
  }

  private static void asks(Support support, String chat) {
    assertThat(answer(support, chat, "Where is order 4711?"))
        .as(chat)
        .isEqualTo(
            "I have looked up order 4711 for you: it left our house on Monday morning, it is in"
                + " Leipzig now, and it will be with you on Tuesday.");
    assertThat(answer(support, chat, "And when does it come?"))
        .as(chat)
        .isEqualTo("Order 4711 comes on Tuesday between nine and twelve.");
  }

  private static String answer(Support support, String chat, String question) {
    return String.join("", support.answer(chat, question).collectList().block());
  }
}
