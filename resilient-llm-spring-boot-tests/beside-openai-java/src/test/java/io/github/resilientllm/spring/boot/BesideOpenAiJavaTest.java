package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * An application with openai-java beside the starter, the jars of both OkHttps on its class path.
 */
class BesideOpenAiJavaTest {
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

  @Test
  void startsAndCallsWithAnOldOkioIfOkHttp4IsFirst() throws Exception {
    assertThat(run(withOldOkio("okhttp-4.12.0.jar", "okhttp-jvm-5.5.1.jar")))
        .contains("ours: Hello.", "ours, streamed: Hello.", "theirs: Hello.");
  }

  @Test
  void doesNotStartWithAnOldOkioIfOkHttp5IsFirstAndSaysWhatToDo() throws Exception {
    assertThat(
            BESIDE.failure(
                withOldOkio("okhttp-jvm-5.5.1.jar", "okhttp-4.12.0.jar"), OpenAiJavaApp.class))
        .contains("The OkHttp and Okio on the class path do not fit together:")
        .contains("okhttp-jvm-5.5.1.jar", "okhttp-4.12.0.jar", "okio-jvm-3.6.0.jar")
        .contains("OkHttp 5 needs com.squareup.okio:okio-jvm 3.16 or later");
  }

  /** As Maven has it where an application itself depends on OkHttp 4.12. */
  private static List<String> withOldOkio(String... order) {
    List<String> classPath = Beside.first(order);
    classPath.replaceAll(
        path -> path.endsWith("okio-jvm-3.18.1.jar") ? System.getProperty("old.okio") : path);
    return classPath;
  }

  private static String run(List<String> classPath) throws Exception {
    return BESIDE.run(classPath, OpenAiJavaApp.class);
  }
}
