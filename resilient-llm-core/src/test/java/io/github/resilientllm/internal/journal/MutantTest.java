package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tests notice every mistake that they are there for. Run by {@code -Pmutants}, but for the
 * question whether the mistakes can still be made.
 *
 * <p>Mistakes are made by a disk where it can make them, and in a copy of the source where not.
 */
class MutantTest {
  private static final String ROOT = "io.github.resilientllm.";

  @ParameterizedTest
  @EnumSource
  void mistakeCanStillBeMade(SourceMutant mutant) throws IOException {
    for (Path source : mutant.sources()) {
      String right = Files.readString(source);
      assertThat(mutant.mutate(source, right)).isNotEqualTo(right);
    }
  }

  @Test
  @Tag("mutants")
  void nothingIsNoticedWhereNothingIsWrong() {
    assertThat(firstCrash(null)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("mutants")
  void nothingIsNoticedByTheOthersWhereNothingIsWrong(SourceMutant.Tests tests) {
    assertThat(firstFailureOf(tests.classes().toArray(String[]::new))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("mutants")
  void flawOfTheDiskIsNoticed(Flaw flaw) {
    assertThat(firstCrash(flaw))
        .as("The crash tests pass although the disk has the flaw")
        .isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("mutants")
  void mistakeInTheSourceIsNoticed(SourceMutant mutant, @TempDir Path classes) throws Exception {
    compile(mutant, classes);
    try (URLClassLoader loader = loaderOf(classes)) {
      Method tests =
          loader
              .loadClass(MutantTest.class.getName())
              .getDeclaredMethod("firstFailure", String[].class);
      tests.setAccessible(true);
      String[] names = mutant.tests().classes().toArray(String[]::new);
      assertThat((String) tests.invoke(null, (Object) names))
          .as("The tests pass although the source is wrong")
          .isNotEmpty();
    }
  }

  /** Called in the class loader that has the mistake. */
  @SuppressWarnings("UnusedMethod") // by reflection
  private static String firstFailure(String[] tests) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(MutantTest.class.getClassLoader());
    try {
      return tests.length == 0 ? firstCrash(null) : firstFailureOf(tests);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static String firstFailureOf(String[] tests) {
    for (String name : tests) {
      StringWriter said = new StringWriter();
      PrintWriter to = new PrintWriter(said);
      int code =
          junit()
              .run(
                  to,
                  to,
                  "execute",
                  "--disable-banner",
                  "--details=none",
                  "--fail-if-no-tests",
                  "--include-engine=junit-jupiter",
                  "--exclude-tag=soak",
                  "--exclude-tag=mutants",
                  // A mistake may make a test wait for ever.
                  "--config=junit.jupiter.execution.timeout.default=60 s",
                  "--config=junit.jupiter.execution.timeout.thread.mode.default=SEPARATE_THREAD",
                  "--select-class=" + ROOT + name);
      assertThat(code).as(said.toString()).isBetween(0, 1);
      if (code == 1) {
        String failed = said.toString();
        failed
            .lines()
            .filter(line -> line.contains("JUnit Jupiter:"))
            .limit(1)
            .forEach(System.out::println);
        return failed;
      }
    }
    return "";
  }

  private static ToolProvider junit() {
    return ServiceLoader.load(ToolProvider.class, MutantTest.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(tool -> tool.name().equals("junit"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("JUnit's console is missing: use -Pmutants"));
  }

  private static String firstCrash(@Nullable Flaw flaw) {
    for (Scenario scenario : Scenario.values()) {
      try {
        CrashTest.cuts(scenario, 2, disk -> flaw == null ? disk : flaw.in(disk));
      } catch (AssertionError e) {
        System.out.println(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        return e.toString();
      }
    }
    return "";
  }

  private static void compile(SourceMutant mutant, Path classes) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    for (Path source : mutant.sources()) {
      Path copy = classes.resolve(source.getFileName());
      Files.writeString(copy, mutant.mutate(source, Files.readString(source)));
      command.add(copy.toString());
    }
    int result =
        javax.tools.ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, command.toArray(String[]::new));
    assertThat(result).as("exit code of javac").isZero();
  }

  /** Loads the changed classes before all others, and nothing from the tests' own loader. */
  private static URLClassLoader loaderOf(Path classes) throws MalformedURLException {
    List<URL> path = new ArrayList<>(List.of(classes.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      path.add(new File(entry).toURI().toURL());
    }
    return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
