package io.github.resilientllm.spring.outbox;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.Work;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.internal.Nearest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;

/**
 * An outbox whose handlers are beans' methods. It is built at its first use, or when all beans are
 * there, and runs from the start of the application's lifecycle to its end. It ends first, for its
 * work can wait, and what that uses ends later.
 */
public final class HandledOutbox implements LlmOutbox, SmartInitializingSingleton, SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(HandledOutbox.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Enough of what waits to know its handlers. */
  private static final int MOST_LOOKED_AT = 100_000;

  private final ConfigurableListableBeanFactory beans;
  private final Outbox.Builder builder;
  private final boolean drains;
  private final Duration patience;
  private final ObjectProvider<OutboxListener> listeners;
  private @Nullable Map<String, HandlerMethod> handlers; // guarded by this, as the next two
  private @Nullable Outbox outbox;
  private boolean running;

  /**
   * An outbox that is not built yet.
   *
   * @param builder with all but the handlers
   * @param drains whether work is asked and handled here, or only submitted
   * @param patience what is asked or handled has this long when the application ends
   */
  public HandledOutbox(
      ConfigurableListableBeanFactory beans,
      Outbox.Builder builder,
      boolean drains,
      Duration patience) {
    this.beans = beans;
    this.builder = builder;
    this.drains = drains;
    this.patience = patience;
    this.listeners = beans.getBeanProvider(OutboxListener.class, false);
  }

  /**
   * An outbox for the context whose beans these are.
   *
   * @param builder with a store, and without handlers
   */
  public static HandledOutbox of(BeanFactory beans, Outbox.Builder builder) {
    return new HandledOutbox((ConfigurableListableBeanFactory) beans, builder, true, PATIENCE);
  }

  @Override
  public OutboxItem submit(Work work) {
    OutboxItem item = outbox().submit(work);
    tell(listener -> listener.submitted(item.handler()));
    return item;
  }

  @Override
  public synchronized Outbox outbox() {
    if (handlers == null) {
      Map<String, HandlerMethod> found = Handlers.of(beans);
      found.values().forEach(it -> builder.handler(it.name(), done -> handle(it, done)));
      handlers = found;
    }
    if (outbox == null) {
      outbox = builder.build();
    }
    return outbox;
  }

  /** The names of the handlers. */
  public synchronized Set<String> handlers() {
    Outbox unused = outbox();
    return handlers == null ? Set.of() : Set.copyOf(handlers.keySet());
  }

  private void handle(HandlerMethod handler, Delivery delivery) throws Exception {
    long start = System.nanoTime();
    Throwable failure = null;
    try {
      handler.handle(beans, delivery);
    } catch (Throwable e) {
      failure = e;
      LOG.atWarn()
          .setCause(e)
          .log(
              "The handler \"{}\" did not take an answer; it is called again later",
              handler.name());
      throw e;
    } finally {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      Throwable thrown = failure;
      tell(listener -> listener.handled(handler.name(), delivery, took, thrown));
    }
  }

  private void tell(Consumer<OutboxListener> what) {
    try {
      listeners.orderedStream().forEach(what);
    } catch (RuntimeException e) { // a guest, whose fault must not cost the work
      LOG.warn("A listener to the outbox failed", e);
    }
  }

  @Override
  public synchronized void afterSingletonsInstantiated() {
    Map<String, HandlerMethod> early = handlers;
    if (early == null) {
      Outbox unused = outbox();
      return;
    }
    for (HandlerMethod handler : Handlers.of(beans).values()) {
      if (!early.containsKey(handler.name())) {
        throw HandlerMethod.mistake(
            handler.type(),
            handler.method(),
            "Work was submitted while beans were made, and the class of the bean \""
                + handler.bean()
                + "\" was not known yet.",
            "Let its @Bean method declare its class, or submit when the application has started.");
      }
    }
  }

  @Override
  public synchronized void start() {
    running = true;
    if (drains) {
      outbox().start();
    }
    Thread looker = new Thread(this::reportStrangers, "resilient-llm-outbox-start");
    looker.setDaemon(true);
    looker.start();
  }

  /** Work for which there is no method: of a name that was changed, or of a newer application. */
  private void reportStrangers() {
    try {
      Set<String> known = handlers();
      Map<String, Integer> strangers = new TreeMap<>();
      Query query = Query.all().in(ItemState.WAITING, ItemState.ANSWERED);
      int looked = 0;
      String next = "";
      do {
        Outbox.Page page = outbox().list(query.from(next));
        for (Outbox.Entry entry : page.entries()) {
          if (!known.contains(entry.item().handler())) {
            strangers.merge(entry.item().handler(), 1, Integer::sum);
          }
        }
        looked += page.entries().size();
        next = page.next();
      } while (!next.isEmpty() && looked < MOST_LOOKED_AT);
      strangers.forEach((name, count) -> report(name, count, known));
    } catch (OutboxException e) { // health tells of it, and the drain
      LOG.debug("The outbox could not be looked through at the start", e);
    }
  }

  private static void report(String name, int count, Set<String> known) {
    LOG.warn(
        "{} piece(s) of work wait for the handler \"{}\", which no @LlmHandler method here is.{} If"
            + " it was renamed, give a method the old name until nothing waits for it; if another"
            + " application has it, all is well; if nobody wants it any more, cancel it.",
        count,
        name,
        Nearest.to(name, known).map(near -> " There is \"" + near + "\".").orElse(""));
  }

  @Override
  public void stop(Runnable callback) {
    Thread closer =
        new Thread(
            () -> {
              try {
                stop();
              } finally {
                callback.run();
              }
            },
            "resilient-llm-outbox-stop");
    closer.start();
  }

  @Override
  public void stop() {
    Outbox ending;
    synchronized (this) {
      running = false;
      ending = outbox;
      outbox = null; // a context may be started again
    }
    if (ending != null) {
      ending.close(patience);
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return running;
  }
}
