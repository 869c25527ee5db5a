package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.Llm;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application that says what its clients say, and ends. */
@Configuration(proxyBeanMethods = false)
@Import(Apps.Plain.class)
class AotApp {

  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(AotApp.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(arguments).close();
  }

  @Bean
  CommandLineRunner asks(
      LlmClient llm,
      @Llm("support") LlmClient support,
      @Llm("night") LlmClient night,
      @Llm("later") ObjectProvider<LlmClient> later) {
    return arguments ->
        System.out.println(
            "said: "
                + llm.chat("Hello?").text()
                + support.chat("Hello?").text()
                + night.chat("Hello?").text()
                + " by "
                + llm
                + support
                + night
                + later.getIfAvailable());
  }
}
