package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.spring.boot.LlmServiceAutoConfiguration;
import io.github.resilientllm.spring.service.shop.Shop;
import io.github.resilientllm.spring.service.shop.ShopApp;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Which interfaces become beans. */
class ServiceScanTest {
  private final ApplicationContextRunner app =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(LlmServiceAutoConfiguration.class))
          .withUserConfiguration(ShopApp.class);

  @Configuration(proxyBeanMethods = false)
  static class Fake {
    @Bean
    Shop fake() {
      return goods -> "by a fake";
    }
  }

  record Customer(Shop shop) {}

  @Test
  void thoseInTheApplicationsPackagesDo() {
    app.withBean(Customer.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(Shop.class).hasSingleBean(Shop.Window.class);
              assertThat(context.getBean(Customer.class).shop().sell("x"))
                  .isEqualTo("by the model");
            });
  }

  @Test
  void oneThatTheApplicationHasABeanOfIsLeftAlone() {
    app.withUserConfiguration(Fake.class)
        .withBean(Customer.class)
        .run(
            context ->
                assertThat(context.getBean(Customer.class).shop().sell("x"))
                    .isEqualTo("by a fake"));
  }

  @Test
  void noneDoesWhereThatIsSwitchedOff() {
    for (String off : new String[] {"resilient-llm.service.enabled", "resilient-llm.enabled"}) {
      app.withPropertyValues(off + "=false")
          .run(context -> assertThat(context).doesNotHaveBean(Shop.class));
    }
  }
}
