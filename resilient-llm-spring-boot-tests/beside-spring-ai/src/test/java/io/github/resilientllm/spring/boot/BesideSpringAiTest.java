package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An application with Spring AI beside the starter, the jars of both OkHttps on its class path. */
class BesideSpringAiTest {
  private static final Beside BESIDE = new Beside();

  @AfterAll
  static void close() {
    BESIDE.close();
  }

  @Test
  void startsAndCallsWithOkHttp4First() throws Exception {
    assertThat(run(Beside.first("okhttp-4.12.0.jar", "okhttp-jvm-5.5.1.jar")))
        .contains("OkHttp: okhttp-4.12.0.jar")
        .contains("ours: Hello.", "ours, streamed: Hello.", "theirs: Hello.");
  }

  @Test
  void startsAndCallsWithOkHttp5First() throws Exception {
    assertThat(run(Beside.first("okhttp-jvm-5.5.1.jar", "okhttp-4.12.0.jar")))
        .contains("OkHttp: okhttp-jvm-5.5.1.jar")
        .contains("ours: Hello.", "ours, streamed: Hello.", "theirs: Hello.");
  }

  private static String run(List<String> classPath) throws Exception {
    return BESIDE.run(
        classPath,
        SpringAiApp.class,
        "--spring.ai.openai.base-url=" + BESIDE.url(),
        "--spring.ai.openai.api-key=sk-hush");
  }
}
