package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.Coroutines;
import io.github.resilientllm.spring.internal.LlmScope;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** One call of an annotated method that may come to its fallback. */
final class Failover {
  private final Plan plan;
  private final Object proxy;
  private final Object[] arguments;
  private final @Nullable LlmScope outer;
  private final @Nullable String conversation;
  private final @Nullable Object continuation; // of a suspend function

  Failover(
      Plan plan, MethodInvocation call, @Nullable LlmScope outer, @Nullable String conversation) {
    this.plan = plan;
    this.proxy = ((ProxyMethodInvocation) call).getProxy();
    Object[] all = call.getArguments();
    int count = plan.annotated().parameterCount();
    this.arguments = Arrays.copyOf(all, count);
    this.continuation = count < all.length ? all[count] : null;
    this.outer = outer;
    this.conversation = conversation;
  }

  Method method() {
    return plan.annotated().method();
  }

  /** The bean as others see it. */
  Object proxy() {
    return proxy;
  }

  /** What the caller gave; of a suspend function without the continuation. */
  Object[] arguments() {
    return arguments;
  }

  /** The continuation of a suspend function, in what is around the method. */
  Object outside() {
    return Coroutines.inScope(Objects.requireNonNull(continuation), outer);
  }

  /** A scope for work that begins now. */
  LlmScope newScope() {
    return plan.scope(outer, conversation);
  }

  /** Whether the fallback is called for this. */
  boolean appliesTo(Throwable thrown) {
    Throwable failure = plan.rule().failureIn(thrown);
    return failure != null && plan.lastResortFor(failure) != null;
  }

  /**
   * Calls the fallback, outside of the method's scope.
   *
   * @return what it returned, as it is
   * @throws Throwable what the method threw if there is no fallback for it, or what the fallback
   *     threw
   */
  @Nullable Object recover(Throwable thrown, LlmScope scope) throws Throwable {
    Throwable failure = plan.rule().failureIn(thrown);
    LastResort lastResort = failure == null ? null : plan.lastResortFor(failure);
    if (failure == null || lastResort == null) {
      if (outer != null) {
        outer.learn(scope);
      }
      throw thrown;
    }
    for (Throwable earlier : scope.failures()) {
      attach(earlier, failure);
    }
    keep(failure, scope);
    LlmScope now = LlmScope.current();
    LlmScope.set(outer);
    try {
      return plan.lastResorts()
          .ask(
              plan.annotated().type().getSimpleName() + "." + method().getName(),
              failure,
              () -> lastResort.answer(this, failure));
    } catch (Throwable another) {
      attach(failure, another);
      throw another;
    } finally {
      LlmScope.set(now);
    }
  }

  /** Whoever says that there will be an answer must have kept the question. */
  private void keep(Throwable failure, LlmScope scope) throws Throwable {
    KeptQuestion kept = plan.kept();
    if (kept == null) {
      return;
    }
    try {
      kept.keep(scope, arguments, failure);
    } catch (RuntimeException notKept) {
      attach(notKept, failure);
      throw failure;
    }
  }

  private static void attach(Throwable one, Throwable to) {
    if (!reaches(to, one) && !reaches(one, to)) {
      to.addSuppressed(one);
    }
  }

  private static boolean reaches(Throwable from, Throwable sought) {
    return reaches(from, sought, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static boolean reaches(
      @Nullable Throwable from, Throwable sought, Set<Throwable> visited) {
    if (from == null || !visited.add(from)) {
      return false;
    }
    if (from == sought || reaches(from.getCause(), sought, visited)) {
      return true;
    }
    for (Throwable suppressed : from.getSuppressed()) {
      if (reaches(suppressed, sought, visited)) {
        return true;
      }
    }
    return false;
  }
}
