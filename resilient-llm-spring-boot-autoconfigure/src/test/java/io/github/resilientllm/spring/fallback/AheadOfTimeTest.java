package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

/** What is generated ahead of time, compiled and run on the JVM. */
@CompileWithForkedClassLoader // generated classes stand in the packages of the beans
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

  @Test
  void theFallbackIsThereInWhatIsGenerated() {
    generated(
        hints -> {
          assertThat(invocable(hints, Bot.class, "answer")).isTrue();
          assertThat(invocable(hints, Bot.class, "offline")).isTrue();
          assertThat(invocable(hints, Elsewhere.class, "sorry")).isTrue();
        },
        context -> {
          Bot bot = context.getBean(Bot.class);
          assertThat(AopUtils.isCglibProxy(bot)).isTrue();
          assertThat(bot.answer("Why?")).isEqualTo("offline: Why?");
          assertThat(bot.ask("Why?")).isEqualTo("sorry");
        });
  }

  @Test
  void whatNoProxySeesStopsTheGeneration() {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmFallbackAutoConfiguration.class, Wrong.class);
      assertThatThrownBy(
              () ->
                  new ApplicationContextAotGenerator()
                      .processAheadOfTime(context, new TestGenerationContext()))
          .hasStackTraceContaining("The method is final");
    }
  }

  private static boolean invocable(RuntimeHints hints, Class<?> type, String method) {
    TypeHint hint = hints.reflection().getTypeHint(type);
    return hint != null && hint.methods().anyMatch(known -> known.getName().equals(method));
  }

  private static void generated(
      Consumer<RuntimeHints> hints, Consumer<ApplicationContext> running) {
    TestGenerationContext generation = new TestGenerationContext();
    ClassName initializer;
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmFallbackAutoConfiguration.class, Bot.class);
      context.registerBean("elsewhere", Elsewhere.class);
      initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
    }
    generation.writeGeneratedContent();
    hints.accept(generation.getRuntimeHints());
    TestCompiler.forSystem()
        .with(generation)
        .compile(
            compiled -> {
              try (GenericApplicationContext context = new GenericApplicationContext()) {
                @SuppressWarnings("unchecked")
                ApplicationContextInitializer<GenericApplicationContext> start =
                    compiled.getInstance(
                        ApplicationContextInitializer.class, initializer.toString());
                start.initialize(context);
                context.refresh();
                running.accept(context);
              }
            });
  }
}
