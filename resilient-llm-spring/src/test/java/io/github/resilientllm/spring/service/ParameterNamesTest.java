package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that were compiled without the names of their parameters. */
class ParameterNamesTest {

  @Test
  void isToldToCompileWithTheNamesOfParameters(@TempDir Path directory) throws Exception {
    try (URLClassLoader classes = compiledWithoutNames(directory)) {
      String report = Trial.failure(classes.loadClass("Nameless"));
      assertThat(report)
          .contains(
              "@UserMessage has {{number}}, and the names of the parameters are not known, for"
                  + " Nameless was compiled without -parameters.",
              "<parameters>true</parameters> of maven-compiler-plugin");
    }
  }

  @Test
  void isToldSoOfAClassThatIsMadeByItsConstructor(@TempDir Path directory) throws Exception {
    try (URLClassLoader classes = compiledWithoutNames(directory)) {
      assertThat(Trial.failure(classes.loadClass("Far")))
          .contains(
              "the answer is a Far$Away, and the names of its constructor's parameters are not"
                  + " known: it was compiled without -parameters.");
    }
  }

  @Test
  void needsNoNamesForOneQuestion(@TempDir Path directory) throws Exception {
    try (URLClassLoader classes = compiledWithoutNames(directory)) {
      Class<?> service = classes.loadClass("Simple");
      try (Trial trial = Trial.of(service, "x")) {
        Object bean = trial.bean(service);
        assertThat(service.getMethod("ask", String.class).invoke(bean, "Why?")).isEqualTo("x");
        assertThat(trial.told()).containsExactly("USER: Why?");
      }
    }
  }

  private static URLClassLoader compiledWithoutNames(Path directory) throws IOException {
    Path source = directory.resolve("Nameless.java");
    Files.writeString(
        source,
        """
        import io.github.resilientllm.spring.*;

        @LlmService
        public interface Nameless {
          @UserMessage("Where is {{number}}?")
          String where(String number);
        }

        """);
    Path simple = directory.resolve("Simple.java");
    Files.writeString(
        simple,
        """
        @io.github.resilientllm.spring.LlmService
        public interface Simple {
          String ask(String question);
        }
        """);
    Path far = directory.resolve("Far.java");
    Files.writeString(
        far,
        """
        @io.github.resilientllm.spring.LlmService
        public interface Far {
          Away where(String question);

          final class Away {
            public Away(String city, String street) {}
          }
        }
        """);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString(),
                source.toString(),
                simple.toString(),
                far.toString());
    assertThat(result).isZero();
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, ParameterNamesTest.class.getClassLoader());
  }
}
