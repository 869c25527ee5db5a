package io.github.resilientllm.spring.service;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.KProperty;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;

/**
 * What Kotlin knows of parameters and properties and the JVM does not. Asked of classes of Kotlin's
 * only, for it loads classes of Kotlin's own.
 */
final class KotlinParameters {
  private KotlinParameters() {}

  /** Whether it can be asked about a class. */
  static boolean know(Class<?> type) {
    return KotlinDetector.isKotlinReflectPresent() && KotlinDetector.isKotlinType(type);
  }

  static boolean isNullable(Parameter parameter) {
    KParameter known = of(parameter);
    return known != null && known.getType().isMarkedNullable();
  }

  static boolean isNullable(Field field) {
    KProperty<?> property = ReflectJvmMapping.getKotlinProperty(field);
    return property != null && property.getReturnType().isMarkedNullable();
  }

  static boolean hasDefault(Parameter parameter) {
    KParameter known = of(parameter);
    return known != null && known.isOptional();
  }

  /** Whether it is of a value class, of which the JVM sees what is in it. */
  static boolean isOfValueClass(Parameter parameter) {
    KParameter known = of(parameter);
    return known != null
        && known.getType().getClassifier() instanceof KClass<?> type
        && type.isValue();
  }

  private static @Nullable KParameter of(Parameter parameter) {
    Executable declaring = parameter.getDeclaringExecutable();
    KFunction<?> function =
        declaring instanceof Method method
            ? ReflectJvmMapping.getKotlinFunction(method)
            : ReflectJvmMapping.getKotlinFunction((Constructor<?>) declaring);
    if (function == null) {
      return null;
    }
    List<KParameter> values =
        function.getParameters().stream()
            .filter(each -> each.getKind() == KParameter.Kind.VALUE)
            .toList();
    int index = Arrays.asList(declaring.getParameters()).indexOf(parameter);
    return index < values.size() ? values.get(index) : null; // others are the compiler's
  }
}
