package io.github.resilientllm.langchain4j;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application that says what its AI service says, and ends. */
@Configuration(proxyBeanMethods = false)
@Import(SpringTest.App.class)
class AotApp {

  public static void main(String[] arguments) {
    SpringApplication.run(AotApp.class, arguments).close();
  }

  @Bean
  CommandLineRunner asks(Assistant assistant) {
    return arguments -> System.out.println("said: " + assistant.ask("Well?"));
  }
}
