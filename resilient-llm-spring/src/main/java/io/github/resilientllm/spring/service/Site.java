package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;

/**
 * Where a mistake can be.
 *
 * @param service the interface
 * @param method its method; null if it is about the interface itself
 */
record Site(Class<?> service, @Nullable Method method) {

  /** An exception that says what is wrong here and what to do about it. */
  SetupException wrong(String what, String action) {
    return new SetupException("@LlmService " + this + ": " + what, action);
  }

  /**
   * What the service names by its class: a bean of it, or else an instance made as a bean would be.
   *
   * @param role what it is to the service
   * @throws SetupException if there are several, or none can be made
   */
  Object instance(String role, Class<?> type, AutowireCapableBeanFactory beans) {
    ObjectProvider<?> known = beans.getBeanProvider(type);
    long count = known.stream().count();
    if (count > 1 && known.getIfUnique() == null) {
      throw wrong(
          "There are " + count + " beans of its " + role + " " + type.getName() + ".",
          "Make one of them @Primary, or name a class of which there is one.");
    }
    if (count > 0) {
      return known.getObject();
    }
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      throw wrong(
          "Its " + role + " " + type.getName() + " is abstract, and there is no bean of it.",
          "Declare a bean of it, or name a class that can be made.");
    }
    return beans.createBean(type);
  }

  @Override
  public String toString() {
    return service.getName() + (method == null ? "" : "." + Names.signature(method));
  }
}
