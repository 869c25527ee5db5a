package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.testing.Mutation;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
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
  @ParameterizedTest
  @EnumSource
  void mistakeCanStillBeMade(SourceMutant mutant) throws IOException {
    for (Mutation mutation : mutant.mutations()) {
      String right = Files.readString(mutation.source());
      assertThat(mutation.in(right)).isNotEqualTo(right);
    }
  }

  @Test
  @Tag("mutants")
  void nothingIsNoticedWhereNothingIsWrong() {
    assertThat(firstCrash()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CRASHES")
  @Tag("mutants")
  void nothingIsNoticedByTheOthersWhereNothingIsWrong(SourceMutant.Tests tests) throws Exception {
    ClassLoader ours = MutantTest.class.getClassLoader();
    assertThat(Mutation.firstFailure(ours, tests.classes())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("mutants")
  void flawOfTheDiskIsNoticed(Flaw flaw) {
    assertThat(firstCrash(flaw::in))
        .as("The crash tests pass although the disk has the flaw")
        .isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("mutants")
  void mistakeInTheSourceIsNoticed(SourceMutant mutant, @TempDir Path classes) throws Exception {
    try (URLClassLoader loader = Mutation.load(mutant.mutations(), classes)) {
      String noticed =
          mutant.tests() == SourceMutant.Tests.CRASHES
              ? firstCrash(loader)
              : Mutation.firstFailure(loader, mutant.tests().classes());
      assertThat(noticed).as("The tests pass although the source is wrong").isNotEmpty();
      System.out.println(mutant + ": " + noticed);
    }
  }

  private static String firstCrash(ClassLoader loader) throws Exception {
    Method there = loader.loadClass(MutantTest.class.getName()).getDeclaredMethod("firstCrash");
    there.setAccessible(true);
    return (String) there.invoke(null);
  }

  /** Also called in the class loader that has the mistake. */
  private static String firstCrash() {
    return firstCrash(UnaryOperator.identity());
  }

  private static String firstCrash(UnaryOperator<Disk> flaw) {
    for (Scenario scenario : Scenario.values()) {
      try {
        CrashTest.cuts(scenario, 2, flaw);
      } catch (AssertionError e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      }
    }
    return "";
  }
}
