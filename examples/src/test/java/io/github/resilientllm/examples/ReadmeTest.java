package io.github.resilientllm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The code of the README, docs/spring.md and docs/outbox.md compiles as it stands, or is part of a
 * tested program; what is called a sketch is neither.
 */
class ReadmeTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final List<Path> SNIPPETS =
      List.of(
          Path.of("src/main/java/io/github/resilientllm/examples/snippets"),
          Path.of("src/test/java/io/github/resilientllm/examples/queues"),
          ROOT.resolve(
              "resilient-llm-spring-boot-autoconfigure/src/test/java/io/github/resilientllm/spring/readme"),
          ROOT.resolve(
              "resilient-llm-spring-boot-autoconfigure/src/test/java/io/github/resilientllm/spring/docs"),
          ROOT.resolve(
              "resilient-llm-spring-boot-test/src/test/java/io/github/resilientllm/spring/test"),
          ROOT.resolve(
              "resilient-llm-spring-boot-tests/kotlin/src/test/kotlin/io/github/resilientllm/spring/kotlin"));
  private static final Pattern BLOCK =
      Pattern.compile("```(?:java|kotlin)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)\\)");

  @Test
  void everyWholeProgramCompiles(@TempDir Path classes) throws IOException {
    List<String> programs =
        blocks().filter(block -> block.contains("public class")).collect(Collectors.toList());
    assertThat(programs).isNotEmpty();
    for (String program : programs) {
      assertThat(compile(program, classes)).isEmpty();
    }
  }

  @Test
  void everySnippetStandsInAProgramThatIsTested() throws IOException {
    String programs = flat(sources());
    assertThat(blocks().filter(block -> !block.contains("public class")))
        .isNotEmpty()
        .allSatisfy(block -> assertThat(programs).contains(flat(block)));
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    Matcher links = LINK.matcher(readme());
    assertThat(links.results().map(link -> link.group(1)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
  }

  private static Stream<String> blocks() throws IOException {
    String text =
        readme()
            + Files.readString(ROOT.resolve("docs/spring.md"))
            + Files.readString(ROOT.resolve("docs/outbox.md"));
    return BLOCK.matcher(text).results().map(block -> block.group(1));
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path snippets : SNIPPETS) {
      try (Stream<Path> files = Files.walk(snippets)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }

  /** The code without its indentation, which differs. */
  private static String flat(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }

  private static String compile(String program, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Matcher name = Pattern.compile("public class (\\w+)").matcher(program);
    assertThat(name.find()).isTrue();
    URI uri = URI.create("string:///" + name.group(1) + ".java");
    JavaFileObject source =
        new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return program;
          }
        };
    StringWriter errors = new StringWriter();
    List<String> options =
        List.of(
            "-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(errors, null, null, options, null, List.of(source)).call();
    return compiled ? "" : errors.toString();
  }
}
