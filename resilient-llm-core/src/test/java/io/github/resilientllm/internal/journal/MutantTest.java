package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The crash tests notice every mistake that they are there for. Run by {@code -Pmutants}.
 *
 * <p>Mistakes are made by a disk where it can make them, and in a copy of the source where not.
 */
@Tag("mutants")
class MutantTest {
  private static final String PACKAGE = MutantTest.class.getPackageName();
  private static final Path SOURCES = Path.of("src/main/java", PACKAGE.replace('.', '/'));

  @Test
  void nothingIsNoticedWhereNothingIsWrong() {
    assertThat(firstFailure()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void flawOfTheDiskIsNoticed(Flaw flaw) {
    assertThat(firstFailure(flaw))
        .as("The crash tests pass although the disk has the flaw")
        .isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void mistakeInTheSourceIsNoticed(SourceMutant mutant, @TempDir Path classes) throws Exception {
    compile(mutant, classes);
    try (URLClassLoader loader = loaderOf(classes)) {
      Method tests = loader.loadClass(MutantTest.class.getName()).getDeclaredMethod("firstFailure");
      tests.setAccessible(true);
      assertThat((String) tests.invoke(null))
          .as("The crash tests pass although the source is wrong")
          .isNotEmpty();
    }
  }

  /** Called in the class loader that has the mistake. */
  private static String firstFailure() {
    return firstFailure(null);
  }

  private static String firstFailure(Flaw flaw) {
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
    String name = mutant.source() + ".java";
    Path source = classes.resolve(name);
    Files.createDirectories(source.getParent());
    Files.writeString(source, mutant.mutate(Files.readString(SOURCES.resolve(name))));
    List<String> options =
        new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString()));
    options.addAll(List.of("-cp", System.getProperty("java.class.path"), source.toString()));
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
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
