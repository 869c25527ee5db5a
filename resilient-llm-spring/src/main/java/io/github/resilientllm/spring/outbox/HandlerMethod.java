package io.github.resilientllm.spring.outbox;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean that takes answers, checked.
 *
 * @param name the handler's
 * @param bean the bean's, which is looked up at each call
 * @param type the bean's own class, behind its proxies
 */
record HandlerMethod(String name, String bean, Class<?> type, Method method) {

  /**
   * Checks a method.
   *
   * @param seen the class of the bean as others see it, as far as it is known
   * @throws SetupException if it can take no answers
   */
  static HandlerMethod of(
      String bean, Class<?> type, Class<?> seen, Method method, LlmHandler annotation) {
    String name = annotation.value();
    if (name.isEmpty() || name.length() > OutboxItem.MAX_NAME_LENGTH) {
      throw mistake(
          type,
          method,
          "Its name has %d characters, and 1 to %d are possible."
              .formatted(name.length(), OutboxItem.MAX_NAME_LENGTH),
          "Write a short name, such as @LlmHandler(\"%s\").".formatted(method.getName()));
    }
    if ((method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) != 0) {
      throw mistake(
          type,
          method,
          "The method is private, static or final, and what is around the bean cannot see calls of"
              + " it.",
          "Make it a public method that is neither static nor final.");
    }
    boolean takesDelivery =
        Arrays.equals(method.getParameterTypes(), new Class<?>[] {Delivery.class});
    if (!takesDelivery || method.getReturnType() != void.class) {
      throw mistake(
          type,
          method,
          takesDelivery
              ? "It returns %s, for which nobody would wait."
                  .formatted(method.getReturnType().getSimpleName())
              : "It does not take one %s.".formatted(Delivery.class.getName()),
          "Write it as: void %s(Delivery done). When it returns, the answer is taken; done.text() is"
                  .formatted(method.getName())
              + " the answer's text.");
    }
    if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
        || AnnotatedElementUtils.hasAnnotation(type, Async.class)) {
      throw mistake(
          type,
          method,
          "It is @Async, and returns before the answer is taken: what fails or ends then is lost.",
          "Take @Async away. The outbox calls it on a thread of its own.");
    }
    try {
      Method unused = AopUtils.selectInvocableMethod(method, seen);
    } catch (IllegalStateException e) {
      throw mistake(
          type,
          method,
          "The bean's proxy implements its interfaces only, and none of them has this method.",
          "Add the method to an interface, or leave spring.aop.proxy-target-class at true.");
    }
    return new HandlerMethod(name, bean, type, method);
  }

  /** Gives it an answer; throws what the method throws. */
  void handle(BeanFactory beans, Delivery delivery) throws Exception {
    Object its = beans.getBean(bean); // only now it is known what proxy a lazy one has
    Method called = AopUtils.selectInvocableMethod(method, its.getClass());
    ReflectionUtils.makeAccessible(called);
    try {
      called.invoke(its, delivery);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /** The mistake of two handlers with one name. */
  static SetupException twice(HandlerMethod one, HandlerMethod other) {
    return mistake(
        one.type,
        one.method,
        "It is a method of the bean \"%s\", and the bean \"%s\" has a handler of the same name, %s."
            .formatted(one.bean, other.bean, where(other.type, other.method)),
        "Give each a name of its own. What waits in the store is for the old name; keep that for"
            + " the one that takes it.");
  }

  /** The mistake of a handler to which nobody gives answers. */
  SetupException unserved(String why, String remedy) {
    return mistake(type, method, "It is a method of the bean \"" + bean + "\", and " + why, remedy);
  }

  static SetupException mistake(Class<?> type, Method method, String what, String remedy) {
    return new SetupException(
        "@LlmHandler on " + where(type, method) + " cannot work:\n\n    " + what, remedy);
  }

  private static String where(Class<?> type, Method method) {
    return type.getName() + "." + Names.signature(method);
  }
}
