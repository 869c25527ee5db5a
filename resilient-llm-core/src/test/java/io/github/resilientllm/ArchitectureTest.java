package io.github.resilientllm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the architecture, and who may ask for the time. */
@AnalyzeClasses(
    packages = "io.github.resilientllm",
    importOptions = ArchitectureTest.MainCode.class)
class ArchitectureTest {
  private static final String[] VOCABULARY = {
    "..resilientllm.chat..", "..resilientllm.journal..", "..resilientllm.provider.."
  };

  /** Main code, whatever the build directory is called. */
  static final class MainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule theVocabularyDependsOnNothing =
      classes()
          .that()
          .resideInAnyPackage(VOCABULARY)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "org.jspecify..").or(resideInAnyPackage(VOCABULARY)));

  @ArchTest
  static final ArchRule onlyTheGuardsKnowFailsafe =
      noClasses()
          .that()
          .resideOutsideOfPackage("..internal.guard..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.failsafe..");

  @ArchTest
  static final ArchRule theEngineKnowsNoHttp =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("okhttp3..", "java.net.http..");

  @ArchTest
  static final ArchRule policiesKnowOnlyTheVocabulary =
      noClasses()
          .that()
          .resideInAPackage("..policy..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..internal..");

  @ArchTest
  static final ArchRule timeComesFromOnePackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("..internal.time..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.locks.LockSupport");

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Abstract\\w*)$");

  @ArchTest
  static final ArchRule decisionsHaveNoThreads =
      noClasses()
          .that()
          .haveSimpleName("Race")
          .or()
          .haveSimpleName("Backoff")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent..", "java.io..");
}
