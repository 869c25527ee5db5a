package io.github.resilientllm.langchain4j.boot;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.github.resilientllm.spring.LlmClients;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Puts our models before the application's, as the primary ones.
 *
 * <p>LangChain4j's starter counts the models when it makes an {@code @AiService}: it takes the only
 * one by its name, and of two it refuses to choose, primary or not. So ours come after it has
 * counted, and take the place of the only one where it has put that.
 */
final class PrimaryModels implements BeanFactoryPostProcessor {
  private static final String WHOLE = "resilientLangChain4jModel";
  private static final String STREAMING = "resilientLangChain4jStreamingModel";

  /** The beans over all models, which are none of them. */
  static final List<String> OURS = List.of(WHOLE, STREAMING);

  private static final String AI_SERVICE = "dev.langchain4j.service.spring.AiServiceFactory";

  private final String maker;

  /**
   * The models.
   *
   * @param maker the name of the bean that makes them
   */
  PrimaryModels(String maker) {
    this.maker = maker;
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    if (beans.getBeanNamesForType(LlmClients.class, true, false).length == 0) {
      return;
    }
    add(beans, ChatModel.class, WHOLE, "whole", "chatModel");
    add(beans, StreamingChatModel.class, STREAMING, "streaming", "streamingChatModel");
  }

  private void add(
      ConfigurableListableBeanFactory beans,
      Class<?> type,
      String name,
      String factoryMethod,
      String property) {
    List<String> theirs =
        Stream.of(beans.getBeanNamesForType(type, true, false))
            .filter(known -> !known.equals(name))
            .toList();
    if (beans.containsBeanDefinition(name)
        || theirs.stream().anyMatch(known -> isPrimary(beans, known))) {
      return; // it was processed ahead of time, or the application says itself which one it wants
    }
    RootBeanDefinition ours = new RootBeanDefinition();
    ours.setFactoryBeanName(maker);
    ours.setFactoryMethodName(factoryMethod);
    ours.setTargetType(type);
    ours.setPrimary(true);
    ((BeanDefinitionRegistry) beans).registerBeanDefinition(name, ours);
    if (theirs.size() == 1) {
      takeThePlaceOf(theirs.get(0), name, property, beans);
    }
  }

  private static boolean isPrimary(ConfigurableListableBeanFactory beans, String name) {
    return beans.containsBeanDefinition(name) && beans.getMergedBeanDefinition(name).isPrimary();
  }

  private static void takeThePlaceOf(
      String only, String ours, String property, ConfigurableListableBeanFactory beans) {
    for (String name : beans.getBeanDefinitionNames()) {
      BeanDefinition definition = beans.getBeanDefinition(name);
      if (AI_SERVICE.equals(definition.getBeanClassName())
          && definition.getPropertyValues().get(property) instanceof RuntimeBeanReference given
          && given.getBeanName().equals(only)) {
        definition.getPropertyValues().add(property, new RuntimeBeanReference(ours));
      }
    }
  }
}
