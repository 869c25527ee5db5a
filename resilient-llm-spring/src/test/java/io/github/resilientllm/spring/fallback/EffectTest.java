package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.PriorityOrdered;
import org.springframework.samples.clinic.Receptionist;

/** The annotation has its effect, or the application does not start. */
class EffectTest {

  static class Bot {
    @LlmFallback(method = "offline")
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline() {
      return "offline";
    }
  }

  static class Greedy implements BeanPostProcessor, PriorityOrdered {
    Greedy(Desk desk) {}

    @Override
    public int getOrder() {
      return 0;
    }
  }

  static class Desk {
    Desk(Bot bot) {}
  }

  @Configuration(proxyBeanMethods = false)
  static class Early {
    @Bean
    static Greedy greedy(Desk desk) {
      return new Greedy(desk);
    }

    @Bean
    Desk desk(Bot bot) {
      return new Desk(bot);
    }

    @Bean
    Bot bot() {
      return new Bot();
    }
  }

  @Test
  void aBeanThatAPostProcessorNeedsStopsTheStartWithTheReason() {
    Outage.total()
        .application(Early.class)
        .run(
            context -> {
              SetupException wrong = mistake(context.getStartupFailure());
              assertThat(wrong)
                  .hasMessageContaining("Bot.answer() cannot work")
                  .hasMessageContaining(
                      "The bean \"bot\" was made before @LlmFallback could be put around it, because"
                          + " the post-processor \"greedy\" needs it");
              assertThat(wrong.action()).contains("ObjectProvider<Bot>").contains("static");
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class Later {
    @Bean
    static BeanPostProcessor modest(ObjectProvider<Bot> bot) {
      return new BeanPostProcessor() {};
    }

    @Bean
    Bot bot() {
      return new Bot();
    }
  }

  @Test
  void theRemedyIsOne() {
    Outage.total()
        .application(Later.class)
        .run(context -> assertThat(context.getBean(Bot.class).answer()).isEqualTo("offline"));
  }

  static class Myself {
    @Autowired Myself self;

    @LlmFallback(method = "offline")
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline() {
      return "offline";
    }

    public String relayed() {
      return self.answer();
    }
  }

  static class Mutual {
    @Autowired Other other;

    @LlmFallback(method = "offline")
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline() {
      return "offline";
    }
  }

  static class Other {
    @Autowired Mutual mutual;
  }

  @Test
  void aBeanThatIsGivenItselfIsGivenItsProxy() {
    Outage.total()
        .application(Myself.class)
        .withAllowCircularReferences(true)
        .run(context -> assertThat(context.getBean(Myself.class).relayed()).isEqualTo("offline"));
  }

  @Test
  void soIsWhoeverDependsOnItInACircle() {
    for (Class<?>[] order :
        new Class<?>[][] {{Mutual.class, Other.class}, {Other.class, Mutual.class}}) {
      Outage.total()
          .application(order)
          .withAllowCircularReferences(true)
          .run(
              context -> {
                Mutual mutual = context.getBean(Mutual.class);
                assertThat(context.getBean(Other.class).mutual).isSameAs(mutual);
                assertThat(mutual.answer()).isEqualTo("offline");
              });
    }
  }

  @Test
  void aBeanAboveTheContextOfTheAnnotationStopsTheStart() {
    try (GenericApplicationContext above = new GenericApplicationContext()) {
      above.registerBean("bot", Bot.class);
      above.refresh();
      Outage.total()
          .application()
          .withParent(above)
          .run(
              context -> {
                SetupException wrong = mistake(context.getStartupFailure());
                assertThat(wrong)
                    .hasMessageContaining("Bot.answer() cannot work")
                    .hasMessageContaining(
                        "The bean \"bot\" is in a context above the one that puts");
                assertThat(wrong.action()).contains("Import LlmFallbackConfiguration");
              });
    }
  }

  @Test
  void oneThatHasTheAnnotationsOwnConfigurationIsAllRightAboveIt() {
    try (AnnotationConfigApplicationContext above =
        new AnnotationConfigApplicationContext(LlmFallbackConfiguration.class, Bot.class)) {
      Outage.total()
          .application()
          .withParent(above)
          .run(context -> assertThat(context.getBean(Bot.class).answer()).isEqualTo("offline"));
    }
  }

  @Test
  void aBeanBelowTheContextOfTheAnnotationStopsTheStart() {
    Outage.total()
        .application()
        .run(
            parent -> {
              ApplicationContextRunner child = new ApplicationContextRunner().withParent(parent);
              child.run(app -> assertThat(app).hasNotFailed());
              child
                  .withBean("bot", Bot.class)
                  .run(
                      app ->
                          assertThat(mistake(app.getStartupFailure()))
                              .hasMessageContaining(
                                  "The bean \"bot\" is in a context below the one that puts"
                                      + " @LlmFallback around its beans")
                              .extracting(SetupException::action)
                              .asString()
                              .contains("Import LlmFallbackConfiguration into its context, too"));
              child
                  .withInitializer(
                      app ->
                          ((GenericApplicationContext) app)
                              .registerBean("bot", Bot.class, lazy -> lazy.setLazyInit(true)))
                  .run(app -> assertThat(app).hasFailed());
              child
                  .withUserConfiguration(LlmFallbackConfiguration.class)
                  .withBean(Bot.class)
                  .run(app -> assertThat(app.getBean(Bot.class).answer()).isEqualTo("offline"));
            });
  }

  @Test
  void anObjectThatWasRegisteredReadyStopsTheStart() {
    Outage.total()
        .application()
        .withInitializer(context -> context.getBeanFactory().registerSingleton("ready", new Bot()))
        .run(
            context -> {
              SetupException wrong = mistake(context.getStartupFailure());
              assertThat(wrong).hasMessageContaining("The bean \"ready\" was given");
              assertThat(wrong.action()).contains("registerBean(\"ready\"");
            });
  }

  @Test
  void aPackageThatBeginsAsSpringsDoIsNoReasonToPassItOver() {
    Outage.total()
        .application(Receptionist.class)
        .run(
            context ->
                assertThat(context.getBean(Receptionist.class).answer())
                    .isEqualTo("We are closed."));
  }

  static class Failing {
    final AtomicInteger asked = new AtomicInteger();

    @LlmFallback(method = "offline")
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    public int asked() {
      return asked.get();
    }

    protected String offline(LlmException failure) {
      asked.incrementAndGet();
      throw failure;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Scoped {
    @Bean
    @Scope(value = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
    Bot bot() {
      return new Bot();
    }

    @Bean
    @Scope(value = "singleton", proxyMode = ScopedProxyMode.TARGET_CLASS)
    Failing failing() {
      return new Failing();
    }
  }

  @Test
  void behindAScopedProxyItStandsOnceAroundTheBean() {
    Outage.total()
        .application(Scoped.class)
        .run(
            context -> {
              assertThat(context.getBean(Bot.class).answer()).isEqualTo("offline");
              Failing bean = context.getBean(Failing.class);
              assertThat(catchThrowable(bean::answer)).isInstanceOf(LlmException.class);
              assertThat(bean.asked()).isEqualTo(1);
            });
  }

  @Test
  void whatTakesABeansPlaceInATestIsLeftAsItIs() throws Exception {
    RootBeanDefinition overridden = new RootBeanDefinition(Bot.class); // as spring-test does
    overridden.setQualifiedElement(Replaced.class.getDeclaredField("bot"));
    Outage.total()
        .application()
        .withInitializer(
            context -> {
              var beans = (org.springframework.context.support.GenericApplicationContext) context;
              beans.registerBeanDefinition("replaced", overridden);
              beans.getBeanFactory().registerSingleton("replaced", new Bot());
              beans.getBeanFactory().registerSingleton("mock", Mockito.mock(Bot.class));
            })
        .run(
            (ApplicationContext context) ->
                assertThat(context.getBean("replaced").getClass()).isEqualTo(Bot.class));
  }

  static class Replaced {
    Bot bot = new Bot();
  }

  private static SetupException mistake(Throwable failure) {
    assertThat(failure).as("starts").isNotNull();
    Throwable cause = failure;
    while (!(cause instanceof SetupException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertThat(cause).isInstanceOf(SetupException.class);
    return (SetupException) cause;
  }
}
