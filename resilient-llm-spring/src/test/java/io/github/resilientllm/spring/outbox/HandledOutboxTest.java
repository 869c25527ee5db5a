package io.github.resilientllm.spring.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.Report;
import io.github.resilientllm.spring.Until;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.env.Environment;
import org.springframework.samples.clinic.Secretary;
import org.springframework.scheduling.annotation.Async;

/** Beans' methods take an outbox's answers, from the start of an application to its end. */
@ExtendWith(OutputCaptureExtension.class)
class HandledOutboxTest {
  @TempDir private Path directory;

  private Mails mails() {
    return new Mails(directory);
  }

  static class Replies {
    private final Mails mails;

    Replies(Mails mails) {
      this.mails = mails;
    }

    @LlmHandler("reply")
    void reply(Delivery done) {
      mails.sent().add(done.key() + ": " + done.text());
    }
  }

  @Test
  void anAnswerGoesToTheMethodOfItsName() {
    Mails mails = mails();
    mails
        .application(Replies.class)
        .run(
            app -> {
              Mails.submit(app, "reply", "mail-1");
              Mails.submit(app, "reply", "mail-1");
              Until.isTrue(() -> mails.sent().contains("mail-1: hello"));
            });
    assertThat(mails.sent()).hasSize(1);
  }

  @Test
  void aPackageThatBeginsAsSpringsDoIsNoReasonToPassItOver() {
    mails()
        .application(Secretary.class)
        .run(
            app -> {
              Mails.submit(app, "reply", "mail-1");
              Until.isTrue(() -> app.getBean(Secretary.class).sent().contains("hello"));
            });
  }

  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Noted {}

  interface Answering {
    void reply(Delivery done);
  }

  static class Noting extends Replies implements Answering {
    Noting(Mails mails) {
      super(mails);
    }

