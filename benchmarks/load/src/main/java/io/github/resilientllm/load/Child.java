package io.github.resilientllm.load;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A process that answers each line with a line. One thread. */
final class Child implements AutoCloseable {
  private final String name;
  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;

  Child(String name, String classPath, Class<?> main, List<String> jvmOptions) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath, main.getName()));
    this.name = name;
    this.process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    this.in = process.outputWriter(StandardCharsets.US_ASCII);
    this.out = process.inputReader(StandardCharsets.US_ASCII);
  }

  /** Sends a command and waits for its answer. */
  String ask(String command) throws IOException {
    send(command);
    return answer();
  }

  void send(String command) throws IOException {
    in.write(command);
    in.newLine();
    in.flush();
  }

  String answer() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new EOFException(name + " has ended");
    }
    return line;
  }

  /** The numbers of a line of {@code name=number}. */
  static Map<String, Double> numbers(String line) {
    Map<String, Double> numbers = new HashMap<>();
    for (String field : line.split(" ", -1)) {
      int equals = field.indexOf('=');
      numbers.put(field.substring(0, equals), Double.valueOf(field.substring(equals + 1)));
    }
    return numbers;
  }

  @Override
  public void close() throws IOException {
    in.close();
    process.destroy();
  }
}
