package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.internal.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * The listeners to all clients, and what surrounds their calls, which are made when all beans are
 * there or the first event comes: one that is given a client itself would else wait for the client
 * that waits for it.
 */
final class LateListeners implements SmartInitializingSingleton {
  private static final Logger LOG = LoggerFactory.getLogger(LateListeners.class);

  private final ObjectProvider<CallListener> ofAll;
  private final ObjectProvider<CallListenerFactory> ofEach;
  private final ObjectProvider<Surroundings> around;
  private volatile boolean allThere;
  private volatile @Nullable Surroundings surroundings;
  private final Set<String> policies = ConcurrentHashMap.newKeySet();
  private final Map<String, List<CallListener>> made = new ConcurrentHashMap<>(); // by policy

  LateListeners(
      ObjectProvider<CallListener> ofAll,
      ObjectProvider<CallListenerFactory> ofEach,
      ObjectProvider<Surroundings> around) {
    this.ofAll = ofAll;
    this.ofEach = ofEach;
    this.around = around;
  }

  /** What surrounds calls; null for nothing. Looked up once, when all beans are there. */
  @Nullable Surroundings surroundings() {
    return allThere ? surroundings : around.getIfUnique();
  }

  /** One that stands for all listeners to a policy's client. */
  CallListener of(String policy) {
    policies.add(policy);
    return event -> tell(policy, event);
  }

  @Override
  public void afterSingletonsInstantiated() {
    policies.forEach(this::listeners);
    surroundings = around.getIfUnique();
    allThere = true;
  }

  private void tell(String policy, CallEvent event) {
    for (CallListener listener : listeners(policy)) {
      try {
        listener.on(event);
      } catch (RuntimeException | Error e) { // a guest, as in the library; the others hear it
        LOG.warn("A CallListener failed on {}", event.getClass().getSimpleName(), e);
      }
    }
  }

  private List<CallListener> listeners(String policy) {
    List<CallListener> known = made.get(policy);
    if (known != null) {
      return known;
    }
    List<CallListener> all;
    try {
      all = new ArrayList<>(ofAll.orderedStream().toList());
      ofEach.orderedStream().map(factory -> factory.listener(policy)).forEach(all::add);
    } catch (BeansException e) {
      LOG.debug("A call is made before the listeners to it can be", e);
      return List.of();
    }
    List<CallListener> earlier = made.putIfAbsent(policy, all);
    return earlier == null ? all : earlier;
  }
}
