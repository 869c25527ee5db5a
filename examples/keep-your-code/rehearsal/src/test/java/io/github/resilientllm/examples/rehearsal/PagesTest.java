package io.github.resilientllm.examples.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages for users show is the difference between the applications, line by line. */
class PagesTest {
  private static final Path EXAMPLES = Path.of("").toAbsolutePath().getParent();
  private static final Path PAGES = EXAMPLES.resolve("../../docs/keep-your-code");
  private static final Pattern CHANGE =
      Pattern.compile("\n## The change\n(.*?)\n## ", Pattern.DOTALL);
  private static final Pattern DIFF = Pattern.compile("```diff\n(.*?)```", Pattern.DOTALL);

  /** Of a module's own, and how Spring AI's second application comes to the first one's classes. */
  private static final Pattern OF_THE_MODULE =
      Pattern.compile(
          "<(artifactId|name|description)>.*keep.?your.?code.*|<description>.*|<!-- The app.*");

  @Test
  void springAi() throws IOException {
    List<String> change = new ArrayList<>();
    change.addAll(dependenciesAdded("spring-ai", "spring-ai-resilient"));
    change.addAll(
        marked(
            '+',
            added(
                "spring-ai", "spring-ai-resilient", "src/main/resources/application.properties")));
    assertThat(shown("spring-ai.md")).isEqualTo(change).hasSizeLessThanOrEqualTo(10);
    assertThat(EXAMPLES.resolve("spring-ai-resilient/src/main/java")).doesNotExist();
  }

  @Test
  void langChain4j() throws IOException {
    String desk = "src/main/java/com/example/desk/Desk.java";
    assertThat(shown("langchain4j.md"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    marked('+', added("langchain4j", "langchain4j-resilient", "pom.xml")),
                    marked('-', added("langchain4j-resilient", "langchain4j", desk)),
                    marked('+', added("langchain4j", "langchain4j-resilient", desk)))
                .flatMap(List::stream)
                .toList());
    assertThat(shown("langchain4j.md").stream().filter(line -> line.startsWith("+")))
        .hasSizeLessThanOrEqualTo(10);
  }

  /** The lines of a page's diffs that add or take away, without their indentation. */
  private static List<String> shown(String page) throws IOException {
    var change = CHANGE.matcher(Files.readString(PAGES.resolve(page)));
    assertThat(change.find()).as("a section \"The change\"").isTrue();
    return DIFF.matcher(change.group(1))
        .results()
        .flatMap(diff -> diff.group(1).lines())
        .filter(line -> line.startsWith("+") || line.startsWith("-"))
        .map(line -> line.charAt(0) + line.substring(1).strip())
        .toList();
  }

  /** The lines of a file that another one's does not have, as often as it does not. */
  private static List<String> added(String before, String after, String file) throws IOException {
    List<String> added = lines(after, file);
    lines(before, file).forEach(added::remove);
    return added;
  }

  private static List<String> dependenciesAdded(String before, String after) throws IOException {
    Pattern each = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);
    String old = Files.readString(EXAMPLES.resolve(before).resolve("pom.xml"));
    return each.matcher(Files.readString(EXAMPLES.resolve(after).resolve("pom.xml")))
        .results()
        .map(found -> found.group())
        .filter(dependency -> !old.contains(dependency) && !dependency.contains("keep-your-code"))
        .flatMap(String::lines)
        .map(line -> "+" + line.strip())
        .toList();
  }

  private static List<String> lines(String module, String file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(EXAMPLES.resolve(module).resolve(file))) {
      String bare = line.strip();
      if (!bare.isEmpty() && !OF_THE_MODULE.matcher(bare).matches()) {
        lines.add(bare);
      }
    }
    return lines;
  }

  private static List<String> marked(char with, List<String> lines) {
    return lines.stream().map(line -> with + line).toList();
  }
}
