package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The recorded exchanges, which lie beside the repository and are not part of it. */
public final class Fixtures {
  public static final ObjectMapper JSON = new ObjectMapper();

  private static final String FRAMES = ".response.eventstream.b64.txt"; // AWS event streams

  private Fixtures() {}

  /** The directory of the fixtures; the test is skipped where there is none. */
  public static Path root() {
    Optional<Path> root =
        Stream.of(
                System.getProperty("resilientllm.shared"),
                System.getenv("RESILIENT_LLM_SHARED"),
                "../shared",
                "../../shared")
            .filter(place -> place != null && !place.isBlank())
            .map(place -> Path.of(place, "fixtures"))
            .filter(Files::isDirectory)
            .findFirst();
    Assumptions.assumeTrue(
        root.isPresent(), "skipped: no fixtures; name their place with -Dresilientllm.shared=...");
    return root.orElseThrow();
  }

  /** The names of the cases below a directory, without their endings. */
  public static List<Path> cases(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".expected.json"))
          .map(file -> Path.of(file.toString().replace(".expected.json", "")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(Path name, String ending) throws IOException {
    return JSON.readTree(Files.readAllBytes(Path.of(name + ending)));
  }

  /** Whether the response is a stream of events. */
  static boolean isStream(Path name) {
    return Files.exists(Path.of(name + ".response.sse")) || Files.exists(Path.of(name + FRAMES));
  }

  /** The body of the response. */
  public static byte[] body(Path name) throws IOException {
    if (Files.exists(Path.of(name + FRAMES))) {
      return Base64.getMimeDecoder().decode(Files.readAllBytes(Path.of(name + FRAMES)));
    }
    for (String ending : List.of(".response.sse", ".response.json", ".response.txt")) {
      Path file = Path.of(name + ending);
      if (Files.exists(file)) {
        return Files.readAllBytes(file);
      }
    }
    throw new IOException("no response for " + name);
  }
}
