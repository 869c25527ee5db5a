package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/** What methods return, and whether a fallback can stand in for it. */
final class ReturnTypes {
  private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

  /** What is done when somebody asks for it; a value may be one too, whose class says so. */
  private static final Set<Class<?>> LAZY = Set.of(Callable.class, Iterator.class, Supplier.class);

  /** What ends, and fails, after the method that returns it. */
  private static final Set<String> LATER =
      Set.of(
          "io.reactivex.rxjava3.core.CompletableSource",
          "io.reactivex.rxjava3.core.MaybeSource",
          "io.reactivex.rxjava3.core.ObservableSource",
          "io.reactivex.rxjava3.core.SingleSource",
          "io.smallrye.mutiny.Uni",
          "java.util.concurrent.CompletionStage",
          "java.util.concurrent.Flow$Publisher",
          "java.util.concurrent.Future",
          "java.util.stream.BaseStream",
          "kotlinx.coroutines.Deferred",
          "kotlinx.coroutines.flow.Flow",
          "org.reactivestreams.Publisher",
          "org.springframework.web.context.request.async.DeferredResult",
          "org.springframework.web.context.request.async.WebAsyncTask",
          "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
          "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

  private static final boolean REACTOR =
      ClassUtils.isPresent("reactor.core.publisher.Flux", ReturnTypes.class.getClassLoader());

  private ReturnTypes() {}

  /**
   * How a method's result is watched.
   *
   * @throws SetupException if its failure could not be seen
   */
  static ReturnWatch of(AnnotatedMethod annotated) {
    Class<?> type = annotated.returned().resolve(Object.class);
    if (annotated.suspends()) {
      return ofSuspended(annotated, type);
    }
    if (ChatStream.class == type) {
      return ReturnWatch.STREAM;
    }
    if (type == CompletionStage.class || type == CompletableFuture.class || isAsync(annotated)) {
      return ReturnWatch.FUTURE;
    }
    if (REACTOR) {
      ReturnWatch reactor = Reactor.of(type);
      if (reactor != null) {
        return reactor;
      }
    }
    if (LAZY.contains(type) || isLater(type)) {
      throw annotated.wrong(
          "The method returns a "
              + type.getName()
              + ", whose failure comes after the method has returned and cannot be seen.",
          "Return a CompletableFuture, a Mono, a Flux or a ChatStream"
              + (REACTOR ? "" : " (a Flow.Publisher needs io.projectreactor:reactor-core)")
              + ", or put the annotation on the method whose answer this is made of.");
    }
    return ReturnWatch.VALUE;
  }

  private static ReturnWatch ofSuspended(AnnotatedMethod annotated, Class<?> type) {
    if (type == ChatStream.class || LAZY.contains(type) || isLater(type)) {
      throw annotated.wrong(
          "The method is a Kotlin suspend function and returns a "
              + type.getName()
              + ", whose failure comes after the function has ended.",
          "Return the plain value, or remove suspend.");
    }
    return ReturnWatch.SUSPENDED;
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

  /** A plain Future tells nobody that it failed; beside @Async it is one that does. */
  private static boolean isAsync(AnnotatedMethod annotated) {
    return annotated.method().getReturnType() == Future.class
        && (isAsync(annotated.method()) || isAsync(annotated.type()));
  }

  private static boolean isAsync(AnnotatedElement element) {
    return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC);
  }

  private static boolean isLater(@Nullable Class<?> type) {
    return type != null
        && (LATER.contains(type.getName())
            || isLater(type.getSuperclass())
            || Arrays.stream(type.getInterfaces()).anyMatch(ReturnTypes::isLater));
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
