package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.UserMessage;
import io.github.resilientllm.spring.internal.LastResortListener;
import io.github.resilientllm.spring.internal.LastResorts;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ResourceLoaderAware;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.io.ResourceLoader;

/** Makes the bean of one service, and says at start-up what is wrong with its interface. */
final class ServiceFactory<T>
    implements FactoryBean<T>, BeanFactoryAware, ResourceLoaderAware, InitializingBean {
  private final Class<T> service;
  private @Nullable ConfigurableListableBeanFactory beans;
  private @Nullable ResourceLoader resources;
  private @Nullable T bean;

  ServiceFactory(Class<T> service) {
    this.service = service;
  }

  @Override
  public void setBeanFactory(BeanFactory beans) {
    this.beans = (ConfigurableListableBeanFactory) beans;
  }

  @Override
  public void setResourceLoader(ResourceLoader resources) {
    this.resources = resources;
  }

  @Override
  public void afterPropertiesSet() {
    ConfigurableListableBeanFactory all = Objects.requireNonNull(beans);
    Site site = new Site(service, null);
    LlmService annotation =
        Objects.requireNonNull(
            AnnotatedElementUtils.findMergedAnnotation(service, LlmService.class));
    LlmJson json = ApplicationJson.of(all);
    MethodReader reader = new MethodReader(new Messages(Objects.requireNonNull(resources)), json);
    Map<Method, ServiceMethod> methods = methods(reader);
    Policy policy = Policy.of(clients(all, site), policy(annotation, all), site);
    checkJournal(methods, policy);
    Tools tools = Tools.of(annotation.tools(), all, json, site);
    checkStreams(methods, tools);
    Object fallback =
        annotation.fallback() == void.class ? null : StandIn.of(annotation.fallback(), all, site);
    bean =
        service.cast(
            Proxy.newProxyInstance(
                service.getClassLoader(),
                new Class<?>[] {service},
                new ServiceInvocation(
                    service,
                    policy,
                    Readers.of(all),
                    methods,
                    tools,
                    fallback,
                    new LastResorts(all.getBeanProvider(LastResortListener.class)))));
  }

  private static LlmClients clients(ConfigurableListableBeanFactory beans, Site site) {
    LlmClients clients = beans.getBeanProvider(LlmClients.class).getIfAvailable();
    if (clients == null) {
      throw site.wrong(
          "There is no model that it could ask.",
          "Set resilient-llm.targets.<name>.provider and .model, or define an LlmProvider bean.");
    }
    return clients;
  }

  private static String policy(LlmService annotation, ConfigurableListableBeanFactory beans) {
    return Objects.requireNonNullElse(beans.resolveEmbeddedValue(annotation.policy()), "");
  }

  private Map<Method, ServiceMethod> methods(MethodReader reader) {
    Map<Method, ServiceMethod> methods = new LinkedHashMap<>();
    for (Method method : MethodReader.ofService(service)) {
      methods.put(method, reader.read(service, method));
    }
    for (Method method : service.getMethods()) {
      boolean speaks =
          method.isAnnotationPresent(UserMessage.class)
              || method.isAnnotationPresent(SystemMessage.class);
      if (speaks && !methods.containsKey(method)) {
        throw new Site(service, method)
            .wrong(
                "It has a message and a body, and it is the body that runs.",
                "Remove the body, or the message.");
      }
    }
    if (methods.isEmpty()) {
      throw new Site(service, null)
          .wrong("It has no method that asks anything.", "Add one, or remove @LlmService.");
    }
    return methods;
  }

  private static void checkJournal(Map<Method, ServiceMethod> methods, Policy policy) {
    for (ServiceMethod method : methods.values()) {
      if (method.conversation() >= 0 && !policy.hasJournal()) {
        throw method
            .site()
            .wrong(
                "It has a @ConversationId, and there is no journal that keeps conversations.",
                "Set resilient-llm.journal.enabled=true, or declare a bean of the type Journal.");
      }
    }
  }

  private static void checkStreams(Map<Method, ServiceMethod> methods, Tools tools) {
    for (ServiceMethod method : methods.values()) {
      if (!tools.isEmpty() && method.conversation() < 0 && method.returned().form().streams()) {
        throw method
            .site()
            .wrong(
                "It returns a stream, and its tools run between the answers of a conversation.",
                "Add a @ConversationId, or return the whole answer.");
      }
    }
  }

  @Override
  public T getObject() {
    return Objects.requireNonNull(bean, "before it is initialized");
  }

  @Override
  public Class<T> getObjectType() {
    return service;
  }
}
