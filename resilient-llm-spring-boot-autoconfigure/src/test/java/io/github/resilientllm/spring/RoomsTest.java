package io.github.resilientllm.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the Spring modules. */
@AnalyzeClasses(
    packages = "io.github.resilientllm.spring",
    importOptions = RoomsTest.MainCode.class)
class RoomsTest {

  /** Main code, whatever the build directory is called. */
  static final class MainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule onlyTheAutoConfigurationKnowsBoot =
      noClasses()
          .that()
          .resideOutsideOfPackages("..spring.boot..", "..spring.observe..", "..spring.chaos..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework.boot..", "..spring.boot..", "..spring.observe..");

  @ArchTest
  static final ArchRule whatAllShareKnowsNoneOfThem =
      noClasses()
          .that()
          .resideInAnyPackage("io.github.resilientllm.spring", "..spring.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..spring.fallback..", "..spring.service..", "..spring.outbox..");

  @ArchTest
  static final ArchRule theOutboxKnowsNeither =
      noClasses()
          .that()
          .resideInAPackage("..spring.outbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..spring.fallback..", "..spring.service..");

  @ArchTest
  static final ArchRule fallbacksKnowNoServices =
      noClasses()
          .that()
          .resideInAPackage("..spring.fallback..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..spring.service..");

  @ArchTest
  static final ArchRule servicesKnowNoFallbacks =
      noClasses()
          .that()
          .resideInAPackage("..spring.service..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..spring.fallback..");

  @ArchTest
  static final ArchRule whatObservesKnowsNotHowClientsAreMade =
      noClasses()
          .that()
          .resideInAPackage("..spring.observe..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..spring.boot..");

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
