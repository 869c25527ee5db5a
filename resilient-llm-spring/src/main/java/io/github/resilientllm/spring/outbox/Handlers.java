package io.github.resilientllm.spring.outbox;

import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
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
    Map<String, HandlerMethod> all = new LinkedHashMap<>();
    for (String bean : beans.getBeanNamesForType(Object.class, true, false)) {
      Class<?> type = ScopedProxyUtils.isScopedTarget(bean) ? null : type(beans, bean);
      if (type != null) {
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

  private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String bean) {
    Class<?> type = AutoProxyUtils.determineTargetClass(beans, bean);
    Class<?> own = type == null ? null : ClassUtils.getUserClass(type);
    boolean mayHaveSome =
        own != null
            && !own.getName().startsWith("org.springframework.")
            && AnnotationUtils.isCandidateClass(own, LlmHandler.class);
    return mayHaveSome ? own : null;
  }

  private static Collection<HandlerMethod> in(
      Class<?> type, String bean, ConfigurableListableBeanFactory beans) {
    Map<Method, HandlerMethod> handlers = new LinkedHashMap<>();
    Map<Method, LlmHandler> annotated;
    try {
      annotated =
          MethodIntrospector.selectMethods(
              type,
              (MetadataLookup<@Nullable LlmHandler>)
                  method -> AnnotatedElementUtils.findMergedAnnotation(method, LlmHandler.class));
    } catch (NoClassDefFoundError e) {
      return handlers.values(); // a signature of a library that is not there
    }
    Class<?> seen = beans.getType(bean, false);
    annotated.forEach(
        (method, annotation) ->
            handlers.put(
                method,
                HandlerMethod.of(bean, type, seen == null ? type : seen, method, annotation)));
    return handlers.values();
  }
}
