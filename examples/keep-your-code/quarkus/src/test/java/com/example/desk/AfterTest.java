package com.example.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application as it is packaged, started as its users start it: every question is answered. */
class AfterTest {
  private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

  @TempDir Path directory;

  @Test
  void noOutageReachesItsUsers() throws Exception {
    for (String outage : new String[] {"none", "cut", "down"}) {
      assertThat(answers(outage))
          .as(outage)
          .containsSubsequence(
              "I have looked up order 4711 for you: it left our house on Monday morning, it is in"
                  + " Leipzig now, and it will be with you on Tuesday.",
              "Order 4711 comes on Tuesday between nine and twelve.");
    }
  }

  private String answers(String outage) throws IOException, InterruptedException {
    Path chats = Files.createDirectories(directory.resolve(outage)); // in which it keeps them
    Path questions =
        Files.writeString(
            directory.resolve("questions"), "Where is order 4711?\nAnd when does it come?\n");
    Path answers = directory.resolve("answers");
    Process desk =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                JAR.toString(),
                "--outage=" + outage)
            .directory(chats.toFile())
            .redirectInput(questions.toFile())
            .redirectOutput(answers.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(desk.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      desk.destroyForcibly();
    }
    return Files.readString(answers, StandardCharsets.UTF_8);
  }
}
