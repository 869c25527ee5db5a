package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** What an IDE shows of our properties, and what the documentation says of them. */
class MetadataTest {
  private static final Path ROOT = root();
  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "providers", ProviderProperties.class,
          "targets", TargetProperties.class,
          "policies", PolicyProperties.class,
          "journal", JournalProperties.class,
          "outbox", OutboxProperties.class);
  private static final List<String> SWITCHES =
      List.of(
          "resilient-llm.annotation.enabled",
          "resilient-llm.service.enabled",
          "management.health.resilient-llm.enabled");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(providers|targets|policies|journal|outbox)\\..*", Pattern.MULTILINE);
  private static final Pattern WORD =
      Pattern.compile("`([a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)*)(?:\\.\\*)?`");
  private static final Pattern FULL =
      Pattern.compile("(?:resilient-llm|management\\.health\\.resilient-llm)\\.[a-z.-]*[a-z]");

  @Test
  void everyPropertyThatIsBoundHasATypeADescriptionAndItsDefault() throws Exception {
    Map<String, JsonNode> described = byName("properties");
    Map<String, RecordComponent> bound = new LinkedHashMap<>();
    bound(bound::put);
    assertThat(bound).hasSizeGreaterThan(15);
    for (Map.Entry<String, RecordComponent> entry : bound.entrySet()) {
      String name = entry.getKey();
      JsonNode property = described.get(name);
      assertThat(property).as(name).isNotNull();
      assertThat(property.path("type").asText()).as(name).isNotBlank();
      assertThat(property.path("description").asText()).as(name).isNotBlank();
      String standard = standard(entry.getValue());
      if (!standard.isEmpty()) {
        assertThat(property.path("defaultValue").asText()).as(name).isEqualTo(standard);
      }
    }
  }

  @Test
  void whatIsOnUnlessSwitchedOffSaysSo() throws IOException {
    Map<String, JsonNode> described = byName("properties");
    for (String name : SWITCHES) {
      assertThat(described).containsKey(name);
      assertThat(described.get(name).path("defaultValue").asText()).as(name).isEqualTo("true");
      assertThat(described.get(name).path("description").asText()).as(name).isNotBlank();
    }
  }

  /** IDEs read what stands in the maps from the classes, whose Javadoc is what they show. */
  @Test
  void everyPropertyOfAProviderATargetAndAPolicyIsDescribed() throws IOException {
    for (Class<?> type :
        List.of(ProviderProperties.class, TargetProperties.class, PolicyProperties.class)) {
      described(type);
    }
  }

  @Test
  void nothingIsDescribedThatNobodyReads() throws IOException {
    List<String> bound = new ArrayList<>();
    bound((name, component) -> bound.add(name));
    bound.addAll(SWITCHES);
    assertThat(byName("properties").keySet())
        .filteredOn(name -> name.startsWith("resilient-llm."))
        .isSubsetOf(bound);
  }

  @Test
  void valuesThatAreSuggestedAreThoseThereAre() throws IOException {
    Map<String, JsonNode> hints = byName("hints");
    assertThat(values(hints.get("resilient-llm.journal.sync")))
        .containsExactlyInAnyOrderElementsOf(words(JournalProperties.SyncMode.class));
    assertThat(values(hints.get("resilient-llm.providers.keys")))
        .containsExactlyInAnyOrderElementsOf(
            new TreeSet<>(
                Stream.of(ProviderType.class, DialectName.class)
                    .flatMap(type -> words(type).stream())
                    .toList()));
    assertThat(values(hints.get("resilient-llm.policies.keys"))).containsExactly("default");
  }

  @Test
  void theDocumentationNamesNoPropertyThatThereIsNot() throws IOException {
    Map<String, JsonNode> described = byName("properties");
    assertThat(FULL.matcher(documentation()).results().map(MatchResult::group))
        .isNotEmpty()
        .allMatch(
            name ->
                described.keySet().stream()
                    .anyMatch(known -> (known + ".").startsWith(name + ".")));
  }

  @Test
  void theDocumentationsTableNamesWhatThereIs() throws IOException {
    List<MatchResult> rows = ROW.matcher(documentation()).results().toList();
    assertThat(rows).hasSize(5);
    for (MatchResult row : rows) {
      Class<?> type = TYPES.get(row.group(1));
      List<String> known = new ArrayList<>();
      List<String> values = new ArrayList<>();
      List<String> firsts = new ArrayList<>();
      components(
          "",
          type,
          (path, component) -> {
            known.add(path);
            firsts.add(path.replaceFirst("\\..*", ""));
            if (component.getType().isEnum()) {
              values.addAll(words(component.getType()));
            }
          });
      List<String> written =
          WORD.matcher(row.group()).results().map(word -> word.group(1)).toList();
      assertThat(written)
          .as(row.group(1))
          .allMatch(
              word ->
                  values.contains(word)
                      || known.stream().anyMatch(path -> (path + ".").startsWith(word + ".")));
      assertThat(written.stream().map(word -> word.replaceFirst("\\..*", "")))
          .as(row.group(1))
          .containsAll(firsts);
    }
  }

  @Test
  void aNativeImageKnowsTheNamesOfAllProperties() {
    RuntimeHints hints = new RuntimeHints();
    new BootHints().registerHints(hints, null);
    assertThat(
            List.of(
                ResilientLlmProperties.class,
                PolicyProperties.RetryProperties.class,
                io.github.resilientllm.spring.observe.ObservabilityProperties.class,
                KnownProperties.Switch.class))
        .allMatch(
            type ->
                RuntimeHintsPredicates.reflection()
                    .onType(type)
                    .withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS)
                    .test(hints));
  }

  /** Each property that is no name of the application's own, with what it is bound to. */
  private static void bound(BiConsumer<String, RecordComponent> each) {
    components("resilient-llm", ResilientLlmProperties.class, each);
    components(
        "resilient-llm",
        KnownProperties.Others.class,
        (name, component) -> {
          if (!SWITCHES.contains(name)) { // bound by no class, and tested by themselves
            each.accept(name, component);
          }
        });
  }

  /** The components of a record, and in their place those of records that they are. */
  private static void components(
      String prefix, Class<?> type, BiConsumer<String, RecordComponent> each) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name =
          (prefix.isEmpty() ? "" : prefix + ".") + PropertyWords.kebab(component.getName());
      if (component.getType().isRecord()) {
        components(name, component.getType(), each);
      } else {
        each.accept(name, component);
      }
    }
  }

  /** What a component is if nothing is set, by its record's constructor; empty if nothing says. */
  private static String standard(RecordComponent component) throws ReflectiveOperationException {
    Class<?> type = component.getDeclaringRecord();
    RecordComponent[] all = type.getRecordComponents();
    Constructor<?> constructor =
        type.getDeclaredConstructor(
            Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new));
    for (int i = 0; i < all.length; i++) {
      DefaultValue value = constructor.getParameters()[i].getAnnotation(DefaultValue.class);
      if (all[i].getName().equals(component.getName()) && value != null) {
        return String.join(",", value.value());
      }
    }
    return "";
  }

  private static void described(Class<?> type) {
    try {
      String source =
          Files.readString(
              ROOT.resolve("resilient-llm-spring-boot-autoconfigure/src/main/java")
                  .resolve(type.getName().replace('.', '/').replaceFirst("\\$.*", "") + ".java"));
      for (RecordComponent component : type.getRecordComponents()) {
        assertThat(source).as(type.getName()).contains("* @param " + component.getName() + " ");
        if (component.getType().isRecord()) {
          described(component.getType());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(value -> PropertyWords.of((Enum<?>) value))
        .toList();
  }

  private static List<String> values(JsonNode hint) {
    return StreamSupport.stream(hint.path("values").spliterator(), false)
        .map(value -> value.path("value").asText())
        .toList();
  }

  /** The entries of our own metadata. */
  private static Map<String, JsonNode> byName(String kind) throws IOException {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    for (URL file :
        Collections.list(
            MetadataTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream in = file.openStream()) {
        for (JsonNode entry : new ObjectMapper().readTree(in).path(kind)) {
          if (entry.path("name").asText().contains("resilient")) {
            found.put(entry.path("name").asText(), entry);
          }
        }
      }
    }
    return found;
  }

  private static String documentation() throws IOException {
    return Files.readString(ROOT.resolve("docs/spring.md"));
  }

  /** The repository's root: these tests run in several modules. */
  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/spring.md"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
