package io.github.resilientllm.postgres;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of this module, and what comes in from outside. */
@AnalyzeClasses(
    packages = "io.github.resilientllm.postgres",
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
  static final ArchRule itKnowsTheSpiAndJdbcOnly =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "javax.sql..",
                  "org.jspecify..",
                  "io.github.resilientllm.journal..",
                  "io.github.resilientllm.outbox..",
                  "io.github.resilientllm.postgres.."));

  @ArchTest
  static final ArchRule whatStoresShareKnowsNoStore =
      noClasses()
          .that()
          .resideInAPackage("..postgres.internal.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.github.resilientllm.journal..",
              "io.github.resilientllm.outbox..",
              "..postgres.internal.journal..",
              "..postgres.internal.outbox..");

  @ArchTest
  static final ArchRule theOutboxKnowsNoConversations =
      noClasses()
          .that()
          .resideInAPackage("..postgres.internal.outbox..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..postgres.internal.journal..");

  @ArchTest
  static final ArchRule theJournalKnowsNoOutbox =
      noClasses()
          .that()
          .resideInAPackage("..postgres.internal.journal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.github.resilientllm.outbox..", "..postgres.internal.outbox..");

  @ArchTest
  static final ArchRule roomsDoNotKnowTheFrontDoor =
      noClasses()
          .that()
          .resideInAPackage("..internal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.resilientllm.postgres");

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule timeComesInByTheFrontDoor =
      noClasses()
          .that()
          .resideInAPackage("..internal..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
