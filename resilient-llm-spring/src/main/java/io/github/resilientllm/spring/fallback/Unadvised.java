package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;

/**
 * The beans that have the annotation and not its advice: made before there was a post-processor, or
 * not by Spring at all. Calls of them would go past the annotation, and nobody would know before
 * the outage.
 */
final class Unadvised {
  private static final String MOCKITO = "org.mockito.Mockito";

  private final ConfigurableListableBeanFactory beans;
  private final FallbackPlans plans;
  private final Set<String> advised;

  Unadvised(ConfigurableListableBeanFactory beans, FallbackPlans plans, Set<String> advised) {
    this.beans = beans;
    this.plans = plans;
    this.advised = advised;
  }

  /**
   * Looks at all beans that there are.
   *
   * @throws SetupException for the first one that lacks the advice
   */
  void check() {
    for (String name : beans.getSingletonNames()) {
      Object bean = beans.getSingleton(name);
      if (bean instanceof FactoryBean<?> factory) {
        checkProduct(name, factory);
      }
      check(name, bean);
    }
  }

  /**
   * Looks at the beans of a context that may have no advice of its own.
   *
   * @param place where it is, seen from the one that puts the advice around its beans
   * @throws SetupException for the first one that has the annotation and not its advice
   */
  void checkOther(String place) {
    if (beans.getBeanNamesForType(LlmFallbackPostProcessor.class, true, false).length > 0) {
      return;
    }
    for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
      Class<?> type = beans.getType(name, false);
      Optional<AnnotatedMethod> annotated = type == null ? Optional.empty() : first(type);
      if (annotated.isPresent() && !standsInForTests(name, beans.getSingleton(name))) {
        throw annotated
            .get()
            .wrong(
                "The bean \""
                    + name
                    + "\" is in a context "
                    + place
                    + " the one that puts @LlmFallback around its beans: calls would go past the annotation.",
                "Import LlmFallbackConfiguration into its context, too, or move the bean.");
      }
    }
  }

  private Optional<AnnotatedMethod> first(Class<?> type) {
    return plans.annotated(type).values().stream().findFirst();
  }

  private void checkProduct(String name, FactoryBean<?> factory) {
    Class<?> type = factory.getObjectType();
    if (type != null && factory.isSingleton() && !plans.annotated(type).isEmpty()) {
      check(name, beans.getBean(name)); // made now, if it has not been made too early
    }
  }

  private void check(String name, @Nullable Object bean) {
    if (bean == null
        || advised.contains(name)
        || bean instanceof ScopedObject
        || bean instanceof AopInfrastructureBean) {
      return;
    }
    Optional<AnnotatedMethod> annotated = first(AopProxyUtils.ultimateTargetClass(bean));
    if (annotated.isPresent() && !standsInForTests(name, bean)) {
      throw mistake(name, annotated.get());
    }
  }

  private SetupException mistake(String name, AnnotatedMethod annotated) {
    if (!beans.containsBeanDefinition(name)) {
      return annotated.wrong(
          "The bean \""
              + name
              + "\" was given to the application as an object that is ready, and Spring puts no"
              + " proxy around those: calls would go past the annotation.",
          "Register its class, or a supplier of it, in place of the object: registerBean(\""
              + name
              + "\", ...).");
    }
    Set<String> early = early(name);
    return annotated.wrong(
        "The bean \""
            + name
            + "\" was made before @LlmFallback could be put around it, because "
            + (early.isEmpty()
                ? "a post-processor of beans, or something that one needs, asked for it"
                : "the post-processor " + String.join(" and ", early) + " needs it")
            + ": calls would go past the annotation.",
        "Let that post-processor ask for it when it is used, by an ObjectProvider<"
            + annotated.type().getSimpleName()
            + "> or @Lazy; and make a @Bean method of a post-processor static, for else it needs"
            + " its configuration class and all that this one is given.");
  }

  /** The post-processors that depend on a bean, over however many others. */
  private Set<String> early(String name) {
    Set<String> found = new LinkedHashSet<>();
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>(Arrays.asList(beans.getDependentBeans(name)));
    while (!next.isEmpty()) {
      String dependent = next.remove();
      if (!seen.add(dependent)) {
        continue;
      }
      Object bean = beans.getSingleton(dependent);
      if (bean instanceof BeanPostProcessor || bean instanceof BeanFactoryPostProcessor) {
        found.add("\"" + dependent + "\"");
      }
      next.addAll(Arrays.asList(beans.getDependentBeans(dependent)));
    }
    return found;
  }

  /** Whether it takes the place of a bean in a test, which wants it as it is. */
  private boolean standsInForTests(String name, @Nullable Object bean) {
    boolean overridden = // by @TestBean or @MockitoBean on a field of the test
        beans.containsBeanDefinition(name)
            && beans.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition
            && definition.getQualifiedElement() instanceof Field;
    return overridden || (bean != null && isMock(bean));
  }

  private static boolean isMock(Object bean) {
    ClassLoader classes = bean.getClass().getClassLoader();
    if (!ClassUtils.isPresent(MOCKITO, classes)) {
      return false;
    }
    try {
      Object details =
          ClassUtils.resolveClassName(MOCKITO, classes)
              .getMethod("mockingDetails", Object.class)
              .invoke(null, bean);
      return Boolean.TRUE.equals(
          Class.forName("org.mockito.MockingDetails", false, classes)
              .getMethod("isMock")
              .invoke(details));
    } catch (ReflectiveOperationException e) {
      return false; // another Mockito than those known, which cannot tell
    }
  }
}
