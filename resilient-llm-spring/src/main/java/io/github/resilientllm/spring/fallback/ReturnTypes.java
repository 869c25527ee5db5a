package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** What methods return, and whether a fallback can stand in for it. */
final class ReturnTypes {
  private static final boolean REACTOR =
      ClassUtils.isPresent("reactor.core.publisher.Flux", ReturnTypes.class.getClassLoader());

  private ReturnTypes() {}

  /**
   * How a method's result is watched.
   *
   * @throws SetupException if its failure could not be seen
   */
  static ReturnWatch of(AnnotatedMethod annotated) {
    Class<?> type = annotated.method().getReturnType();
    if (ChatStream.class == type) {
      return ReturnWatch.STREAM;
    }
    if (type == Future.class || type == CompletionStage.class || type == CompletableFuture.class) {
      return ReturnWatch.FUTURE;
    }
    if (REACTOR) {
      ReturnWatch reactor = Reactor.of(type);
      if (reactor != null) {
        return reactor;
      }
    }
    if (isPublisher(type) || CompletionStage.class.isAssignableFrom(type)) {
      throw annotated.wrong(
          "The method returns a "
              + type.getName()
              + ", whose failure comes after the method has returned and cannot be seen.",
          "Return a CompletableFuture, a Mono, a Flux or a ChatStream"
              + (REACTOR ? "." : "; a Flow.Publisher needs io.projectreactor:reactor-core."));
    }
    return ReturnWatch.VALUE;
  }

  /** Whether what a fallback returns can take the place of what the method returns. */
  static boolean fits(ReturnWatch returned, ResolvableType method, ResolvableType fallback) {
    if (method.resolve(Object.class) == void.class) {
      return fallback.resolve(Object.class) == void.class
          || fallback.resolve(Object.class) == Void.class;
    }
    if (assignable(method, fallback)) {
      return true;
    }
    boolean one = returned == ReturnWatch.FUTURE || returned == ReturnWatch.MONO;
    return one && (assignable(value(method), fallback) || assignableVoid(method, fallback));
  }

  private static boolean assignableVoid(ResolvableType method, ResolvableType fallback) {
    return value(method).resolve(Object.class) == Void.class
        && fallback.resolve(Object.class) == void.class;
  }

  /** The type argument of a future or publisher. */
  private static ResolvableType value(ResolvableType wrapper) {
    return wrapper.getGeneric(0);
  }

  /** Whether a value of one type is one of another, boxed or not. */
  static boolean assignable(ResolvableType to, ResolvableType from) {
    Class<?> raw = to.resolve(Object.class);
    Class<?> other = from.resolve(Object.class);
    if (other == void.class) {
      return false;
    }
    return (raw.isPrimitive() || other.isPrimitive())
        ? ClassUtils.isAssignable(raw, other)
        : to.isAssignableFrom(from);
  }

  private static boolean isPublisher(Class<?> type) {
    return Flow.Publisher.class.isAssignableFrom(type)
        || ClassUtils.getAllInterfacesForClassAsSet(type).stream()
            .anyMatch(parent -> parent.getName().equals("org.reactivestreams.Publisher"));
  }

  /** Apart, so that it is loaded only where Reactor is there. */
  private static final class Reactor {
    static @Nullable ReturnWatch of(Class<?> type) {
      if (type == reactor.core.publisher.Mono.class) {
        return ReturnWatch.MONO;
      }
      if (type == reactor.core.publisher.Flux.class
          || type == org.reactivestreams.Publisher.class) {
        return ReturnWatch.FLUX;
      }
      return type == Flow.Publisher.class ? ReturnWatch.FLOW : null;
    }
  }
}
