package io.github.resilientllm.spring.internal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;

/** Asks last resorts, and tells the listeners to them. */
public final class LastResorts {
  private static final Logger LOG = LoggerFactory.getLogger(LastResorts.class);

  private final ObjectProvider<LastResortListener> listeners;

  /**
   * Creates them.
   *
   * @param listeners looked up when one is to be told, for they may need what is made later
   */
  public LastResorts(ObjectProvider<LastResortListener> listeners) {
    this.listeners = listeners;
  }

  /** An answer that may be anything to throw. */
  @FunctionalInterface
  public interface Answer {
    /** What the last resort answers. */
    @Nullable Object get() throws Throwable;
  }

  /**
   * What a last resort answers.
   *
   * @param method the class and method that it stands in for
   * @throws Throwable what it throws
   */
  public @Nullable Object ask(String method, Throwable failure, Answer answer) throws Throwable {
    boolean answered = false;
    try {
      Object given = answer.get();
      answered = true;
      return given;
    } finally {
      tell(method, failure, answered);
    }
  }

  private void tell(String method, Throwable failure, boolean answered) {
    try {
      listeners.orderedStream().forEach(each -> each.asked(method, failure, answered));
    } catch (RuntimeException e) { // a guest, whose fault must not cost the answer
      LOG.warn("A listener to last resorts failed", e);
    }
  }
}
