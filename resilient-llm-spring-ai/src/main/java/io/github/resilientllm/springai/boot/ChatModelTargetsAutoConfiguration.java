package io.github.resilientllm.springai.boot;

import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.StreamsForFrameworks;
import io.github.resilientllm.springai.WatchedHttp;
import org.springframework.ai.anthropic.http.okhttp.AnthropicHttpClientBuilderCustomizer;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.openai.http.okhttp.OpenAiHttpClientBuilderCustomizer;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/** Makes targets of the application's chat models, before the clients ask for them. */
@AutoConfiguration(
    beforeName = "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
    afterName = {
      "org.springframework.ai.model.anthropic.autoconfigure.AnthropicChatAutoConfiguration",
      "org.springframework.ai.model.bedrock.converse.autoconfigure.BedrockConverseProxyChatAutoConfiguration",
      "org.springframework.ai.model.deepseek.autoconfigure.DeepSeekChatAutoConfiguration",
      "org.springframework.ai.model.google.genai.autoconfigure.chat.GoogleGenAiChatAutoConfiguration",
      "org.springframework.ai.model.mistralai.autoconfigure.MistralAiChatAutoConfiguration",
      "org.springframework.ai.model.ollama.autoconfigure.OllamaChatAutoConfiguration",
      "org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration"
    })
@ConditionalOnClass({ChatModel.class, LlmClients.class})
@ConditionalOnBooleanProperty(name = "resilient-llm.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "resilient-llm.spring-ai.enabled", matchIfMissing = true)
@ImportRuntimeHints(SpringAiHints.class)
final class ChatModelTargetsAutoConfiguration {

  @Bean
  StreamsForFrameworks resilientLlmStreamsForSpringAi() {
    return new StreamsForFrameworks();
  }

  @Bean
  @ConditionalOnBean(ChatModel.class)
  ChatModelBeans resilientLlmChatModelBeans(
      ConfigurableListableBeanFactory beans, Environment environment, WatchedHttp http) {
    return new ChatModelBeans(beans, new OwnRetries(environment), http);
  }

  @Bean
  WatchedHttp resilientLlmWatchedHttp() {
    return new WatchedHttp();
  }

  /** For whatever OpenAI's models ask by. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.ai.openai.http.okhttp.SpringAiOpenAiHttpClient")
  static final class OpenAi {

    @Bean
    OpenAiHttpClientBuilderCustomizer resilientLlmWatchedOpenAi(WatchedHttp http) {
      return client -> client.interceptor(http);
    }
  }

  /** For whatever Anthropic's models ask by. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = "org.springframework.ai.anthropic.http.okhttp.SpringAiAnthropicHttpClient")
  static final class Anthropic {

    @Bean
    AnthropicHttpClientBuilderCustomizer resilientLlmWatchedAnthropic(WatchedHttp http) {
      return client -> client.interceptor(http);
    }
  }
}
