package io.github.resilientllm.spring.outbox;

import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.internal.Mentions;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/** Finds the handlers among all beans, and makes none of them. */
final class Handlers {
  private Handlers() {}

  /**
   * All of them by name.
   *
   * @throws SetupException for the first one that cannot work
   */
  static Map<String, HandlerMethod> of(ConfigurableListableBeanFactory beans) {
    Mentions mentions = new Mentions(LlmHandler.class);
    Map<String, HandlerMethod> all = new LinkedHashMap<>();
    for (String bean : beans.getBeanNamesForType(Object.class, true, false)) {
      Class<?> type = ScopedProxyUtils.isScopedTarget(bean) ? null : type(beans, bean);
      if (type != null && mentions.in(type)) {
        for (HandlerMethod handler : in(type, bean, beans)) {
          HandlerMethod other = all.putIfAbsent(handler.name(), handler);
          if (other != null) {
            throw HandlerMethod.twice(handler, other);
          }
        }
      }
    }
    return all;
  }

  /** The bean's own class; of one behind a scoped proxy, that one's. */
  private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String bean) {
    String scoped = ScopedProxyUtils.getTargetBeanName(bean);
    Class<?> type =
        AutoProxyUtils.determineTargetClass(
            beans, beans.containsBeanDefinition(scoped) ? scoped : bean);
    return type == null ? null : ClassUtils.getUserClass(type);
  }

  private static List<HandlerMethod> in(
      Class<?> type, String bean, ConfigurableListableBeanFactory beans) {
    Class<?> seen = beans.getType(bean, false);
    List<HandlerMethod> handlers = new ArrayList<>();
    MethodIntrospector.selectMethods(
            type,
            (MetadataLookup<@Nullable LlmHandler>)
                method -> AnnotatedElementUtils.findMergedAnnotation(method, LlmHandler.class))
        .forEach(
            (method, annotation) ->
                handlers.add(
                    HandlerMethod.of(bean, type, seen == null ? type : seen, method, annotation)));
    return handlers;
  }
}
