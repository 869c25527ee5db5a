package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.testing.Mutation;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tests notice every mistake that they are there for: each is made in a copy of the source, and
 * the tests of that sentence of the contract are run on it. Run by {@code -Pmutants}, but for the
 * question whether the mistakes can still be made.
 */
class MutantTest {
  @ParameterizedTest
  @EnumSource
  void mistakeCanStillBeMade(JournalMutant mutant) throws IOException {
    Mutation mutation = mutant.mutation();
    String right = Files.readString(mutation.source());
    assertThat(mutation.in(right)).isNotEqualTo(right);
  }

  private static Stream<String> tests() {
    return Stream.of(JournalMutant.values()).map(JournalMutant::noticedBy).distinct();
  }

  @ParameterizedTest
  @MethodSource("tests")
  @Tag("mutants")
  void nothingIsNoticedWhereNothingIsWrong(String tests) throws Exception {
    PostgresServer.shared();
    ClassLoader ours = MutantTest.class.getClassLoader();
    assertThat(Mutation.firstFailure(ours, List.of(tests))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("mutants")
  void mistakeIsNoticed(JournalMutant mutant, @TempDir Path classes) throws Exception {
    PostgresServer.shared(); // which the tests in the other loader use
    try (URLClassLoader loader = Mutation.load(List.of(mutant.mutation()), classes)) {
      String noticed = Mutation.firstFailure(loader, List.of(mutant.noticedBy()));
      assertThat(noticed).as("The tests pass although the source is wrong").isNotEmpty();
      System.out.println(mutant + ": " + noticed);
    }
  }
}
