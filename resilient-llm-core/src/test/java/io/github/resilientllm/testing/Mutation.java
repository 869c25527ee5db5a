package io.github.resilientllm.testing;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.tools.ToolProvider;

/**
 * A mistake in the source of a class, for tests of whether tests notice it.
 *
 * @param source the class's file
 * @param right what stands there, once
 * @param wrong what stands there instead
 */
public record Mutation(Path source, String right, String wrong) {

  /** The source's text with the mistake. */
  public String in(String text) {
    int at = text.indexOf(right);
    if (at < 0 || text.indexOf(right, at + 1) >= 0) {
      throw new IllegalStateException(
          "the text to replace must stand once in %s; adapt the mutant: %s"
              .formatted(source, right));
    }
    return text.replace(right, wrong);
  }

  /**
   * A loader of the changed classes, and of everything else anew.
   *
   * @param classes a directory for them
   */
  public static URLClassLoader load(List<Mutation> mutations, Path classes) throws IOException {
    Map<Path, String> changed = new LinkedHashMap<>();
    for (Mutation mutation : mutations) {
      Path source = mutation.source;
      String text = changed.containsKey(source) ? changed.get(source) : Files.readString(source);
      changed.put(source, mutation.in(text));
    }
    List<String> command =
        new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    for (var each : changed.entrySet()) {
      Path copy = classes.resolve(each.getKey().getFileName());
      Files.writeString(copy, each.getValue());
      command.add(copy.toString());
    }
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(String[]::new));
    if (result != 0) {
      throw new IllegalStateException("the mistake does not compile; adapt it: " + mutations);
    }
    List<URL> path = new ArrayList<>(List.of(classes.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      path.add(new File(entry).toURI().toURL());
    }
    return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /** The class path of a class, for a process that is to make the same mistakes. */
  public static String classPathOf(Class<?> loaded) {
    String whole = System.getProperty("java.class.path");
    return loaded.getClassLoader() instanceof URLClassLoader mistaken
        ? new File(mistaken.getURLs()[0].getPath()) + File.pathSeparator + whole
        : whole;
  }

  /** Runs tests as a loader has them: the first failure; empty if they pass. */
  public static String firstFailure(ClassLoader loader, List<String> tests) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Method there =
          loader.loadClass(Mutation.class.getName()).getDeclaredMethod("failureOf", String.class);
      there.setAccessible(true);
      for (String test : tests) {
        String failure = (String) there.invoke(null, test);
        if (!failure.isEmpty()) {
          return failure;
        }
      }
      return "";
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Called in the loader with the mistake. */
  @SuppressWarnings("UnusedMethod") // by reflection
  private static String failureOf(String test) {
    StringWriter said = new StringWriter();
    PrintWriter to = new PrintWriter(said);
    int code =
        junit()
            .run(
                to,
                to,
                "execute",
                "--disable-banner",
                "--details=none",
                "--fail-if-no-tests",
                "--include-engine=junit-jupiter",
                "--exclude-tag=soak",
                "--exclude-tag=mutants",
                // A mistake may make a test wait for ever.
                "--config=junit.jupiter.execution.timeout.default=20 s",
                "--config=junit.jupiter.execution.timeout.thread.mode.default=SEPARATE_THREAD",
                "--select-class=" + test);
    if (code == 0) {
      return "";
    }
    if (code != 1) {
      throw new AssertionError("%s could not be run: %s".formatted(test, said));
    }
    return said.toString()
        .lines()
        .filter(line -> line.contains("JUnit Jupiter:") || line.contains("=>"))
        .limit(2)
        .map(String::strip)
        .collect(joining(" "));
  }

  private static java.util.spi.ToolProvider junit() {
    return ServiceLoader.load(java.util.spi.ToolProvider.class, Mutation.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .filter(tool -> tool.name().equals("junit"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("JUnit's console is missing: use -Pmutants"));
  }
}
