package io.github.resilientllm.springai.boot;

import java.util.Objects;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether the application has not said itself which chat model is to be injected. */
final class OnNoPrimaryChatModel extends SpringBootCondition implements ConfigurationCondition {

  @Override
  public ConfigurationPhase getConfigurationPhase() {
    return ConfigurationPhase.REGISTER_BEAN;
  }

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("primary ChatModel");
    ConfigurableListableBeanFactory beans = Objects.requireNonNull(context.getBeanFactory());
    for (String name : beans.getBeanNamesForType(ChatModel.class, true, false)) {
      if (beans.containsBeanDefinition(name) && beans.getMergedBeanDefinition(name).isPrimary()) {
        return ConditionOutcome.noMatch(message.found("bean").items(name));
      }
    }
    return ConditionOutcome.match(message.didNotFind("one").atAll());
  }
}
