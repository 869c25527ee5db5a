package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.SimpleTransactionStatus;

/** Every kind of proxy, and the annotations of others beside it. */
class ProxyTest {

  interface Support {
    String answer(String question);
  }

  @Component
  static class SupportBot implements Support {
    private final LlmClient llm;

    SupportBot(LlmClient llm) {
      this.llm = llm;
    }

    @Override
    @LlmFallback(method = "offline")
    public String answer(String question) {
      return llm.chat(question).text();
    }

    protected String offline(String question) {
      return "offline: " + question + (llm == null ? ", without its fields" : "");
    }
  }

  @Test
  void aSubclassStandsInByDefault() {
    Outage.total()
        .application(SupportBot.class)
        .run(
            context -> {
              assertThat(AopUtils.isCglibProxy(context.getBean(Support.class))).isTrue();
              assertThat(context.getBean(SupportBot.class).answer("Why?"))
                  .isEqualTo("offline: Why?");
            });
  }

  @Test
  void aJdkProxyStandsInWhereAsked() {
    Outage.total()
        .application(SupportBot.class)
        .withPropertyValues("spring.aop.proxy-target-class=false")
        .run(
            context -> {
              assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Support.class))).isTrue();
              assertThat(context.getBean(Support.class).answer("Why?")).isEqualTo("offline: Why?");
            });
  }

  interface Annotated<T> {
    @LlmFallback(method = "offline")
    T answer(T question);

    T offline(T question, LlmException failure);
  }

  static final class OfInterface implements Annotated<String> {
    @Override
    public String answer(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    @Override
    public String offline(String question, LlmException failure) {
      return "offline: " + question;
    }
  }

  @Test
  void theAnnotationMayStandOnAnInterfaceOfAFinalClassBehindAJdkProxy() {
    Outage.total()
        .application(OfInterface.class)
        .withPropertyValues("spring.aop.proxy-target-class=false")
        .run(
            context -> {
              @SuppressWarnings("unchecked")
              Annotated<String> bean = context.getBean(Annotated.class);
              assertThat(bean.answer("Why?")).isEqualTo("offline: Why?");
            });
  }

  interface Asked<Q> {
    @LlmFallback(method = "offline")
    String answer(Q question);

    default String offline(Q question) {
      return "offline: " + question;
    }
  }

  @LlmFallback(method = "offline")
  interface AskedByClass {
    String answer(String question);

    default String offline(String question) {
      return "offline: " + question;
    }
  }

  /** Javac makes a bridge to its methods in a public subclass, for it is not public itself. */
  static class HiddenBase {
    public String answer(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }
  }

  public static class PublicBase {
    public String answer(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }
  }

  public static class GenericBase<T> {
    public String answer(T question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }
  }

  public static class OnHidden extends HiddenBase implements Asked<String> {}

  public static class OnPublic extends PublicBase implements Asked<String> {}

  public static class OnGeneric extends GenericBase<String> implements Asked<String> {}

  public static class ByClassOnHidden extends HiddenBase implements AskedByClass {}

  public static class ByClassOnPublic extends PublicBase implements AskedByClass {}

  @ParameterizedTest
  @ValueSource(classes = {OnHidden.class, OnPublic.class, OnGeneric.class})
  void theMethodOfAnAnnotatedInterfaceMayBeInherited(Class<?> bot) {
    for (boolean byClass : new boolean[] {true, false}) {
      Outage.total()
          .application(bot)
          .withPropertyValues("spring.aop.proxy-target-class=" + byClass)
          .run(
              context -> {
                @SuppressWarnings("unchecked")
                Asked<String> bean = context.getBean(Asked.class);
                assertThat(bean.answer("Why?")).isEqualTo("offline: Why?");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {ByClassOnHidden.class, ByClassOnPublic.class})
  void soMayThatOfAnInterfaceWithTheAnnotationOnTop(Class<?> bot) {
    for (boolean byClass : new boolean[] {true, false}) {
      Outage.total()
          .application(bot)
          .withPropertyValues("spring.aop.proxy-target-class=" + byClass)
          .run(
              context ->
                  assertThat(context.getBean(AskedByClass.class).answer("Why?"))
                      .isEqualTo("offline: Why?"));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class MadeOfALambda {
    @Bean
    Asked<String> asked() {
      return question -> {
        throw new LlmException(ErrorKind.OVERLOADED, "x");
      };
    }
  }

  @Test
  void aLambdaMayBeBehindIt() {
    for (boolean byClass : new boolean[] {true, false}) {
      Outage.total()
          .application(MadeOfALambda.class)
          .withPropertyValues("spring.aop.proxy-target-class=" + byClass)
          .run(
              context -> {
                @SuppressWarnings("unchecked")
                Asked<String> bean = context.getBean(Asked.class);
                assertThat(bean.answer("Why?")).isEqualTo("offline: Why?");
              });
    }
  }

  interface Declared {
    @LlmFallback(method = "offline")
    List<String> answer(String question);

    default List<String> offline(String question, LlmException failure) {
      return List.of("offline: " + question);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class MadeByJdkProxy {
    @Bean
    Declared declared() {
      return (Declared)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Declared.class},
              (proxy, method, arguments) -> {
                if (method.isDefault()) {
                  return InvocationHandler.invokeDefault(proxy, method, arguments);
                }
                if (method.getDeclaringClass() == Object.class) {
                  return method.getName().equals("toString") ? "declared" : null;
                }
                throw new LlmException(ErrorKind.OVERLOADED, "x");
              });
    }
  }

  @Test
  void aBeanThatIsAJdkProxyItselfHasItsInterfacesDefaultMethodAsFallback() {
    Outage.total()
        .application(MadeByJdkProxy.class)
        .run(
            context ->
                assertThat(context.getBean(Declared.class).answer("Why?"))
                    .containsExactly("offline: Why?"));
  }

  @Configuration
  static class Settings {
    @Bean
    Support support(LlmClient llm) {
      return new SupportBot(llm);
    }

    @LlmFallback(method = "offline")
    public String ofTheConfigurationItself() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline() {
      return "offline";
    }
  }

  @Test
  void aConfigurationsBeanAndAConfigurationHaveThem() {
    Outage.total()
        .application(Settings.class)
        .run(
            context -> {
              assertThat(context.getBean(Support.class).answer("Why?")).isEqualTo("offline: Why?");
              assertThat(context.getBean(Settings.class).ofTheConfigurationItself())
                  .isEqualTo("offline");
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class InParallel {
    @Bean(bootstrap = Bean.Bootstrap.BACKGROUND)
    SupportBot one(LlmClient llm) {
      return new SupportBot(llm);
    }

    @Bean(bootstrap = Bean.Bootstrap.BACKGROUND)
    SupportBot two(LlmClient llm) {
      return new SupportBot(llm);
    }

    @Bean
    TaskExecutor bootstrapExecutor() {
      return new SimpleAsyncTaskExecutor();
    }
  }

  @Test
  void beansMayBeMadeInParallel() {
    Outage.total()
        .application(InParallel.class)
        .run(
            context ->
                assertThat(context.getBeansOfType(SupportBot.class).values())
                    .hasSize(2)
                    .allMatch(bot -> bot.answer("Why?").equals("offline: Why?")));
  }

  static class Ledger implements PlatformTransactionManager {
    final List<String> entries = new ArrayList<>();

    @Override
    public TransactionStatus getTransaction(TransactionDefinition definition) {
      entries.add("begin");
      return new SimpleTransactionStatus();
    }

    @Override
    public void commit(TransactionStatus status) {
      entries.add("commit");
    }

    @Override
    public void rollback(TransactionStatus status) {
      entries.add("rollback");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement
  @EnableCaching
  @EnableAsync
  static class Everything {
    @Bean
    Ledger ledger() {
      return new Ledger();
    }

    @Bean
    CacheManager cacheManager() {
      return new ConcurrentMapCacheManager();
    }

    @Bean
    TaskExecutor taskExecutor() {
      return new SimpleAsyncTaskExecutor("async-");
    }
  }

  static class Busy {
    private final LlmClient llm;
    final List<String> runs = new CopyOnWriteArrayList<>();
    private final List<String> ledger;

    Busy(LlmClient llm, Ledger ledger) {
      this.llm = llm;
      this.ledger = ledger.entries;
    }

    @Transactional
    @LlmFallback(method = "offline")
    public String book(String question) {
      return llm.chat(question).text();
    }

    public String offline(String question) {
      ledger.add("fallback");
      return "offline: " + question;
    }

    @Transactional
    @LlmFallback(method = "bookOffline")
    public String bookBoth() {
      return llm.chat("x").text();
    }

    @Transactional
    public String bookOffline(LlmException failure) {
      ledger.add("fallback");
      return "offline";
    }

    @Cacheable("answers")
    @LlmFallback(method = "offline")
    public String look(String question) {
      runs.add(question);
      return llm.chat(question).text();
    }

    @Async
    @LlmFallback(policy = "cheap")
    public CompletableFuture<String> later(String question) {
      runs.add(Thread.currentThread().getName());
      return CompletableFuture.completedFuture(llm.chat(question).text());
    }

    @Async
    @LlmFallback(method = "offlineLater")
    public CompletableFuture<String> laterStill(String question) {
      return CompletableFuture.completedFuture(llm.chat(question).text());
    }

    @Async
    @LlmFallback(method = "offlineLater")
    public Future<String> plainFuture(String question) {
      return CompletableFuture.completedFuture(llm.chat(question).text());
    }

    String offlineLater(String question) {
      return "offline on " + Thread.currentThread().getName();
    }

    List<String> runs() {
      return runs;
    }
  }

  @Test
  void aTransactionIsRolledBackBeforeTheFallback() {
    Outage.total()
        .application(Everything.class, Busy.class)
        .run(
            context -> {
              assertThat(context.getBean(Busy.class).book("Why?")).isEqualTo("offline: Why?");
              assertThat(context.getBean(Ledger.class).entries)
                  .containsExactly("begin", "rollback", "fallback");
            });
  }

  @Test
  void theFallbackHasATransactionOfItsOwn() {
    Outage.total()
        .application(Everything.class, Busy.class)
        .run(
            context -> {
              assertThat(context.getBean(Busy.class).bookBoth()).isEqualTo("offline");
              assertThat(context.getBean(Ledger.class).entries)
                  .containsExactly("begin", "rollback", "begin", "fallback", "commit");
            });
  }

  @Test
  void whatAFallbackAnswersIsNotCached() {
    Outage.total()
        .application(Everything.class, Busy.class)
        .run(
            context -> {
              Busy bean = context.getBean(Busy.class);
              assertThat(bean.look("Why?")).isEqualTo("offline: Why?");
              assertThat(bean.look("Why?")).isEqualTo("offline: Why?");
              assertThat(bean.runs()).containsExactly("Why?", "Why?");
            });
  }

  @Test
  void anAsyncMethodHasItsPolicyAndFallbackOnItsThread() {
    Outage.total()
        .application(Everything.class, Busy.class)
        .run(
            context -> {
              Busy bean = context.getBean(Busy.class);
              assertThat(bean.later("Why?").join()).isEqualTo("cheap");
              assertThat(bean.runs()).singleElement().asString().startsWith("async-");
              assertThat(bean.laterStill("Why?").join()).startsWith("offline on async-");
              assertThat(bean.plainFuture("Why?").get()).startsWith("offline on async-");
            });
  }

  static class Selfish {
    @LlmFallback(method = "offline")
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    public String indirectly() {
      return answer();
    }

    String offline() {
      return "offline";
    }
  }

  @Test
  void aCallFromWithinTheSameObjectIsNotSeen() {
    Outage.total()
        .application(Selfish.class)
        .run(
            context ->
                assertThat(catchThrowable(context.getBean(Selfish.class)::indirectly))
                    .isInstanceOf(LlmException.class));
  }
}
