package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.LlmClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that asks by our client and by Spring AI's, and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class SpringAiApp {

  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(SpringAiApp.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(arguments).close();
  }

  @Bean
  CommandLineRunner asks(LlmClient llm, ChatModel other) {
    return arguments -> {
      Beside.ask(llm);
      System.out.println("theirs: " + other.call("Hello?"));
    };
  }
}
