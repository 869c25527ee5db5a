package io.github.resilientllm.spring.fallback;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;

/**
 * Puts the interceptor around the beans that have annotated methods.
 *
 * <p>What a proxy cannot see is refused when the bean is made, or when its proxy is generated ahead
 * of time. What depends on other beans is checked once all of them are there, so that no bean is
 * made early for it.
 */
@SuppressWarnings("serial") // a bean post-processor is serializable by inheritance only
final class LlmFallbackPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor
    implements SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent> {
  private @Nullable ConfigurableListableBeanFactory beans;
  private @Nullable FallbackPlans plans;
  private final Set<String> advised = ConcurrentHashMap.newKeySet(); // the beans' names
  private final Map<String, Object> early = new ConcurrentHashMap<>(); // given away, by name
  private volatile boolean started;

  LlmFallbackPostProcessor(boolean proxyTargetClass) {
    setProxyTargetClass(proxyTargetClass);
    setBeforeExistingAdvisors(true); // outside of transactions and caches
    setOrder(Ordered.LOWEST_PRECEDENCE - 1); // before @Async's, which so comes to stand outside
  }

  @Override
  public void setBeanFactory(BeanFactory beanFactory) {
    super.setBeanFactory(beanFactory);
    beans = (ConfigurableListableBeanFactory) beanFactory;
    FallbackPlans known = new FallbackPlans(beans);
    plans = known;
    advisor = new DefaultPointcutAdvisor(new Annotated(known), new LlmFallbackInterceptor(known));
  }

  @Override
  protected boolean isEligible(Class<?> beanClass) {
    if (AopInfrastructureBean.class.isAssignableFrom(beanClass)) {
      return false;
    }
    var annotated = plans().annotated(beanClass);
    if (annotated.isEmpty()) {
      return false;
    }
    annotated.values().forEach(method -> method.checkSeen(isProxyTargetClass()));
    if (started) { // a bean that is made later
      plans().resolve(beanClass);
    }
    return true;
  }

  /** Where beans depend on each other in a circle, one is given away before it is ready. */
  @Override
  public Object getEarlyBeanReference(Object bean, String beanName) {
    Object proxy = proxied(bean, beanName);
    if (carries(proxy)) {
      Object target = AopProxyUtils.getSingletonTarget(bean);
      early.put(beanName, target == null ? bean : target);
    }
    return proxy;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (bean instanceof ScopedObject) {
      return bean; // it only looks for the bean behind it, which has the advice
    }
    if (early.get(beanName) == bean) {
      return bean; // what was given away takes its place, if no other proxy does
    }
    Object proxy = proxied(bean, beanName);
    if (carries(proxy)) {
      advised.add(beanName);
    }
    return proxy;
  }

  private Object proxied(Object bean, String beanName) {
    Object proxy = super.postProcessAfterInitialization(bean, beanName);
    if (AopUtils.isJdkDynamicProxy(proxy)) {
      checkReachable(proxy);
    }
    return proxy;
  }

  private boolean carries(@Nullable Object bean) {
    return bean instanceof Advised proxy
        && Arrays.stream(proxy.getAdvisors()).anyMatch(each -> each == advisor);
  }

  @Override
  public void afterSingletonsInstantiated() {
    started = true;
    ConfigurableListableBeanFactory factory = Objects.requireNonNull(beans);
    for (String name : factory.getBeanDefinitionNames()) {
      if (isMadeLater(factory, name)) {
        Class<?> type = AnnotatedMethod.classOf(name, factory);
        if (type != null && !Modifier.isAbstract(type.getModifiers())) {
          isEligible(type);
        }
      }
    }
    plans().resolveAll();
    early.keySet().stream()
        .filter(name -> carries(factory.getSingleton(name)))
        .forEach(advised::add);
    new Unadvised(factory, plans(), advised).check();
    checkAbove(factory);
  }

  /** Contexts above this one were there before it, and cannot hear of it. */
  private void checkAbove(ConfigurableListableBeanFactory factory) {
    if (factory.getParentBeanFactory() instanceof ConfigurableListableBeanFactory above) {
      new Unadvised(above, plans(), Set.of()).checkOther("above");
      checkAbove(above);
    }
  }

  /** Contexts below this one tell it that they have started; theirs are no beans of this one. */
  @Override
  public void onApplicationEvent(ContextRefreshedEvent event) {
    AutowireCapableBeanFactory started =
        event.getApplicationContext().getAutowireCapableBeanFactory();
    if (started != beans && started instanceof ConfigurableListableBeanFactory below) {
      new Unadvised(below, plans(), Set.of()).checkOther("below");
    }
  }

  @Override
  public boolean supportsAsyncExecution() {
    return false; // a mistake stops the context that tells of its start
  }

  private static boolean isMadeLater(ConfigurableListableBeanFactory factory, String name) {
    BeanDefinition definition = factory.getMergedBeanDefinition(name);
    return !definition.isAbstract() && (definition.isLazyInit() || !definition.isSingleton());
  }

  /** Refuses a method that only the class has, where callers have the interfaces only. */
  private void checkReachable(Object proxy) {
    for (AnnotatedMethod annotated :
        plans().annotated(AopProxyUtils.ultimateTargetClass(proxy)).values()) {
      Method method = annotated.method();
      boolean reachable =
          Proxy.isProxyClass(annotated.type())
              || AnnotatedMethod.interfaceMethods(method, annotated.type()).stream()
                  .anyMatch(declared -> declared.getDeclaringClass().isInstance(proxy));
      if (!reachable) {
        throw annotated.wrong(
            "The bean's proxy implements its interfaces only, and none of them has this method.",
            "Add the method to an interface, or leave spring.aop.proxy-target-class at true.");
      }
    }
  }

  private FallbackPlans plans() {
    return Objects.requireNonNull(plans, "before setBeanFactory");
  }

  /** The methods around which the interceptor stands. */
  private static final class Annotated extends StaticMethodMatcherPointcut {
    private final FallbackPlans plans;

    Annotated(FallbackPlans plans) {
      this.plans = plans;
      setClassFilter(type -> !plans.annotated(type).isEmpty());
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
      return plans.annotated(method, targetClass) != null;
    }
  }
}
