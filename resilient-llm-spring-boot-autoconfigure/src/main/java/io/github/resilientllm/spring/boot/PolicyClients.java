package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.Llm;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.Environment;

/**
 * Registers a client for each policy, which {@code @Llm("name")} injects and nothing else: they are
 * no default candidates, so that an {@code LlmClient} without a qualifier stays unambiguous. They
 * are made where they are injected.
 *
 * <p>It does so at each start, also of an application that was processed ahead of time: policies
 * that there were not yet when it was built are found then.
 */
final class PolicyClients implements BeanDefinitionRegistryPostProcessor {
  private final Environment environment;

  PolicyClients(Environment environment) {
    this.environment = environment;
  }

  /** The names of the configured policies. */
  static Set<String> names(Environment environment) {
    Set<String> policies = PropertyNames.keys("resilient-llm.policies", environment);
    return policies.isEmpty() ? Set.of("default") : policies;
  }

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    for (String policy : names(environment)) {
      String name = "resilientLlmClient." + policy;
      if (!registry.containsBeanDefinition(name)) {
        registry.registerBeanDefinition(name, client(policy));
      }
    }
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {}

  private static RootBeanDefinition client(String policy) {
    RootBeanDefinition client = new RootBeanDefinition(LlmClient.class);
    client.setFactoryBeanName("resilientLlmClients");
    client.setFactoryMethodName("client");
    client.getConstructorArgumentValues().addIndexedArgumentValue(0, policy);
    client.addQualifier(new AutowireCandidateQualifier(Llm.class, policy));
    client.addQualifier(new AutowireCandidateQualifier(Qualifier.class, policy));
    client.setDefaultCandidate(false);
    client.setLazyInit(true);
    return client;
  }
}
