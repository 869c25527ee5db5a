package io.github.resilientllm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

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
    "..resilientllm.chat..",
    "..resilientllm.journal..",
    "..resilientllm.outbox..",
    "..resilientllm.provider.."
  };

  private static final String DRAINS_DECISIONS =
      ".*internal\\.outbox\\.drain\\.(Ramp|Blame|Course|Health).*";

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
              resideInAnyPackage("java..", "javax.crypto..", "org.jspecify..")
                  .or(resideInAnyPackage(VOCABULARY)));

  @ArchTest
  static final ArchRule onlyTheTargetsRoomKnowsFailsafe =
      noClasses()
          .that()
          .resideOutsideOfPackage("..internal.target..")
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

  /** The race decides: it knows the vocabulary and the policies, and nothing that acts. */
  @ArchTest
  static final ArchRule decisionsActOnNothing =
      classes()
          .that()
          .resideInAPackage("..internal.race..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "java.lang..",
                      "java.util",
                      "java.util.function..",
                      "java.util.stream..",
                      "java.time..",
                      "org.jspecify..",
                      "..resilientllm.policy..",
                      "..internal.race..")
                  .or(resideInAnyPackage(VOCABULARY)));

  @ArchTest
  static final ArchRule targetsKnowNoCall =
      noClasses()
          .that()
          .resideInAPackage("..internal.target..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..internal.call..",
              "..internal.race..",
              "..internal.conversation..",
              "..internal.journal..");

  @ArchTest
  static final ArchRule timeKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("..internal.time..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..internal.thread..",
              "..internal.call..",
              "..internal.race..",
              "..internal.target..",
              "..internal.conversation..",
              "..internal.journal..");

  @ArchTest
  static final ArchRule threadsKnowOnlyTime =
      noClasses()
          .that()
          .resideInAPackage("..internal.thread..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..internal.call..",
              "..internal.race..",
              "..internal.target..",
              "..internal.conversation..",
              "..internal.journal..");

  @ArchTest
  static final ArchRule callsKnowNoConversation =
      noClasses()
          .that()
          .resideInAnyPackage("..internal.call..", "..internal.journal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..internal.conversation..");

  /** Lines know no file, and writing no judgement on what others left. */
  @ArchTest
  static final ArchRule theJournalsRoomsKnowOnlyThoseBeforeThem =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("line")
          .definedBy("..internal.journal.line..")
          .layer("file")
          .definedBy("..internal.journal.file..")
          .layer("check")
          .definedBy("..internal.journal.check..")
          .whereLayer("check")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("file")
          .mayOnlyBeAccessedByLayers("check")
          .whereLayer("line")
          .mayOnlyBeAccessedByLayers("file", "check");

  /** What waits knows the engine; the engine does not know that anything waits. */
  @ArchTest
  static final ArchRule nobodyBelowKnowsTheOutbox =
      noClasses()
          .that()
          .resideInAPackage("..internal..")
          .and()
          .resideOutsideOfPackage("..internal.outbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..internal.outbox..", "..resilientllm.outbox..");

  /** The drain knows a store by its SPI alone, for a database is one as well. */
  @ArchTest
  static final ArchRule theDrainKnowsNoFiles =
      noClasses()
          .that()
          .resideInAPackage("..internal.outbox.drain..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..internal.outbox.shelf..", "..internal.journal..");

  @ArchTest
  static final ArchRule theShelfAsksNoModel =
      noClasses()
          .that()
          .resideInAPackage("..internal.outbox.shelf..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..internal.outbox.drain..",
              "..internal.call..",
              "..internal.race..",
              "..internal.target..");

  /** What the drain decides is decided without a clock, a thread or a store. */
  @ArchTest
  static final ArchRule theDrainsDecisionsActOnNothing =
      classes()
          .that()
          .haveNameMatching(DRAINS_DECISIONS)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "java.lang..", "java.time..", "org.jspecify..", "..resilientllm.policy..")
                  .or(resideInAnyPackage(VOCABULARY))
                  .or(nameMatching(DRAINS_DECISIONS)));
}
