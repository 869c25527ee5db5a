package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.internal.Mentions;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** The annotated methods of all beans and their plans. Safe for several threads. */
final class FallbackPlans {
  private final Map<Class<?>, Map<Method, AnnotatedMethod>> annotated = new ConcurrentHashMap<>();
  private final Map<AnnotatedMethod, Plan> plans = new ConcurrentHashMap<>();
  private final Map<Class<?>, Map<Method, Plan>> called = new ConcurrentHashMap<>();
  private final Mentions mentions = new Mentions(LlmFallback.class);
  private final PlanResolver resolver;

  FallbackPlans(ConfigurableListableBeanFactory beans) {
    this.resolver = new PlanResolver(beans);
  }

  /** The annotated methods of a class by method; empty for most classes. */
  Map<Method, AnnotatedMethod> annotated(Class<?> beanClass) {
    return annotated.computeIfAbsent(
        ClassUtils.getUserClass(beanClass), type -> byMethod(AnnotatedMethod.of(type, mentions)));
  }

  /** Resolves what is known of a class; throws for the first mistake. */
  void resolve(Class<?> beanClass) {
    annotated(beanClass).values().forEach(this::plan);
    Recursions.check(annotated(beanClass).values(), this::plan);
  }

  /**
   * Resolves what is known of all classes, in the order of their names; throws for the first
   * mistake.
   */
  void resolveAll() {
    annotated.keySet().stream().sorted(Comparator.comparing(Class::getName)).forEach(this::resolve);
  }

  /** The plan of a call; null if it was never meant. */
  @Nullable Plan of(MethodInvocation call) {
    Method method = call.getMethod();
    Object target = call.getThis();
    Class<?> type = target == null ? method.getDeclaringClass() : target.getClass();
    Map<Method, Plan> known = called.get(type);
    Plan plan = known == null ? null : known.get(method);
    return plan == null ? find(method, type, target) : plan;
  }

  /** The annotated method that a call of this method reaches; null if there is none. */
  @Nullable AnnotatedMethod annotated(Method method, Class<?> targetClass) {
    Map<Method, AnnotatedMethod> methods = annotated(targetClass);
    if (methods.isEmpty()) {
      return null;
    }
    AnnotatedMethod found = methods.get(AopUtils.getMostSpecificMethod(method, targetClass));
    return found == null ? methods.get(method) : found; // of a JDK proxy: the interface's
  }

  private @Nullable Plan find(Method method, Class<?> type, @Nullable Object target) {
    Class<?> targetClass = target == null ? type : AopUtils.getTargetClass(target);
    AnnotatedMethod reached = annotated(method, targetClass);
    if (reached == null) {
      return null;
    }
    Plan plan = plan(reached);
    called.computeIfAbsent(type, unused -> new ConcurrentHashMap<>()).put(method, plan);
    return plan;
  }

  private Plan plan(AnnotatedMethod method) {
    Plan known = plans.get(method);
    if (known != null) {
      return known;
    }
    Plan plan = resolver.resolve(method);
    Plan earlier = plans.putIfAbsent(method, plan);
    if (earlier != null) {
      return earlier;
    }
    ForeignRetries.warnOf(method);
    return plan;
  }

  private static Map<Method, AnnotatedMethod> byMethod(List<AnnotatedMethod> methods) {
    Map<Method, AnnotatedMethod> byMethod = new LinkedHashMap<>();
    methods.stream()
        .sorted(Comparator.comparing(AnnotatedMethod::where))
        .forEach(method -> byMethod.put(method.method(), method));
    return Collections.unmodifiableMap(byMethod); // in order
  }
}
