package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.Llm;
import java.util.Set;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a client for each policy, which {@code @Llm("name")} injects and nothing else: they are
 * no default candidates, so that an {@code LlmClient} without a qualifier stays unambiguous.
 *
 * <p>With AOT processing the policies' names are those of the build.
 */
final class PolicyClients implements ImportBeanDefinitionRegistrar, EnvironmentAware {
  private Set<String> policies = Set.of();

  @Override
  public void setEnvironment(Environment environment) {
    this.policies = names(environment);
  }

  /** The names of the configured policies. */
  static Set<String> names(Environment environment) {
    Set<String> policies = PropertyNames.keys("resilient-llm.policies", environment);
    return policies.isEmpty() ? Set.of("default") : policies;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importing, BeanDefinitionRegistry registry) {
    for (String policy : policies) {
      RootBeanDefinition client = new RootBeanDefinition(LlmClient.class);
      client.setFactoryBeanName("resilientLlmClients");
      client.setFactoryMethodName("client");
      client.getConstructorArgumentValues().addIndexedArgumentValue(0, policy);
      client.addQualifier(new AutowireCandidateQualifier(Llm.class, policy));
      client.setDefaultCandidate(false);
      registry.registerBeanDefinition("resilientLlmClient." + policy, client);
    }
  }
}
