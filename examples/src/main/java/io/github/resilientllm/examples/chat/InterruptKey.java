package io.github.resilientllm.examples.chat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * The one place that knows of {@code sun.misc.Signal}, by reflection: the compiler warns of any
 * other use and cannot be told not to, and a runtime without {@code jdk.unsupported} lacks it.
 */
final class InterruptKey {
  private InterruptKey() {}

  /**
   * Lets Ctrl-C do this instead of ending the process.
   *
   * @return false if this runtime cannot; Ctrl-C then ends the process as ever
   */
  static boolean does(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler onSignal =
          (proxy, method, arguments) -> {
            if (method.getDeclaringClass() != Object.class) {
              action.run();
              return null;
            }
            return switch (method.getName()) {
              case "equals" -> arguments != null && proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "Ctrl-C";
            };
          };
      Object proxy =
          Proxy.newProxyInstance(
              InterruptKey.class.getClassLoader(), new Class<?>[] {handler}, onSignal);
      Object ctrlC = signal.getConstructor(String.class).newInstance("INT");
      signal.getMethod("handle", signal, handler).invoke(null, ctrlC, proxy);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
      return false;
    }
  }
}
