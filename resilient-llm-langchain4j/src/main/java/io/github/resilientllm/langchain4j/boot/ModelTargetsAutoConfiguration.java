package io.github.resilientllm.langchain4j.boot;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.StreamsForFrameworks;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;

/** Makes targets of the application's models, before the clients ask for them. */
@AutoConfiguration(
    beforeName = "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
    afterName = {
      "dev.langchain4j.anthropic.spring.AutoConfig",
      "dev.langchain4j.anthropic.spring.AnthropicAutoConfiguration",
      "dev.langchain4j.azure.openai.spring.AutoConfig",
      "dev.langchain4j.azure.openai.spring.AzureOpenAiAutoConfiguration",
      "dev.langchain4j.openai.spring.AutoConfig",
      "dev.langchain4j.openai.spring.OpenAiAutoConfiguration",
      "dev.langchain4j.ollama.spring.AutoConfig",
      "dev.langchain4j.ollama.spring.OllamaAutoConfiguration",
      "io.github.resilientllm.springai.boot.ChatModelTargetsAutoConfiguration"
    })
@ConditionalOnClass({ChatModel.class, LlmClients.class})
@ConditionalOnBooleanProperty(name = "resilient-llm.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "resilient-llm.langchain4j.enabled", matchIfMissing = true)
@ImportRuntimeHints(LangChain4jHints.class)
final class ModelTargetsAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  StreamsForFrameworks resilientLlmStreamsForLangChain4j() {
    return new StreamsForFrameworks();
  }

  @Bean
  @Conditional(OnAnyModel.class)
  ModelPairs resilientLlmModelPairs(ConfigurableListableBeanFactory beans) {
    return new ModelPairs(beans, new OwnRetries());
  }

  /** Whether the application has a model of either kind. */
  static final class OnAnyModel extends AnyNestedCondition {
    OnAnyModel() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnBean(ChatModel.class)
    static final class OnWhole {}

    @ConditionalOnBean(StreamingChatModel.class)
    static final class OnStreaming {}
  }
}
