package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.support.AopUtils;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;

/** What is generated ahead of time, compiled and run on the JVM. */
class AheadOfTimeTest {

  static class Bot {
    @LlmFallback(method = "offline")
    public String answer(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline(String question) {
      return "offline: " + question;
    }

    @LlmFallback(method = "elsewhere::sorry")
    public String ask(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }
  }

  static class Elsewhere {
    public String sorry(LlmException failure) {
      return "sorry";
    }
  }

  static class Wrong {
    @LlmFallback
    public final void answer() {}
  }

  /** What runs beside the generated classes. */
  public static final class Started {
    private Started() {}

    /** Starts the generated context and asks its bean. */
    public static List<String> answers(String initializer) throws ReflectiveOperationException {
      try (GenericApplicationContext context = new GenericApplicationContext()) {
        initializer(initializer).initialize(context);
        context.refresh();
        Bot bot = context.getBean(Bot.class);
        String kind = AopUtils.isCglibProxy(bot) ? "subclass" : "other";
        return List.of(kind, bot.answer("Why?"), bot.ask("Why?"));
      }
    }

    @SuppressWarnings("unchecked") // it is generated so
    private static ApplicationContextInitializer<GenericApplicationContext> initializer(String name)
        throws ReflectiveOperationException {
      return Class.forName(name)
          .asSubclass(ApplicationContextInitializer.class)
          .getDeclaredConstructor()
          .newInstance();
    }
  }

  @TempDir Path generated;

  @Test
  void theFallbackIsThereInWhatIsGenerated() throws Exception {
    DefaultGenerationContext generation = generation();
    String initializer;
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmFallbackAutoConfiguration.class, Bot.class);
      context.registerBean("elsewhere", Elsewhere.class);
      initializer =
          new ApplicationContextAotGenerator().processAheadOfTime(context, generation).toString();
    }
    generation.writeGeneratedContent();

    RuntimeHints hints = generation.getRuntimeHints();
    assertThat(invocable(hints, Bot.class, "answer")).isTrue();
    assertThat(invocable(hints, Bot.class, "offline")).isTrue();
    assertThat(invocable(hints, Elsewhere.class, "sorry")).isTrue();
    assertThat(run(initializer)).isEqualTo(List.of("subclass", "offline: Why?", "sorry"));
  }

  @Test
  void whatNoProxySeesStopsTheGeneration() {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmFallbackAutoConfiguration.class, Wrong.class);
      assertThatThrownBy(
              () -> new ApplicationContextAotGenerator().processAheadOfTime(context, generation()))
          .hasStackTraceContaining("The method is final");
    }
  }

  private DefaultGenerationContext generation() {
    return new DefaultGenerationContext(
        new ClassNameGenerator(ClassName.get(Bot.class.getPackageName(), "Application")),
        new FileSystemGeneratedFiles(kind -> generated.resolve(kind.name())));
  }

  private static boolean invocable(RuntimeHints hints, Class<?> type, String method) {
    TypeHint hint = hints.reflection().getTypeHint(type);
    return hint != null && hint.methods().anyMatch(known -> known.getName().equals(method));
  }

  /** Compiles the sources and asks the bean, all by one class loader as in an application. */
  private Object run(String initializer) throws Exception {
    Path classes = Files.createDirectories(generated.resolve("CLASS"));
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", "" + classes));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    arguments.addAll(sources());
    int errors =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(errors).isZero();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(classPath(classes), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      return loader
          .loadClass(Started.class.getName())
          .getMethod("answers", String.class)
          .invoke(null, initializer);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(generated.resolve("SOURCE"))) {
      return files.map(Path::toString).filter(name -> name.endsWith(".java")).toList();
    }
  }

  private static URL[] classPath(Path classes) throws MalformedURLException {
    List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
