package io.github.resilientllm.springai.boot;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that says what its model says, and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class AotApp {

  public static void main(String[] arguments) {
    SpringApplication.run(AotApp.class, arguments).close();
  }

  @Bean
  CommandLineRunner asks(ChatClient.Builder client, ChatMemoryRepository memory) {
    return arguments ->
        System.out.println(
            "said: "
                + client.build().prompt("Well?").call().content()
                + " by "
                + memory.getClass().getSimpleName());
  }
}
