package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.internal.Mentions;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RegisteredBean;

/** Keeps the fallback methods in a native image; the annotation itself keeps the annotated ones. */
final class LlmFallbackHints implements BeanRegistrationAotProcessor {
  private final Mentions mentions = new Mentions(LlmFallback.class);

  @Override
  public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
    List<Method> fallbacks = new ArrayList<>();
    List<Type> arguments = new ArrayList<>(); // whose properties an expression may name
    for (AnnotatedMethod annotated : AnnotatedMethod.of(bean.getBeanClass(), mentions)) {
      LlmFallback annotation = annotated.annotation();
      if (annotation.conversation().contains("#")) {
        arguments.addAll(List.of(annotated.method().getGenericParameterTypes()));
      }
      String method = annotation.method();
      int colons = method.indexOf("::");
      Class<?> owner =
          colons < 0
              ? annotated.type()
              : typeOf(bean.getBeanFactory(), method.substring(0, colons));
      String name = colons < 0 ? method : method.substring(colons + 2);
      if (owner != null) {
        FallbackSearch.ofOwner(owner).stream()
            .filter(candidate -> candidate.getName().equals(name))
            .forEach(fallbacks::add);
      }
    }
    if (fallbacks.isEmpty() && arguments.isEmpty()) {
      return null;
    }
    return (context, code) -> register(context.getRuntimeHints(), fallbacks, arguments);
  }

  private static @Nullable Class<?> typeOf(ConfigurableListableBeanFactory beans, String bean) {
    return beans.containsBean(bean) ? AnnotatedMethod.classOf(bean, beans) : null;
  }

  private static void register(RuntimeHints hints, List<Method> fallbacks, List<Type> arguments) {
    new BindingReflectionHintsRegistrar()
        .registerReflectionHints(hints.reflection(), arguments.toArray(Type[]::new));
    for (Method fallback : fallbacks) {
      hints.reflection().registerMethod(fallback, ExecutableMode.INVOKE);
    }
  }
}
