package io.github.resilientllm.okhttp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rooms of this module: who may know whom, and what comes in from outside. */
@AnalyzeClasses(
    packages = "io.github.resilientllm.okhttp",
    importOptions = RoomsTest.MainCode.class)
class RoomsTest {
  private static final String ROOMS = "io.github.resilientllm.okhttp.internal.";

  /** What each room may know of the others. */
  private static final Map<String, Set<String>> NEIGHBOURS =
      Map.ofEntries(
          entry("waiting", Set.of()),
          entry("head", Set.of()),
          entry("json", Set.of()),
          entry("identity", Set.of("waiting")),
          entry("connection", Set.of("waiting")),
          entry("stream", Set.of("json", "head")),
          entry("errors", Set.of("json", "head")),
          entry("history", Set.of("json")),
          entry("models", Set.of("json")),
          entry("http", Set.of("connection", "identity", "waiting", "stream", "json", "head")),
          entry("openai", ofVendor()),
          entry("responses", ofVendor("openai", "waiting")),
          entry("anthropic", ofVendor()),
          entry("gemini", ofVendor()),
          entry("bedrock", ofVendor("identity", "waiting")));

  /** No vendor knows another. */
  private static Set<String> ofVendor(String... more) {
    return Stream.concat(
            Stream.of("http", "stream", "errors", "history", "models", "json", "head"),
            Stream.of(more))
        .collect(Collectors.toSet());
  }

  /** Main code, whatever the build directory is called. */
  static final class MainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static void eachRoomKnowsItsNeighboursOnly(JavaClasses classes) {
    NEIGHBOURS.forEach(
        (room, neighbours) -> {
          String[] others =
              NEIGHBOURS.keySet().stream()
                  .filter(other -> !other.equals(room) && !neighbours.contains(other))
                  .map(other -> ROOMS + other + "..")
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage(ROOMS + room + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others)
              .check(classes);
        });
  }

  @ArchTest
  static void eachRoomStandsInTheList(JavaClasses classes) {
    Set<String> rooms =
        classes.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOMS))
            .map(name -> name.substring(ROOMS.length()))
            .collect(Collectors.toSet());
    assertThat(rooms).isEqualTo(NEIGHBOURS.keySet());
  }

  @ArchTest
  static final ArchRule roomsDoNotKnowTheFrontDoors =
      noClasses()
          .that()
          .resideInAPackage("..internal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.resilientllm.okhttp");

  @ArchTest
  static final ArchRule onlyOneClassBehindTheFrontDoorsKnowsTheAwsSdk =
      noClasses()
          .that()
          .resideInAPackage("..internal..")
          .and()
          .haveSimpleNameNotStartingWith("SigV4")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  @ArchTest
  static final ArchRule timeComesFromOneRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage("..internal.waiting..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Abstract\\w*)$");
}
