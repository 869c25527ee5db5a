package io.github.resilientllm.spring.outbox;

import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.Optional;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Refuses handlers where there is no outbox: they would never be called, and nobody would know
 * before an answer is missed.
 */
final class UnservedHandlers implements SmartInitializingSingleton {
  private final ConfigurableListableBeanFactory beans;
  private final boolean takesAnswers;

  /**
   * Of the context whose beans these are.
   *
   * @param takesAnswers false for an application that has handlers and is to take no answers
   */
  UnservedHandlers(ConfigurableListableBeanFactory beans, boolean takesAnswers) {
    this.beans = beans;
    this.takesAnswers = takesAnswers;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (!takesAnswers || beans.getBeanNamesForType(LlmOutbox.class, true, false).length > 0) {
      return;
    }
    Optional<HandlerMethod> first = Handlers.of(beans).values().stream().findFirst();
    if (first.isPresent()) {
      throw mistake(first.get());
    }
  }

  private SetupException mistake(HandlerMethod handler) {
    if (isThere(LlmOutbox.class)) {
      return handler.unserved(
          "the outbox is in a parent context, which does not see the beans of this one.",
          "Declare the bean in the parent context, or an outbox in this one.");
    }
    if (!isThere(LlmClients.class)) {
      return handler.unserved(
          "the application has no targets, and so no outbox whose answers it could take.",
          "Set resilient-llm.targets.<name>.provider and .model, or define an LlmProvider bean.");
    }
    return handler.unserved(
        "the application has no outbox whose answers it could take.",
        "Set resilient-llm.outbox.directory, or resilient-llm.outbox.type=postgres, or declare an"
            + " LlmOutbox bean; or set resilient-llm.outbox.enabled=false where it is to take none.");
  }

  private boolean isThere(Class<?> type) {
    return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false).length > 0;
  }
}
