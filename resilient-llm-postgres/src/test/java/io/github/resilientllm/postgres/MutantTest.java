package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.resilientllm.testing.Mutation;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/**
 * The tests notice every mistake that they are there for: each is made in a copy of the source, and
 * the tests of that sentence of the contract are run on it. By {@code -Pmutants}.
 */
@Tag("mutants")
class MutantTest {
  @BeforeAll
  static void startServer() {
    PostgresServer.shared();
  }

  @Test
  void nothingIsNoticedWhereNothingIsWrong() throws Exception {
    try (URLClassLoader loader = Mutation.loader(List.of())) {
      Stream<Class<?>> all = Arrays.stream(JournalMutant.values()).map(JournalMutant::noticedBy);
      assertThat(firstFailure(loader, all.distinct().toList())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void mistakeIsNoticed(JournalMutant mutant, @TempDir Path classes) throws Exception {
    try (URLClassLoader loader = mutant.mutation().load(classes)) {
      String noticed = firstFailure(loader, List.of(mutant.noticedBy()));
      assertThat(noticed).as("The tests pass although the source is wrong").isNotEmpty();
      System.out.println(mutant + ": " + noticed);
    }
  }

  private static String firstFailure(ClassLoader loader, List<Class<?>> tests) throws Exception {
    String[] names = tests.stream().map(Class::getName).toArray(String[]::new);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Method there =
          loader.loadClass(MutantTest.class.getName()).getDeclaredMethod("run", String[].class);
      there.setAccessible(true);
      return (String) there.invoke(null, (Object) names);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Called in the class loader that has the mistake. */
  static String run(String... tests) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(tests).map(MutantTest::select).toList())
                .filters(TagFilter.excludeTags("soak", "mutants"))
                .configurationParameter("junit.jupiter.execution.timeout.default", "6 s")
                .configurationParameter(
                    "junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
                .build(),
            listener);
    List<Failure> failures = listener.getSummary().getFailures();
    if (listener.getSummary().getTestsSucceededCount() == 0 && failures.isEmpty()) {
      throw new AssertionError("No test ran: " + String.join(", ", tests));
    }
    return failures.isEmpty()
        ? ""
        : failures.get(0).getTestIdentifier().getDisplayName()
            + ": "
            + String.valueOf(failures.get(0).getException()).lines().findFirst().orElse("");
  }

  private static ClassSelector select(String name) {
    return selectClass(name);
  }
}
