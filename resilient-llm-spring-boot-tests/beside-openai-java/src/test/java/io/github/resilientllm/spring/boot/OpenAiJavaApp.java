package io.github.resilientllm.spring.boot;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.github.resilientllm.chat.LlmClient;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that asks by our client and by OpenAI's own, and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class OpenAiJavaApp {

  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(OpenAiJavaApp.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(arguments).close();
  }

  @Bean(destroyMethod = "close")
  OpenAIClient other(@Value("${resilient-llm.providers.openai.base-url}") String url) {
    return OpenAIOkHttpClient.builder().baseUrl(url).apiKey("sk-hush").build();
  }

  @Bean
  CommandLineRunner asks(LlmClient llm, OpenAIClient other) {
    return arguments -> {
      Beside.ask(llm);
      System.out.println("theirs: " + text(other));
    };
  }

  private static String text(OpenAIClient client) {
    ChatCompletionCreateParams question =
        ChatCompletionCreateParams.builder().model("m").addUserMessage("Hello?").build();
    return client
        .chat()
        .completions()
        .create(question)
        .choices()
        .get(0)
        .message()
        .content()
        .orElseThrow();
  }
}
