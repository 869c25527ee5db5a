package io.github.resilientllm.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own. */
public final class Jvm {
  private Jvm() {}

  /** The class path of the tests; Surefire hides it in a jar's manifest. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** What it prints, when it has ended well. */
  public static String run(
      String classPath, List<String> options, Class<?> main, List<String> arguments)
      throws Exception {
    Ended ended = end(classPath, options, main, arguments);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }

  /** What it prints, when it has failed. */
  public static String fail(String classPath, Class<?> main, List<String> arguments)
      throws Exception {
    return fail(classPath, List.of(), main, arguments);
  }

  /** What it prints, when it has failed. */
  public static String fail(
      String classPath, List<String> options, Class<?> main, List<String> arguments)
      throws Exception {
    Ended ended = end(classPath, options, main, arguments);
    assertThat(ended.status()).as(ended.output()).isNotZero();
    return ended.output();
  }

  /** Starts it and leaves it running; what it says of errors is not heard. */
  public static Process start(Class<?> main, String... arguments) throws IOException {
    return new ProcessBuilder(command(classPath(), List.of(), main, List.of(arguments)))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** What a process prints until that text has come. */
  public static String until(String text, Process process) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = process.getInputStream().read();
      assertThat(next).as("it ended by itself: " + read).isNotNegative();
      read.append((char) next);
    }
    return read.toString();
  }

  private record Ended(int status, String output) {}

  private static Ended end(
      String classPath, List<String> options, Class<?> main, List<String> arguments)
      throws Exception {
    List<String> command = command(classPath, options, main, arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  private static List<String> command(
      String classPath, List<String> options, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dspring.docker.compose.enabled=false"); // else Boot looks for its file
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(main.getName());
    command.addAll(arguments);
    return command;
  }
}
