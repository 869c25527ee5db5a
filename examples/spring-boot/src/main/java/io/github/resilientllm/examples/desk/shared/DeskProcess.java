package io.github.resilientllm.examples.desk.shared;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.examples.desk.SupportDesk;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A desk in a process of its own. */
public final class DeskProcess {
  private static final String STARTED = "Started SupportDesk";
  private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

  private final String name;
  private final int port;
  private final Process process;
  private final CompletableFuture<Void> started = new CompletableFuture<>();

  private DeskProcess(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param properties of the application, which its arguments override
   * @param out hears what it says, line by line
   */
  static DeskProcess start(
      String name,
      int port,
      Map<String, String> properties,
      List<String> arguments,
      Consumer<String> out)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // it starts sooner, and lives for a demonstration
    command.add("-Dserver.port=" + port);
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    DeskProcess desk = new DeskProcess(name, port, process);
    Thread reader = new Thread(() -> desk.read(out), name);
    reader.setDaemon(true);
    reader.start();
    return desk;
  }

  /** The executable jar has a launcher, which finds the classes in it. */
  private static String mainClass() {
    try {
      return Class.forName(LAUNCHER).getName();
    } catch (ClassNotFoundException notPacked) {
      return SupportDesk.class.getName();
    }
  }

  private void read(Consumer<String> out) {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.accept("[" + name + "] " + line);
        if (line.contains(STARTED)) {
          started.complete(null);
        }
      }
    } catch (IOException e) {
      out.accept("[" + name + "] " + e);
    }
    started.completeExceptionally(
        new IllegalStateException(name + " has not started; its output says why"));
  }

  /** Completes when it can be asked; fails if it has ended before. */
  CompletableFuture<Void> started() {
    return started;
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** Where its page is. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  long pid() {
    return process.pid();
  }

  CompletableFuture<Process> ended() {
    return process.onExit();
  }

  /** Ends it at once, as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Ends it as a signal does. */
  void stop() {
    process.destroy();
    process.onExit().join();
  }
}
