package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.boot.Apps.Plain;
import io.github.resilientllm.spring.internal.ModelBeans;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.Order;

/** The {@code LlmProvider} beans of an application as its targets. */
class ProviderBeansTest {

  @Test
  void theirOrderIsThatOfTheirAnnotations() {
    assertThat(chain(Ordered.class)).containsExactly("primary", "secondary");
  }

  @Test
  void aScopedProxyCountsOnce() {
    assertThat(chain(Scoped.class)).containsExactly("scoped");
  }

  @Test
  void aBeanThatIsNoCandidateIsAskedOnlyWhereItIsNamed() {
    assertThat(chain(Spare.class)).containsExactly("main");
    try (ConfigurableApplicationContext app =
        Apps.start(
            Spare.class,
            "resilient-llm.targets.a.provider=main",
            "resilient-llm.targets.b.provider=spare",
            "resilient-llm.policies.default.targets=b,a")) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("spare");
    }
  }

  /** With two models of a framework. */
  @Configuration(proxyBeanMethods = false)
  static class Framework {
    @Bean
    ModelBeans models() {
      return new ModelBeans() {
        @Override
        public List<String> names() {
          return List.of("theirModel", "theirOtherModel");
        }

        @Override
        public LlmProvider provider(String name) {
          return Apps.saying(name);
        }
      };
    }
  }

  @Test
  void modelsOfAFrameworkAreAskedInItsOrder() {
    assertThat(chain(Framework.class)).containsExactly("theirModel", "theirOtherModel");
  }

  @Test
  void aTargetNamesAModelOfAFrameworkOrAProviderByItsBean() {
    try (ConfigurableApplicationContext app =
        Apps.start(Framework.class, "resilient-llm.targets.a.bean=their-other-model")) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("theirOtherModel");
    }
    try (ConfigurableApplicationContext app =
        Apps.start(Spare.class, "resilient-llm.targets.a.bean=spare")) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("spare");
    }
  }

  @Test
  void aBeanThatIsNotThereOrHasAProviderBesideItStopsTheStart() {
    assertThatThrownBy(
            () -> Apps.start(Framework.class, "resilient-llm.targets.a.bean=theirModell"))
        .hasStackTraceContaining("resilient-llm.targets.a.bean is \"theirModell\"");
    assertThatThrownBy(
            () ->
                Apps.start(
                    Framework.class,
                    "resilient-llm.targets.a.bean=theirModel",
                    "resilient-llm.targets.a.model=gpt-x"))
        .hasStackTraceContaining("resilient-llm.targets.a has a bean and a model");
  }

  @Test
  void factoriesOfOtherBeansAreNotMadeForTheirTypes() {
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    AtomicBoolean made = new AtomicBoolean();
    beans.registerSingleton("only", Apps.saying("only"));
    beans.registerBeanDefinition(
        "something", // as old factories are: it does not tell its type before it is made
        BeanDefinitionBuilder.rootBeanDefinition(FactoryBean.class, () -> factory(made))
            .getBeanDefinition());
    assertThat(new ProviderBeans(beans).ofDefault()).containsExactly("only");
    assertThat(made).isFalse();
  }

  private static FactoryBean<?> factory(AtomicBoolean made) {
    made.set(true);
    return new FactoryBean<Object>() {
      @Override
      public Object getObject() {
        return "something";
      }

      @Override
      public Class<?> getObjectType() {
        return String.class;
      }
    };
  }

  private static List<String> chain(Class<?> application) {
    try (ConfigurableApplicationContext app = Apps.start(application)) {
      return app.getBean(LlmClients.class).resilient("default").plan().targets();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Ordered extends Plain {
    @Bean
    @Order(2)
    LlmProvider secondary() {
      return Apps.saying("secondary");
    }

    @Bean
    @Order(1)
    LlmProvider primary() {
      return Apps.saying("primary");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Scoped extends Plain {
    @Bean
    @Scope(value = "singleton", proxyMode = ScopedProxyMode.INTERFACES)
    LlmProvider scoped() {
      return Apps.saying("scoped");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Spare extends Plain {
    @Bean
    LlmProvider main() {
      return Apps.saying("main");
    }

    @Bean(autowireCandidate = false)
    LlmProvider spare() {
      return Apps.saying("spare");
    }
  }
}
