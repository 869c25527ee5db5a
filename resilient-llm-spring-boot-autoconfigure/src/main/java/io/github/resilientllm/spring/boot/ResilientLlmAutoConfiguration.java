package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmOkHttpCustomizer;
import io.github.resilientllm.spring.internal.CallListenerFactory;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/** Auto-configures the clients of all policies. */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
      "org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "resilient-llm.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ResilientLlmProperties.class)
@Import({JournalConfiguration.class, ExecutorConfiguration.class})
@ImportRuntimeHints(BootHints.class)
final class ResilientLlmAutoConfiguration {

  /** The default policy's client. */
  @Configuration(proxyBeanMethods = false)
  @Conditional(OnTargets.class)
  @ConditionalOnMissingBean(LlmClients.class)
  @Import(PolicyClients.class)
  static final class Clients {

    @Bean
    RunningCalls resilientLlmRunningCalls() {
      return new RunningCalls();
    }

    @Bean
    LlmClients resilientLlmClients(
        ResilientLlmProperties properties,
        Environment environment,
        ConfigurableListableBeanFactory beans,
        ObjectProvider<Vendors> vendors,
        LlmExecutor executor,
        RunningCalls running,
        ObjectProvider<Journal> journal) {
      new KnownProperties(environment).check(properties.unknownProperties());
      TargetAssembly targets =
          new TargetAssembly(
              properties.providers(), new ProviderBeans(beans), vendors.getIfAvailable());
      ClientAssembly clients =
          new ClientAssembly(
              executor.executor(),
              journal.getIfUnique(),
              Stream.concat(
                      Stream.of(running.listener()),
                      beans.getBeanProvider(CallListener.class, false).orderedStream())
                  .toList(),
              beans.getBeanProvider(CallListenerFactory.class, false).orderedStream().toList(),
              beans.getBeanProvider(LlmClientCustomizer.class, false).orderedStream().toList());
      return clients.clients(targets.targets(properties.targets()), properties);
    }
  }

  /** The vendors of the okhttp module. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({OpenAi.class, OkHttpClient.class})
  static final class OkHttp {

    @Bean
    @ConditionalOnMissingBean
    Vendors resilientLlmVendors(
        ObjectProvider<SslBundles> bundles, ObjectProvider<LlmOkHttpCustomizer> customizers) {
      OkHttpClients.link();
      return new OkHttpVendors(
          new OkHttpClients(bundles.getIfAvailable(), customizers.orderedStream().toList()));
    }
  }

  @Bean
  @ConditionalOnBean(LlmClients.class)
  @ConditionalOnMissingBean
  LlmClient resilientLlmClient(LlmClients clients) {
    return clients.client();
  }
}
