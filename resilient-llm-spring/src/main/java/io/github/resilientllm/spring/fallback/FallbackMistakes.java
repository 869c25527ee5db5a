package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.Kotlin;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * What can be wrong with the fallback methods of one method.
 *
 * @param name their name
 * @param owner whose methods they are
 * @param bean the owner's name as bean; null for the annotated one
 */
record FallbackMistakes(
    AnnotatedMethod annotated,
    ReturnWatch returned,
    FailureRule rule,
    String name,
    Class<?> owner,
    @Nullable String bean) {

  void checkReturn(Method method) {
    ResolvableType wanted = annotated.returned();
    ResolvableType given = Kotlin.returned(method, owner);
    if (ReturnTypes.fits(returned, wanted, given)) {
      return;
    }
    boolean nothing = wanted.resolve(Object.class) == void.class;
    throw annotated.wrong(
        nothing
            ? "The method returns nothing, and its fallback "
                + described(method)
                + " returns "
                + given
                + ", which would be lost."
            : "The method returns "
                + wanted
                + ", and its fallback "
                + described(method)
                + " returns "
                + given
                + ".",
        nothing
            ? "Let the fallback return void."
            : "Let the fallback return "
                + wanted
                + (returned == ReturnWatch.FUTURE || returned == ReturnWatch.MONO
                    ? " or its plain value " + wanted.getGeneric(0) + "."
                    : "."));
  }

  void checkExceptions(List<FallbackMethod> found) {
    for (int i = 0; i < found.size(); i++) {
      FallbackMethod method = found.get(i);
      for (FallbackMethod other : found.subList(i + 1, found.size())) {
        if (Objects.equals(method.exception(), other.exception())) {
          throw annotated.wrong(
              "Two fallbacks take "
                  + (method.exception() == null
                      ? "no exception"
                      : "the same exception, " + method.exception().getName())
                  + ": "
                  + described(method.method())
                  + " and "
                  + described(other.method())
                  + ".",
              "Remove or rename one of them, or let them take different exceptions.");
        }
      }
      if (method.exception() != null && !rule.mayLeadTo(method.exception())) {
        throw annotated.wrong(
            "The fallback "
                + described(method.method())
                + " would never be called, for applyOn is "
                + rule.applyOn().stream().map(Class::getName).toList()
                + ".",
            "Add "
                + method.exception().getSimpleName()
                + ".class to applyOn, or let it take an"
                + " exception that is there.");
      }
    }
  }

  SetupException missing(List<Method> all) {
    String place =
        bean == null ? owner.getName() : "the bean \"" + bean + "\" (" + owner.getName() + ")";
    Set<String> names =
        all.stream().map(Method::getName).collect(Collectors.toCollection(LinkedHashSet::new));
    names.remove(annotated.method().getName());
    List<Method> named =
        all.stream()
            .filter(method -> method.getName().equals(name) && !method.equals(annotated.method()))
            .toList();
    String hint =
        named.isEmpty()
            ? Nearest.question(name, names)
            : " There is only "
                + named.stream().map(this::described).collect(Collectors.joining(", "))
                + why(named);
    return annotated.wrong(
        "There is no fallback method \"" + name + "\" in " + place + "." + hint,
        "Write one of these methods, with a type or subtype of the failure for the exception:\n"
            + expected()
            + (annotated.isByClass()
                ? "\nOr put a plain @LlmFallback on the method, for the one of the class not to hold."
                : ""));
  }

  private String why(List<Method> named) {
    if (!annotated.suspends() && named.stream().allMatch(Kotlin::isSuspend)) {
      return ", which is a suspend function.";
    }
    return ", which takes other parameters" + (bean == null ? "." : " or is private.");
  }

  private String expected() {
    String result = annotated.returned().toString();
    String arguments =
        Arrays.stream(annotated.method().getParameterTypes())
            .limit(annotated.parameterCount())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    Set<String> forms = new LinkedHashSet<>();
    String exception =
        rule.applyOn().size() == 1 ? rule.applyOn().get(0).getSimpleName() : "Exception";
    forms.add(arguments);
    forms.add(arguments.isEmpty() ? exception : arguments + ", " + exception);
    forms.add(arguments.isEmpty() ? exception : exception + ", " + arguments);
    forms.add(exception);
    forms.add("");
    return forms.stream()
        .map(form -> "    " + result + " " + name + "(" + form + ")")
        .collect(Collectors.joining("\n"));
  }

  private String described(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + Names.signature(method);
  }
}
