package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.okhttp.AwsIdentity;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmCredentials;
import io.github.resilientllm.spring.LlmOkHttpCustomizer;
import io.github.resilientllm.spring.LlmProviderFactory;
import io.github.resilientllm.spring.internal.LlmExecutor;
import io.github.resilientllm.spring.internal.ModelBeans;
import io.github.resilientllm.spring.internal.ProviderAround;
import io.github.resilientllm.spring.internal.SetupException;
import io.github.resilientllm.spring.internal.StreamsForFrameworks;
import io.github.resilientllm.spring.internal.Surroundings;
import java.util.List;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
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
public final class ResilientLlmAutoConfiguration {

  /** The default policy's client. */
  @Configuration(proxyBeanMethods = false)
  @Conditional(OnTargets.class)
  @ConditionalOnMissingBean(LlmClients.class)
  static final class Clients {

    @Bean
    static PolicyClients resilientLlmPolicyClients(Environment environment) {
      return new PolicyClients(environment);
    }

    @Bean
    RunningCalls resilientLlmRunningCalls() {
      return new RunningCalls();
    }

    /** Calls that requests and message listeners have begun end before what they use is stopped. */
    @Bean
    SmartLifecycle resilientLlmCallsOfRequests(RunningCalls running) {
      return running.stoppingIn(RunningCalls.AFTER_WEB_SERVERS);
    }

    /** And those that the beans of all lower phases have begun while they stopped. */
    @Bean
    SmartLifecycle resilientLlmLastCalls(RunningCalls running) {
      return running.stoppingIn(Integer.MIN_VALUE);
    }

    @Bean
    LateListeners resilientLlmListeners(ConfigurableListableBeanFactory beans) {
      return new LateListeners(
          beans.getBeanProvider(CallListener.class, false),
          beans.getBeanProvider(CallListenerFactory.class, false),
          beans.getBeanProvider(Surroundings.class, false));
    }

    @Bean
    LlmClients resilientLlmClients(
        ResilientLlmProperties properties,
        Environment environment,
        ConfigurableListableBeanFactory beans,
        ObjectProvider<Vendors> vendors,
        ObjectProvider<LlmProviderFactory> factory,
        LlmExecutor executor,
        RunningCalls running,
        LateListeners listeners,
        ObjectProvider<Journal> journal,
        ObjectProvider<ModelBeans> models,
        ObjectProvider<ProviderAround> arounds,
        ObjectProvider<StreamsForFrameworks> readers) {
      new KnownProperties(environment).check(properties.unknownProperties());
      TargetAssembly targets =
          new TargetAssembly(
              properties.providers(),
              new ProviderBeans(beans, models.orderedStream().toList()),
              vendors(vendors, factory),
              arounds.orderedStream().toList());
      ClientAssembly clients =
          new ClientAssembly(
              executor.executor(),
              journal(beans, journal),
              running.listener(),
              listeners,
              listeners::surroundings,
              beans.getBeanProvider(LlmClientCustomizer.class, false).orderedStream().toList(),
              readers.getIfAvailable() == null
                  ? Fallback.standard()
                  : Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE));
      return clients.clients(targets.targets(properties.targets()), properties);
    }

    private static @Nullable Vendors vendors(
        ObjectProvider<Vendors> vendors, ObjectProvider<LlmProviderFactory> factory) {
      LlmProviderFactory its = factory.getIfAvailable();
      return its == null
          ? vendors.getIfAvailable()
          : (provider, settings, model) -> its.provider(provider, model);
    }

    private static @Nullable Journal journal(
        ConfigurableListableBeanFactory beans, ObjectProvider<Journal> journals) {
      Journal journal = journals.getIfUnique();
      List<String> names = List.of(beans.getBeanNamesForType(Journal.class, true, false));
      if (journal == null && names.size() > 1) {
        throw new SetupException(
            "There are the journals "
                + String.join(", ", names)
                + ", and nothing says which one keeps the conversations.",
            "Mark one of them @Primary, or the others @Bean(defaultCandidate = false).");
      }
      return journal;
    }
  }

  /** The vendors of the okhttp module. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({OpenAi.class, OkHttpClient.class})
  static final class OkHttp {

    @Bean
    @ConditionalOnMissingBean
    Vendors resilientLlmVendors(
        ObjectProvider<SslBundles> bundles,
        ObjectProvider<LlmOkHttpCustomizer> customizers,
        ObjectProvider<LlmCredentials> credentials,
        ObjectProvider<AwsIdentity> identity,
        ObjectProvider<OllamaConnectionDetails> ollama) {
      return new OkHttpVendors(
          new OkHttpClients(bundles.getIfAvailable(), customizers.orderedStream().toList()),
          credentials.orderedStream().toList(),
          identity::getIfAvailable,
          ollama::getIfAvailable);
    }
  }

  @Bean
  @ConditionalOnBean(LlmClients.class)
  @ConditionalOnMissingBean
  LlmClient resilientLlmClient(LlmClients clients) {
    return clients.client();
  }
}
