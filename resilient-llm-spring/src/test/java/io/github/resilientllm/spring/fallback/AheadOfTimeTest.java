package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.AheadOfTime;
import io.github.resilientllm.spring.LlmFallback;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.support.AopUtils;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;

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
        AheadOfTime.initializer(initializer).initialize(context);
        context.refresh();
        Bot bot = context.getBean(Bot.class);
        String kind = AopUtils.isCglibProxy(bot) ? "subclass" : "other";
        return List.of(kind, bot.answer("Why?"), bot.ask("Why?"));
      }
    }
  }

  @TempDir Path generated;

  @Test
  void theFallbackIsThereInWhatIsGenerated() throws Exception {
    DefaultGenerationContext generation = generation();
    String initializer;
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmFallbackConfiguration.class, Bot.class);
      context.registerBean("elsewhere", Elsewhere.class);
      initializer =
          new ApplicationContextAotGenerator().processAheadOfTime(context, generation).toString();
    }
    generation.writeGeneratedContent();

    RuntimeHints hints = generation.getRuntimeHints();
    assertThat(invocable(hints, Bot.class, "answer")).isTrue();
    assertThat(invocable(hints, Bot.class, "offline")).isTrue();
    assertThat(invocable(hints, Elsewhere.class, "sorry")).isTrue();
    assertThat(AheadOfTime.answers(Started.class, generated, initializer))
        .isEqualTo(List.of("subclass", "offline: Why?", "sorry"));
  }

  static class Keeper {
    @LlmFallback(conversation = "#order.id")
    public String answer(Order order) {
      return "x";
    }
  }

  record Order(String id) {}

  @Test
  void whatAnExpressionReadsOfAnArgumentIsKept() {
    DefaultGenerationContext generation = generation();
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmFallbackConfiguration.class, Keeper.class);
      Object unused = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
    }
    assertThat(invocable(generation.getRuntimeHints(), Order.class, "id")).isTrue();
  }

  @Test
  void whatNoProxySeesStopsTheGeneration() {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.register(LlmFallbackConfiguration.class, Wrong.class);
      assertThatThrownBy(
              () -> new ApplicationContextAotGenerator().processAheadOfTime(context, generation()))
          .hasStackTraceContaining("The method is final");
    }
  }

  private DefaultGenerationContext generation() {
    return AheadOfTime.generation(Bot.class, generated);
  }

  private static boolean invocable(RuntimeHints hints, Class<?> type, String method) {
    TypeHint hint = hints.reflection().getTypeHint(type);
    return hint != null && hint.methods().anyMatch(known -> known.getName().equals(method));
  }
}
