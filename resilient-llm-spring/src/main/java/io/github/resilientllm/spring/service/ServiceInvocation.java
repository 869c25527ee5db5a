package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.internal.Kotlin;
import io.github.resilientllm.spring.internal.LastResorts;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** What stands behind a service's interface. Safe for several threads. */
final class ServiceInvocation implements InvocationHandler {
  private static final Object[] NO_ARGUMENTS = {};

  private final Class<?> service;
  private final Policy policy;
  private final Readers readers;
  private final Map<Method, ServiceMethod> methods;
  private final Tools tools;
  private final Map<Method, MethodHandle> defaults;
  private final Map<Method, StandIn> lastResorts;

  ServiceInvocation(
      Class<?> service,
      Policy policy,
      Readers readers,
      Map<Method, ServiceMethod> methods,
      Tools tools,
      @Nullable Object fallback,
      LastResorts asks) {
    this.service = service;
    this.policy = policy;
    this.readers = readers;
    this.methods = Map.copyOf(methods);
    this.tools = tools;
    this.defaults = defaults(service);
    this.lastResorts = fallback == null ? Map.of() : lastResorts(fallback, asks);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
      throws Throwable {
    @Nullable Object[] arguments = given == null ? NO_ARGUMENTS : given;
    ServiceMethod asked = methods.get(method);
    if (asked != null) {
      return asked
          .returned()
          .form()
          .ask(new ServiceCall(policy, readers, asked, tools, lastResorts.get(method), arguments));
    }
    MethodHandle own = defaults.get(method);
    return own == null
        ? ofObject(proxy, method, arguments)
        : own.bindTo(proxy).invokeWithArguments(arguments);
  }

  private Object ofObject(Object proxy, Method method, @Nullable Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "LlmService[" + service.getName() + "]";
    };
  }

  private Map<Method, StandIn> lastResorts(Object fallback, LastResorts asks) {
    Map<Method, StandIn> lastResorts = new HashMap<>();
    for (Method method : methods.keySet()) {
      ReflectionUtils.makeAccessible(method); // the interface may be package-private
      lastResorts.put(
          method,
          new StandIn(fallback, method, service.getSimpleName() + "." + method.getName(), asks));
    }
    return Map.copyOf(lastResorts);
  }

  private static Map<Method, MethodHandle> defaults(Class<?> service) {
    Map<Method, MethodHandle> defaults = new HashMap<>();
    for (Method method : service.getMethods()) {
      Method beside = Modifier.isAbstract(method.getModifiers()) ? Kotlin.body(method) : null;
      if (method.isDefault() || beside != null) {
        defaults.put(method, beside == null ? body(method) : beside(beside));
      }
    }
    return Map.copyOf(defaults);
  }

  /** {@link InvocationHandler#invokeDefault} sees public interfaces only. */
  private static MethodHandle body(Method method) {
    Class<?> declaring = method.getDeclaringClass();
    try {
      return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
          .unreflectSpecial(method, declaring);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The body of " + method + " cannot be reached", e);
    }
  }

  /** It takes the service first. */
  private static MethodHandle beside(Method body) {
    ReflectionUtils.makeAccessible(body);
    try {
      return MethodHandles.lookup().unreflect(body);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The body of " + body + " cannot be reached", e);
    }
  }
}
