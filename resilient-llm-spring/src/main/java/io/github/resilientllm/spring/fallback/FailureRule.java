package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Which ends of a method call for its fallback. A refusal of Spring Security's does only where
 * {@code applyOn} names it or a subclass of it: who may not ask is not to be given an answer
 * because an {@code Exception} has one.
 */
record FailureRule(
    List<Class<? extends Throwable>> applyOn, List<Class<? extends Throwable>> skipOn) {
  private static final Set<String> REFUSALS =
      Set.of(
          "org.springframework.security.access.AccessDeniedException",
          "org.springframework.security.core.AuthenticationException",
          "java.lang.SecurityException");

  /** The failure that the fallback is given; null if it is not called. */
  @Nullable Throwable failureIn(Throwable thrown) {
    Throwable innermost = thrown;
    if (matches(skipOn, innermost)) {
      return null;
    }
    while (isWrapping(innermost) && innermost.getCause() != null) {
      innermost = innermost.getCause();
      if (matches(skipOn, innermost)) {
        return null;
      }
    }
    if (innermost instanceof LlmException llm && llm.kind() == ErrorKind.CANCELLED) {
      return null; // nobody waits for an answer
    }
    if (isRefusal(innermost.getClass())) {
      return matches(applyOn.stream().filter(FailureRule::isRefusal).toList(), innermost)
          ? innermost
          : null;
    }
    if (matches(applyOn, innermost)) {
      return innermost;
    }
    return matches(applyOn, thrown) ? thrown : null;
  }

  /** Whether it only says where a failure came by: another thread, or a framework's exception. */
  private static boolean isWrapping(Throwable thrown) {
    return thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || (thrown.getCause() instanceof LlmException
            && thrown.getClass().getName().startsWith("dev.langchain4j.exception."));
  }

  private static boolean isRefusal(Class<?> failure) {
    for (Class<?> type = failure; type != null; type = type.getSuperclass()) {
      if (REFUSALS.contains(type.getName())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a fallback that takes this exception can ever be called. */
  boolean mayLeadTo(Class<? extends Throwable> exception) {
    return applyOn.stream()
        .anyMatch(type -> type.isAssignableFrom(exception) || exception.isAssignableFrom(type));
  }

  private static boolean matches(List<Class<? extends Throwable>> types, Throwable failure) {
    for (Class<? extends Throwable> type : types) {
      if (type.isInstance(failure)) {
        return true;
      }
    }
    return false;
  }
}
