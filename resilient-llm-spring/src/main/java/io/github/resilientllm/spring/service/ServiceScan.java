package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** Finds the services in an application's packages. */
public final class ServiceScan {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceScan.class);

  private final ConfigurableListableBeanFactory beans;
  private final Environment environment;
  private final ResourceLoader resources;

  /** Prepares a scan for the application that these are of. */
  public ServiceScan(
      ConfigurableListableBeanFactory beans, Environment environment, ResourceLoader resources) {
    this.beans = beans;
    this.environment = environment;
    this.resources = resources;
  }

  /**
   * Registers the services of a package and those below it.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if one is no interface
   */
  public void registerIn(BeanDefinitionRegistry registry, String base) {
    Scanner scanner = new Scanner(environment);
    scanner.setResourceLoader(resources);
    for (BeanDefinition found : scanner.findCandidateComponents(base)) {
      String name = String.valueOf(found.getBeanClassName());
      register(ClassUtils.resolveClassName(name, resources.getClassLoader()), beans, registry);
    }
  }

  /**
   * Registers a service, unless the application has a bean of its own in place of it.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if it is no interface
   */
  static void register(
      Class<?> service, ConfigurableListableBeanFactory beans, BeanDefinitionRegistry registry) {
    if (!service.isInterface()) {
      throw new Site(service, null)
          .wrong(
              "It is a class.",
              "Make it an interface, whose methods say what is asked; for methods with bodies of"
                  + " their own there is @LlmFallback.");
    }
    if (service.isSealed()) {
      throw new Site(service, null)
          .wrong(
              "It is sealed, and its bean is of a class that it does not permit.",
              "Remove sealed.");
    }
    LlmService annotation = AnnotatedElementUtils.findMergedAnnotation(service, LlmService.class);
    Class<?> fallback = annotation == null ? void.class : annotation.fallback();
    if (!registry.containsBeanDefinition(service.getName()) && !isThere(service, fallback, beans)) {
      registry.registerBeanDefinition(service.getName(), definition(service, fallback));
    }
  }

  private static boolean isThere(
      Class<?> service, Class<?> fallback, ConfigurableListableBeanFactory beans) {
    for (String name : beans.getBeanNamesForType(service, true, false)) {
      Class<?> type = beans.getType(name, false);
      if (type == null || !fallback.isAssignableFrom(type)) {
        LOG.info("The bean \"{}\" takes the place of @LlmService {}", name, service.getName());
        return true;
      }
    }
    return false;
  }

  private static BeanDefinition definition(Class<?> service, Class<?> fallback) {
    RootBeanDefinition definition = new RootBeanDefinition(ServiceFactory.class);
    definition.getConstructorArgumentValues().addIndexedArgumentValue(0, service);
    // The attribute tells the type before the factory is made, the generic does where AOT has run.
    definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, service);
    definition.setTargetType(ResolvableType.forClassWithGenerics(ServiceFactory.class, service));
    definition.setLazyInit(false); // mistakes are told at start-up, also where beans are lazy
    definition.setPrimary(fallback != void.class); // before the fallback, which may be a bean
    return definition;
  }

  private static final class Scanner extends ClassPathScanningCandidateComponentProvider {
    Scanner(Environment environment) {
      super(false, environment);
      addIncludeFilter(new AnnotationTypeFilter(LlmService.class));
    }

    @Override
    protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
      return definition.getMetadata().isIndependent() && !definition.getMetadata().isAnnotation();
    }
  }
}
