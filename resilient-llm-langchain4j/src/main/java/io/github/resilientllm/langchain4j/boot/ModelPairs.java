package io.github.resilientllm.langchain4j.boot;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.github.resilientllm.langchain4j.LangChain4jProvider;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.internal.ModelBeans;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * LangChain4j's models among an application's beans, but for ours. A {@code ChatModel} and a {@code
 * StreamingChatModel} whose names differ by the word "streaming" are one target, by the first one's
 * name: {@code openAiChatModel} and {@code openAiStreamingChatModel}.
 */
final class ModelPairs implements ModelBeans {
  private final ConfigurableListableBeanFactory beans;
  private final OwnRetries retries;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();

  /** The names of a target's beans, one of which may be missing. */
  private record Pair(@Nullable String whole, @Nullable String streaming) {
    String name() {
      return whole != null ? whole : Objects.requireNonNull(streaming);
    }
  }

  ModelPairs(ConfigurableListableBeanFactory beans, OwnRetries retries) {
    this.beans = beans;
    this.retries = retries;
    Map<String, Pair> found = new LinkedHashMap<>();
    for (String name : names(ChatModel.class)) {
      found.put(key(name), new Pair(name, null));
    }
    for (String name : names(StreamingChatModel.class)) {
      Pair known = found.get(key(name));
      found.put(key(name), new Pair(known == null ? null : known.whole(), name));
    }
    found.values().stream()
        .sorted(Comparator.comparingInt(pair -> order(pair.name()))) // else as registered
        .forEach(pair -> pairs.put(pair.name(), pair));
  }

  @Override
  public List<String> names() {
    return List.copyOf(pairs.keySet());
  }

  @Override
  public LlmProvider provider(String name) {
    Pair pair = Objects.requireNonNull(pairs.get(name), name);
    if (pair.whole() == null) {
      return LangChain4jProvider.of(
          beans.getBean(Objects.requireNonNull(pair.streaming()), StreamingChatModel.class));
    }
    ChatModel whole = beans.getBean(pair.whole(), ChatModel.class);
    retries.warn(pair.whole(), whole);
    return pair.streaming() == null
        ? LangChain4jProvider.of(whole)
        : LangChain4jProvider.of(whole, beans.getBean(pair.streaming(), StreamingChatModel.class));
  }

  private List<String> names(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (String name : beans.getBeanNamesForType(type, true, false)) {
      if (!PrimaryModels.OURS.contains(name) && !ScopedProxyUtils.isScopedTarget(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace("streaming", "");
  }

  private int order(String name) {
    Order order = beans.findAnnotationOnBean(name, Order.class, false);
    return order == null ? Ordered.LOWEST_PRECEDENCE : order.value();
  }
}
