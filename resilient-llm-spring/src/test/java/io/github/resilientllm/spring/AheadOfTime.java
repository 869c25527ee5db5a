package io.github.resilientllm.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.aot.AbstractAotProcessor.Settings;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;

/** Compiles and runs what Spring generates ahead of time. */
public final class AheadOfTime {
  private AheadOfTime() {}

  /** Where a context's classes are generated, in the package of one of its own. */
  public static DefaultGenerationContext generation(Class<?> neighbour, Path directory) {
    return new DefaultGenerationContext(
        new ClassNameGenerator(ClassName.get(neighbour.getPackageName(), "Application")),
        new FileSystemGeneratedFiles(kind -> directory.resolve(kind.name())));
  }

  /**
   * Compiles what a {@link #generation} wrote and calls {@code answers} of a class beside it, all
   * by one class loader as in an application.
   *
   * @param initializer of the generated context, which the method is called with
   */
  public static Object answers(Class<?> started, Path directory, String initializer)
      throws Exception {
    Path classes = Files.createDirectories(directory.resolve("CLASS"));
    compile(directory.resolve("SOURCE"), classes);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(classPath(classes), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      return loader
          .loadClass(started.getName())
          .getMethod("answers", String.class)
          .invoke(null, initializer);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /**
   * What a whole Boot application prints that was processed, compiled and started as such.
   *
   * @param directory where what is generated goes; {@code resources} is for a native image
   */
  public static String run(Class<?> application, Path directory, String... properties)
      throws Exception {
    Path classes = directory.resolve("classes");
    Settings settings =
        Settings.builder()
            .sourceOutput(directory.resolve("sources"))
            .resourceOutput(directory.resolve("resources"))
            .classOutput(classes)
            .groupId("io.github.resilientllm")
            .artifactId("aot-app")
            .build();
    new SpringApplicationAotProcessor(application, settings, properties).process();
    compile(directory.resolve("sources"), classes);
    return Jvm.run(
        String.join(
            File.pathSeparator,
            classes.toString(),
            directory.resolve("resources").toString(),
            Jvm.classPath()),
        List.of("-Dspring.aot.enabled=true"),
        application,
        List.of(properties));
  }

  /** The generated initializer of that name. */
  @SuppressWarnings("unchecked") // it is generated so
  public static ApplicationContextInitializer<GenericApplicationContext> initializer(String name)
      throws ReflectiveOperationException {
    return Class.forName(name)
        .asSubclass(ApplicationContextInitializer.class)
        .getDeclaredConstructor()
        .newInstance();
  }

  /** Compiles all sources below a directory beside the classes that are there. */
  public static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null);
        Stream<Path> all = Files.walk(sources)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-cp",
              classes + File.pathSeparator + Jvm.classPath(),
              "-d",
              classes.toString());
      List<Path> java = all.filter(file -> file.toString().endsWith(".java")).toList();
      boolean compiled =
          javac
              .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
              .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
  }

  private static URL[] classPath(Path classes) throws MalformedURLException {
    List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
    for (String entry : Jvm.classPath().split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
