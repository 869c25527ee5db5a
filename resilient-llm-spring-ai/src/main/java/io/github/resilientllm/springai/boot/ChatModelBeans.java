package io.github.resilientllm.springai.boot;

import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.internal.ModelBeans;
import io.github.resilientllm.springai.SpringAi;
import io.github.resilientllm.springai.WatchedHttp;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** The chat models of an application, but for ours. */
final class ChatModelBeans implements ModelBeans {
  /** The bean over all of them, which is none of them. */
  static final String OURS = "resilientChatModel";

  private final ConfigurableListableBeanFactory beans;
  private final OwnRetries retries;
  private final WatchedHttp http;
  private final List<String> names;
  private final Map<LlmProvider, ChatModel> made = new LinkedHashMap<>();

  /**
   * The chat models.
   *
   * @param http an interceptor of those models that Spring AI configures
   */
  ChatModelBeans(ConfigurableListableBeanFactory beans, OwnRetries retries, WatchedHttp http) {
    this.beans = beans;
    this.retries = retries;
    this.http = http;
    List<String> all = new ArrayList<>();
    for (String name : beans.getBeanNamesForType(ChatModel.class, true, false)) {
      if (!name.equals(OURS) && !ScopedProxyUtils.isScopedTarget(name)) {
        all.add(name);
      }
    }
    all.sort(Comparator.comparingInt(this::order)); // else as they were registered
    this.names = List.copyOf(all);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public LlmProvider provider(String name) {
    ChatModel model = beans.getBean(name, ChatModel.class);
    retries.warn(name, model);
    LlmProvider provider =
        isSpringAis(name) ? SpringAi.provider(model, http) : SpringAi.provider(model);
    made.put(provider, model);
    return provider;
  }

  /** The options of the model that is a target by this vendor and name; empty if none is. */
  Optional<ChatOptions> options(String vendor, String model) {
    return made.entrySet().stream()
        .filter(each -> each.getKey().vendor().equals(vendor))
        .filter(each -> each.getKey().model().equals(model))
        .map(each -> each.getValue().getOptions())
        .findFirst();
  }

  /** Whether Spring AI made it, with the interceptors that are beans; who makes one may not. */
  private boolean isSpringAis(String name) {
    if (!beans.containsBeanDefinition(name)
        || !(beans.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)) {
      return false;
    }
    Method factory = definition.getResolvedFactoryMethod();
    return factory != null
        && factory.getDeclaringClass().getName().startsWith("org.springframework.ai.model.");
  }

  private int order(String name) {
    Order order = beans.findAnnotationOnBean(name, Order.class, false);
    return order == null ? Ordered.LOWEST_PRECEDENCE : order.value();
  }
}
