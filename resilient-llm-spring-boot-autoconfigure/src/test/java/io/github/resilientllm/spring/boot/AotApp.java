package io.github.resilientllm.spring.boot;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.Work;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.Llm;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.LlmOutbox;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application that says what its clients say, and ends. */
@Configuration(proxyBeanMethods = false)
@Import(Apps.Plain.class)
@ImportAutoConfiguration(LlmOutboxAutoConfiguration.class)
class AotApp {
  private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();

  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(AotApp.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(arguments).close();
  }

  @LlmHandler("reply")
  void reply(Delivery done) {
    taken.add(done.text());
  }

  @Bean
  CommandLineRunner waits(ObjectProvider<LlmOutbox> outbox) {
    return arguments -> {
      outbox.getObject().submit(Work.of("Hello?").handler("reply"));
      System.out.println("taken: " + taken.poll(20, TimeUnit.SECONDS));
    };
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
