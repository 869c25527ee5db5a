package io.github.resilientllm.testing;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * A mistake in the source of a class, for tests of whether tests would notice it.
 *
 * @param source the class's file
 * @param right what stands there, once
 * @param wrong what stands there instead
 */
public record Mutation(Path source, String right, String wrong) {

  /** Loads the class with the mistake, and everything else anew. */
  public URLClassLoader load(Path classes) throws IOException {
    String text = Files.readString(source);
    int at = text.indexOf(right);
    if (at < 0 || text.indexOf(right, at + 1) >= 0) {
      throw new IllegalStateException(
          "The text to replace must stand once in %s; adapt the mutant: %s"
              .formatted(source.getFileName(), right));
    }
    Path changed = classes.resolve(source.getFileName());
    Files.writeString(changed, text.replace(right, wrong));
    compile(changed, classes);
    return loader(List.of(classes));
  }

  private static void compile(Path source, Path classes) {
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            source.toString());
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (result != 0) {
      throw new IllegalStateException("The mutant of %s does not compile".formatted(source));
    }
  }

  /** Loads these classes before all others, and nothing from the tests' own loader. */
  public static URLClassLoader loader(List<Path> first) throws MalformedURLException {
    List<URL> path = new ArrayList<>();
    for (Path classes : first) {
      path.add(classes.toUri().toURL());
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      path.add(new File(entry).toURI().toURL());
    }
    return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
