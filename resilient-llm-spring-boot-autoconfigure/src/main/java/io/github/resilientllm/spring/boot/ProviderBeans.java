package io.github.resilientllm.spring.boot;

import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.internal.ModelBeans;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.annotation.OrderUtils;

/** The {@link LlmProvider} beans of an application, and behind them the models of frameworks. */
final class ProviderBeans {
  private final ConfigurableListableBeanFactory beans;
  private final List<String> names;
  private final Map<String, ModelBeans> models = new LinkedHashMap<>();
  private final Map<String, LlmProvider> made = new HashMap<>();

  ProviderBeans(ConfigurableListableBeanFactory beans) {
    this(beans, List.of());
  }

  ProviderBeans(ConfigurableListableBeanFactory beans, List<ModelBeans> frameworks) {
    this.beans = beans;
    frameworks.forEach(each -> each.names().forEach(name -> models.put(name, each)));
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
    List<String> all = new ArrayList<>(names);
    all.addAll(models.keySet());
    return all;
  }

  /** The bean of that name; null if there is none. */
  @Nullable LlmProvider provider(String name) {
    ModelBeans model = models.get(name);
    if (model != null) {
      return made.computeIfAbsent(name, model::provider);
    }
    if (!names.contains(name)) {
      return null;
    }
    return made.computeIfAbsent(name, known -> beans.getBean(known, LlmProvider.class));
  }

  /** Those that are asked where no property names any, by their order. */
  List<String> ofDefault() {
    return Stream.concat(
            names.stream().filter(this::isCandidate).sorted(Comparator.comparingInt(this::order)),
            models.keySet().stream())
        .toList();
  }

  /** Whether each of these has an order of its own; the models of frameworks come in theirs. */
  boolean tellOrder(List<String> of) {
    Set<Integer> orders = new HashSet<>();
    return of.stream().allMatch(name -> models.containsKey(name) || orders.add(order(name)));
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
