package io.github.resilientllm.spring.boot;

import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.internal.ModelBeans;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the application says anything of who is to be asked. One that only has the starter on its
 * class path starts without clients.
 */
final class OnTargets extends SpringBootCondition implements ConfigurationCondition {
  private static final List<String> GROUPS = List.of("targets", "providers", "policies");

  @Override
  public ConfigurationPhase getConfigurationPhase() {
    return ConfigurationPhase.REGISTER_BEAN;
  }

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("resilient-llm targets");
    for (String group : GROUPS) {
      if (isSet(context.getEnvironment(), "resilient-llm." + group)) {
        return ConditionOutcome.match(message.foundExactly("resilient-llm." + group));
      }
    }
    ConfigurableListableBeanFactory beans = Objects.requireNonNull(context.getBeanFactory());
    String[] names = beans.getBeanNamesForType(LlmProvider.class, true, false);
    if (names.length > 0) {
      return ConditionOutcome.match(message.found("bean", "beans").items((Object[]) names));
    }
    String[] models = beans.getBeanNamesForType(ModelBeans.class, true, false);
    if (models.length > 0) {
      return ConditionOutcome.match(message.found("bean", "beans").items((Object[]) models));
    }
    return ConditionOutcome.noMatch(
        message.because("there is neither resilient-llm.targets nor an LlmProvider bean"));
  }

  private static boolean isSet(Environment environment, String group) {
    return PropertyNames.below(group, PropertyNames.sources(environment)).findAny().isPresent();
  }
}
