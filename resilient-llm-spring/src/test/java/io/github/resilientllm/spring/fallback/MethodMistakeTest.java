package io.github.resilientllm.spring.fallback;

import static io.github.resilientllm.spring.fallback.Mistakes.analysis;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.resilientllm.spring.LlmFallback;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import kotlin.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What a person reads of methods and beans that the annotation cannot serve. */
class MethodMistakeTest {

  static class Unseen {
    @LlmFallback
    @SuppressWarnings("unused")
    private void answer() {}
  }

  static class AlsoUnseen {
    @LlmFallback
    public static void answer() {}
  }

  static class FinalMethod {
    @LlmFallback
    public final void answer() {}
  }

  static final class FinalClass {
    @LlmFallback
    public void answer() {}
  }

  @Metadata
  static final class FinalInKotlin {
    @LlmFallback
    public void answer() {}
  }

  @Test
  void aMethodThatNoProxySees() {
    assertThat(analysis(Unseen.class)).contains("The method is private").contains("public method");
    assertThat(analysis(AlsoUnseen.class)).contains("The method is static");
    assertThat(analysis(FinalMethod.class))
        .contains("The method is final")
        .contains("Take final away");
    assertThat(analysis(FinalClass.class)).contains("The class is final");
    assertThat(analysis(FinalInKotlin.class))
        .contains("The class is final")
        .contains("kotlin(\"plugin.spring\")");
  }

  interface Nameless {}

  static class NotOfItsInterface implements Nameless, Runnable {
    @LlmFallback
    public void answer() {}

    @Override
    public void run() {}
  }

  @Test
  void aMethodThatNoInterfaceHasBehindAJdkProxy() {
    assertThat(
            analysis(
                Outage.total()
                    .application(NotOfItsInterface.class)
                    .withPropertyValues("spring.aop.proxy-target-class=false")))
        .contains("implements its interfaces only")
        .contains("Add the method to an interface");
  }

  @Configuration(proxyBeanMethods = false)
  static class OnABeanMethod {
    @Bean
    @LlmFallback
    StringBuilder answers() {
      return new StringBuilder();
    }
  }

  @Test
  void aBeanMethod() {
    assertThat(analysis(OnABeanMethod.class))
        .contains("OnABeanMethod.answers() cannot work:")
        .contains("It is a @Bean method, which Spring calls once, to make the bean.")
        .contains("Put it on the methods of StringBuilder, or on that class.");
  }

  static class WarmedUp {
    @PostConstruct
    @LlmFallback
    public void warmUp() {}
  }

  static class WoundUp {
    @PreDestroy
    @LlmFallback
    public void sayGoodbye() {}
  }

  static class Initialized implements InitializingBean {
    @Override
    @LlmFallback
    public void afterPropertiesSet() {}
  }

  @ParameterizedTest
  @ValueSource(classes = {WarmedUp.class, WoundUp.class, Initialized.class})
  void aMethodThatSpringCallsOnTheBeanBehindTheProxy(Class<?> bean) {
    assertThat(analysis(bean))
        .contains("Spring calls the method when the bean is made or ends, behind the proxy")
        .contains("Move the model calls into a method of another bean");
  }

  @LlmFallback
  static class NothingPublic {
    void answer() {}
  }

  static class Answering {
    public void answer() {}
  }

  @LlmFallback
  static class NothingOfItsOwn extends Answering {}

  @LlmFallback
  @Configuration(proxyBeanMethods = false)
  static class OnAConfiguration {
    @Bean
    public StringBuilder answers() {
      return new StringBuilder();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {NothingPublic.class, NothingOfItsOwn.class, OnAConfiguration.class})
  void aClassThatHasNoMethodForIt(Class<?> bean) {
    assertThat(analysis(bean))
        .contains("@LlmFallback on " + bean.getName() + " cannot work:")
        .contains("It holds for the public methods that the class declares, and there is none")
        .contains("Make them public, or put it on the methods, or on the class that declares them");
  }

  static class Subscribing {
    interface Mine<T> extends Flow.Publisher<T> {}

    @LlmFallback
    public Mine<String> answer() {
      return subscriber -> {};
    }
  }

  static class Submitting {
    @LlmFallback
    public Future<String> answer() {
      return new FutureTask<>(() -> "x");
    }
  }

  static class Calling {
    @LlmFallback
    public Callable<String> answer() {
      return () -> "x";
    }
  }

  static class Streaming {
    @LlmFallback
    public java.util.stream.Stream<String> answer() {
      return java.util.stream.Stream.of("x");
    }
  }

  static class Deferring {
    @LlmFallback
    public DeferredResult<String> answer() {
      return new DeferredResult<>();
    }
  }

  static class Emitting {
    @LlmFallback
    public SseEmitter answer() {
      return new SseEmitter();
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Subscribing.class,
        Submitting.class,
        Calling.class,
        Streaming.class,
        Deferring.class,
        Emitting.class
      })
  void aResultWhoseFailureNobodySees(Class<?> bean) {
    assertThat(analysis(bean))
        .contains("whose failure comes after the method has returned")
        .contains("Return a CompletableFuture, a Mono, a Flux or a ChatStream");
  }

  static class MadeLater {
    @Lazy
    @Bean
    FallbackMistakeTest.Missing lazy() {
      return new FallbackMistakeTest.Missing();
    }
  }

  static class MadeOften {
    @Scope("prototype")
    @Bean
    FallbackMistakeTest.Missing often() {
      return new FallbackMistakeTest.Missing();
    }
  }

  @Test
  void aMistakeInABeanThatIsMadeLaterStopsTheStartToo() {
    assertThat(analysis(MadeLater.class)).contains("Did you mean \"offline\"?");
    assertThat(analysis(MadeOften.class)).contains("Did you mean \"offline\"?");
  }

  static class Multiplying {
    @LlmFallback
    @io.github.resilience4j.retry.annotation.Retry(name = "x")
    public void answer() {}
  }

  @Test
  void aRetryAroundTheMethodIsWarnedOf() {
    ListAppender<ILoggingEvent> written = new ListAppender<>();
    written.start();
    Logger logger = (Logger) LoggerFactory.getLogger(ForeignRetries.class);
    logger.addAppender(written);
    try {
      Outage.total()
          .application(Multiplying.class)
          .run(context -> assertThat(context).hasNotFailed());
    } finally {
      logger.detachAppender(written);
    }
    assertThat(written.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage())
                  .contains(
                      "MethodMistakeTest$Multiplying.answer() has @LlmFallback and"
                          + " @io.github.resilience4j.retry.annotation.Retry: each retry");
            });
  }
}
