package io.github.resilientllm.spring.service;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.ResolvableType;

/** Whether something may be missing, by whosever {@code @Nullable}. */
final class Nullness {
  private Nullness() {}

  static boolean isOptional(ResolvableType type) {
    return type.resolve() == Optional.class;
  }

  static boolean isNullable(RecordComponent component) {
    return has(component.getAnnotatedType()) || has(component) || has(component.getAccessor());
  }

  static boolean isNullable(Parameter parameter) {
    return has(parameter.getAnnotatedType()) || has(parameter);
  }

  private static boolean has(AnnotatedElement element) {
    return Stream.of(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(type -> type.getSimpleName().equals("Nullable"));
  }
}