    @Noted
    @Override
    @LlmHandler("reply")
    public void reply(Delivery done) {
      super.reply(done);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Advice {
    @Bean
    static DefaultAdvisorAutoProxyCreator proxies(Environment environment) {
      DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
      proxies.setProxyTargetClass(environment.getProperty("by-class", Boolean.class, true));
      return proxies;
    }

    @Bean
    static DefaultPointcutAdvisor noting() {
      MethodInterceptor noted =
          call -> {
            Object result = call.proceed();
            ADVISED.incrementAndGet();
            return result;
          };
      return new DefaultPointcutAdvisor(
          AnnotationMatchingPointcut.forMethodAnnotation(Noted.class), noted);
    }
  }

  private static final AtomicInteger ADVISED = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsAroundTheBeanIsAroundTheCall(boolean byClass) {
    Mails mails = mails();
    int before = ADVISED.get();
    mails
        .application(Noting.class, Advice.class)
        .withPropertyValues("by-class=" + byClass)
        .run(
            app -> {
              Object bean = app.getBean(Answering.class);
              assertThat(AopUtils.isCglibProxy(bean)).isEqualTo(byClass);
              assertThat(AopUtils.isJdkDynamicProxy(bean)).isEqualTo(!byClass);
              Mails.submit(app, "reply", "mail-1");
              Until.isTrue(() -> ADVISED.get() > before);
            });
    assertThat(mails.sent()).containsExactly("mail-1: hello");
  }

  @Lazy
  static class LazyNoting extends Noting {
    LazyNoting(Mails mails) {
      super(mails);
    }
  }

  @Scope(value = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
  static class ScopedByInterface extends Noting {
    ScopedByInterface(Mails mails) {
      super(mails);
    }
  }

  @Scope(value = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
  static class ScopedByClass extends Noting {
    ScopedByClass(Mails mails) {
      super(mails);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {LazyNoting.class, ScopedByInterface.class, ScopedByClass.class})
  void itIsFoundBehindAProxyThatIsMadeLater(Class<?> bean) {
    Mails mails = mails();
    mails
        .application(bean, Advice.class)
        .withPropertyValues("by-class=false")
        .run(
            app -> {
              Mails.submit(app, "reply", "mail-1");
              Until.isTrue(() -> mails.sent().contains("mail-1: hello"));
            });
  }

  interface Unrelated {
    void unrelated();
  }

  static class Hidden extends Replies implements Unrelated {
    Hidden(Mails mails) {
      super(mails);
    }

    @Override
    public void unrelated() {}

    @Noted
    @LlmHandler("hidden")
    public void hidden(Delivery done) {
      reply(done);
    }
  }

  @Test
  void aMethodThatTheProxyDoesNotHaveStopsTheStart() {
    assertThat(
            report(
                mails()
                    .application(Hidden.class, Advice.class)
                    .withPropertyValues("by-class=false")))
        .contains("The bean's proxy implements its interfaces only")
        .contains("spring.aop.proxy-target-class");
  }

  static class TakesText {
    @LlmHandler("reply")
    public void reply(String text) {}
  }

  static class Returns {
    @LlmHandler("reply")
    public String reply(Delivery done) {
      return done.text();
    }
  }

  static class IsPrivate {
    @LlmHandler("reply")
    @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
    private void reply(Delivery done) {}
  }

  static class IsFinal {
    @LlmHandler("reply")
    public final void reply(Delivery done) {}
  }

  static class IsAsync {
    @Async
    @LlmHandler("reply")
    public void reply(Delivery done) {}
  }

  static class HasNoName {
    @LlmHandler("")
    public void reply(Delivery done) {}
  }

  static class Twice {
    @LlmHandler("reply")
    public void first(Delivery done) {}

    @LlmHandler("reply")
    public void second(Delivery done) {}
  }

  @Test
  void whatCannotTakeAnAnswerStopsTheStartWithTheRemedy() {
    assertThat(mistake(TakesText.class))
        .contains("@LlmHandler on " + TakesText.class.getName() + ".reply(String) cannot work")
        .contains("It does not take one io.github.resilientllm.Delivery.")
        .contains("void reply(Delivery done)");
    assertThat(mistake(Returns.class)).contains("It returns String, for which nobody would wait.");
    assertThat(mistake(IsPrivate.class)).contains("private, static or final", "a public method");
    assertThat(mistake(IsFinal.class)).contains("private, static or final");
    assertThat(mistake(IsAsync.class)).contains("It is @Async", "Take @Async away.");
    assertThat(mistake(HasNoName.class)).contains("0 characters", "@LlmHandler(\"reply\")");
    assertThat(mistake(Twice.class)).contains("has a handler of the same name");
    assertThat(mistake(TwoDesks.class))
        .contains("It is a method of the bean \"night\", and the bean \"day\" has a handler");
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoDesks {
    @Bean
    Replies day(Mails mails) {
      return new Replies(mails);
    }

    @Bean
    Replies night(Mails mails) {
      return new Replies(mails);
    }
  }

  @Test
  void aHandlerBelowTheContextOfTheOutboxStopsTheStart() {
    mails()
        .application()
        .run(
            parent -> {
              ApplicationContextRunner child =
                  new ApplicationContextRunner()
                      .withParent(parent)
                      .withUserConfiguration(LlmHandlerConfiguration.class);
              child.run(app -> assertThat(app).hasNotFailed());
              assertThat(report(child.withBean("secretary", Secretary.class)))
                  .contains(
                      "It is a method of the bean \"secretary\", and the outbox is in a parent")
                  .contains("Declare the bean in the parent context");
            });
  }

  private String mistake(Class<?> bean) {
    return report(mails().application(bean));
  }

  private static String report(ApplicationContextRunner application) {
    AtomicReference<String> text = new AtomicReference<>("");
    application.run(
        app -> {
          assertThat(app).hasFailed();
          text.set(Report.of(app.getStartupFailure()));
        });
    return text.get();
  }

  static class FailsOnce {
    private final Mails mails;

    FailsOnce(Mails mails) {
      this.mails = mails;
    }

    @LlmHandler("reply")
    void reply(Delivery done) {
      mails.sent().add(done.key() + " after " + done.failures());
      if (done.failures() == 0) {
        throw new IllegalStateException("no mail server");
      }
    }
  }

  @Test
  void aHandlerThatThrowsIsCalledAgainWithTheSameKey(CapturedOutput log) {
    Mails mails = mails();
    mails
        .application(FailsOnce.class)
        .run(
            app -> {
              Outbox outbox = app.getBean(LlmOutbox.class).outbox();
              Mails.submit(app, "reply", "mail-1");
              Until.isTrue(
                  () -> outbox.find("mail-1").orElseThrow().why().contains("its handler threw"));
              outbox.hurry(Query.all());
              Until.isTrue(() -> outbox.counts().of(ItemState.DONE) == 1);
            });
    assertThat(mails.sent()).containsExactly("mail-1 after 0", "mail-1 after 1");
    assertThat(log).contains("The handler \"reply\" did not take an answer", "no mail server");
  }

  static class Blocks {
    private final Mails mails;

    Blocks(Mails mails) {
      this.mails = mails;
    }

    @LlmHandler("reply")
    void reply(Delivery done) throws InterruptedException {
      mails.sent().add("begins");
      new CountDownLatch(1).await();
    }
  }

  @Test
  void aHandlerThatBlocksIsInterruptedAtTheEndAndItsAnswerKept() {
    Mails mails = mails();
    mails
        .application(Blocks.class)
        .run(
            app -> {
              Mails.submit(app, "reply", "mail-1");
              Until.isTrue(() -> mails.sent().contains("begins"));
            });
    mails
        .application(Replies.class)
        .run(app -> Until.isTrue(() -> mails.sent().contains("mail-1: hello")));
  }

  static class Renamed extends Replies {
    Renamed(Mails mails) {
      super(mails);
    }

    @Override
    @LlmHandler("reply2")
    void reply(Delivery done) {
      super.reply(done);
    }
  }

  @Test
  void workForAHandlerThatIsGoneWaitsAndIsReported(CapturedOutput log) {
    Mails mails = mails();
    mails
        .application(Blocks.class)
        .run(
            app -> {
              app.getBean(LlmOutbox.class).outbox().pause();
              Mails.submit(app, "reply", "mail-1");
            });
    mails
        .application(Renamed.class)
        .run(
            app -> {
              Outbox outbox = app.getBean(LlmOutbox.class).outbox();
              outbox.resume();
              Until.isTrue(() -> log.getAll().contains("wait for the handler \"reply\""));
              assertThat(log.getAll()).contains("There is \"reply2\".");
              assertThat(outbox.find("mail-1").orElseThrow().why())
                  .isEqualTo("no handler is called \"reply\" here");
            });
    assertThat(mails.sent()).isEmpty();
    mails
        .application(Replies.class)
        .run(app -> Until.isTrue(() -> mails.sent().contains("mail-1: hello")));
  }

  @Lazy
  static class LazyReplies extends Replies {
    LazyReplies(Mails mails) {
      super(mails);
    }
  }

  @Test
  void aLazyBeanIsMadeForItsFirstAnswerAndAContextMayBeStartedAgain() {
    Mails mails = mails();
    mails
        .application(LazyReplies.class)
        .run(
            app -> {
              ConfigurableApplicationContext context = app.getSourceApplicationContext();
              context.stop();
              Mails.submit(app, "reply", "mail-1");
              context.start();
              Until.isTrue(() -> mails.sent().contains("mail-1: hello"));
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class Early {
    @Bean
    Object replies(Mails mails) {
      return new Replies(mails);
    }

    @Bean
    static Object eager(LlmOutbox outbox) {
      return outbox.outbox().counts();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class EarlyFirst {
    @Bean
    Object eager(LlmOutbox outbox) {
      return outbox.outbox().counts();
    }

    @Bean
    Object replies(Mails mails) {
      return new Replies(mails);
    }
  }

  @Test
  void aHandlerThatWasNotKnownWhenTheOutboxWasUsedStopsTheStart() {
    assertThat(mistake(EarlyFirst.class))
        .contains("the class of the bean \"replies\" was not known yet")
        .contains("Let its @Bean method declare its class");
    mails().application(Early.class).run(app -> assertThat(app).hasNotFailed());
  }

  @Test
  void aNativeImageKeepsTheMethod() throws Exception {
    RuntimeHints hints = new RuntimeHints();
    new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Replies.class);
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onMethod(Replies.class.getDeclaredMethod("reply", Delivery.class))
                .invoke())
        .accepts(hints);
  }
}
