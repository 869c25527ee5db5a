package io.github.resilientllm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory on a real disk that is gone afterwards; {@code -Dscratch=DIR} says on which. */
final class Scratch {
  private final Path directory;

  private Scratch(Path directory) {
    this.directory = directory;
  }

  static Scratch make() throws IOException {
    Path parent = Path.of(System.getProperty("scratch", "."));
    return new Scratch(Files.createTempDirectory(parent.toAbsolutePath(), "journal-benchmark-"));
  }

  Path directory() {
    return directory;
  }

  void delete() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
