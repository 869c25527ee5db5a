package io.github.resilientllm.benchmarks.load;

import io.github.resilientllm.benchmarks.load.worker.Fields;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own that answers each line with a line. It ends when its input does. */
final class Child implements AutoCloseable {
  private final String name;
  private final Path log;
  private final Process process;
  private final BufferedWriter to;
  private final BufferedReader from;

  private Child(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.to = process.outputWriter(StandardCharsets.UTF_8);
    this.from = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one. All have the same collector and heap: the one without threads of its own, so that
   * CPU time does not depend on when they run.
   */
  static Child start(String name, Path logs, String classPath, List<String> mainAndArguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-cp", classPath));
    command.addAll(mainAndArguments);
    Path log = logs.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".log");
    return new Child(
        name, log, new ProcessBuilder(command).redirectError(log.toFile()).start());
  }

  /** Sends a line and waits for the answer. */
  Fields ask(String line) throws IOException {
    to.write(line);
    to.newLine();
    to.flush();
    return listen();
  }

  /** Waits for a line. */
  Fields listen() throws IOException {
    String answer = from.readLine();
    if (answer == null) {
      throw new EOFException("The process of " + name + " has ended; see " + log);
    }
    return Fields.parse(answer);
  }

  @Override
  public void close() throws IOException {
    to.close();
    process.destroy();
  }
}
