package io.github.resilientllm.spring.boot;

import io.github.resilientllm.provider.LlmProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.annotation.OrderUtils;

/** The {@link LlmProvider} beans of an application. */
final class ProviderBeans {
  private final ConfigurableListableBeanFactory beans;
  private final List<String> names;
  private final Map<String, LlmProvider> made = new HashMap<>();

  ProviderBeans(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
    this.names = new ArrayList<>();
    // Without making factories for their types: those that do not tell it are asked by nobody.
    for (String name : beans.getBeanNamesForType(LlmProvider.class, true, false)) {
      if (!ScopedProxyUtils.isScopedTarget(name)) { // the proxy before it is one, too
        names.add(name);
      }
    }
  }

  /** The names that a target's properties may say. */
  Collection<String> names() {
    return names;
  }

  /** The bean of that name; null if there is none. */
  @Nullable LlmProvider provider(String name) {
    if (!names.contains(name)) {
      return null;
    }
    return made.computeIfAbsent(name, known -> beans.getBean(known, LlmProvider.class));
  }

  /** Those that are asked where no property names any, by their order. */
  List<String> ofDefault() {
    return names.stream()
        .filter(this::isCandidate)
        .sorted(Comparator.comparingInt(this::order))
        .toList();
  }

  /** Whether each of these has an order of its own. */
  boolean tellOrder(List<String> of) {
    Set<Integer> orders = new HashSet<>();
    return of.stream().allMatch(name -> orders.add(order(name)));
  }

  private boolean isCandidate(String name) {
    if (!beans.containsBeanDefinition(name)) {
      return true; // registered as it is
    }
    BeanDefinition definition = beans.getMergedBeanDefinition(name);
    return definition.isAutowireCandidate()
        && !(definition instanceof AbstractBeanDefinition own && !own.isDefaultCandidate());
  }

  /** As Spring orders beans: by the factory method, by the class, by the bean. */
  private int order(String name) {
    Order annotation = beans.findAnnotationOnBean(name, Order.class, false);
    if (annotation != null) {
      return annotation.value();
    }
    LlmProvider bean = Objects.requireNonNull(provider(name));
    if (bean instanceof Ordered ordered) {
      return ordered.getOrder();
    }
    return OrderUtils.getOrder(bean.getClass(), Ordered.LOWEST_PRECEDENCE);
  }
}
