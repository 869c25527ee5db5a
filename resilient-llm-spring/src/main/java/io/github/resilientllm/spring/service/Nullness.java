package io.github.resilientllm.spring.service;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
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

  /**
   * Whether it is said here.
   *
   * @param place a parameter, a field, a component of a record, or a getter
   */
  static boolean isNullable(AnnotatedElement place) {
    return has(place) || has(typeOf(place)) || isNullableInKotlin(place);
  }

  private static boolean isNullableInKotlin(AnnotatedElement place) {
    if (place instanceof Parameter parameter) {
      return KotlinParameters.know(parameter.getDeclaringExecutable().getDeclaringClass())
          && KotlinParameters.isNullable(parameter);
    }
    return place instanceof Field field
        && KotlinParameters.know(field.getDeclaringClass())
        && KotlinParameters.isNullable(field);
  }

  private static AnnotatedElement typeOf(AnnotatedElement place) {
    if (place instanceof Parameter parameter) {
      return parameter.getAnnotatedType();
    }
    if (place instanceof Field field) {
      return field.getAnnotatedType();
    }
    if (place instanceof Method method) {
      return method.getAnnotatedReturnType();
    }
    return place instanceof RecordComponent component ? component.getAnnotatedType() : place;
  }

  private static boolean has(AnnotatedElement element) {
    return Stream.of(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(type -> type.getSimpleName().equals("Nullable"));
  }
}
