package io.github.resilientllm.spring.fallback;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** What is asked about beans without making them. */
final class Beans {
  private Beans() {}

  /** A bean's own class, behind its proxy; null if nobody knows before it is made. */
  static @Nullable Class<?> targetClass(ConfigurableListableBeanFactory beans, String name) {
    Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
    return type == null ? null : ClassUtils.getUserClass(type);
  }

  static boolean isPrimary(ConfigurableListableBeanFactory beans, String name) {
    return beans.containsBeanDefinition(name) && beans.getMergedBeanDefinition(name).isPrimary();
  }
}
