package io.github.resilientllm.spring.observe;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/** Application contexts that observe the clients of a {@link Desk}. */
final class Contexts {
  private Contexts() {}

  /** A context with all that this package configures. */
  static ApplicationContextRunner observing(Desk desk) {
    ApplicationContextRunner runner =
        new ApplicationContextRunner()
            .withBean(Desk.class, () -> desk)
            .withUserConfiguration(Clients.class)
            .withConfiguration(
                AutoConfigurations.of(
                    BreakerEventsAutoConfiguration.class,
                    HealthAutoConfiguration.class,
                    EndpointAutoConfiguration.class,
                    MetricsAutoConfiguration.class,
                    ObservationAutoConfiguration.class));
    Journal journal = desk.journal();
    return journal == null ? runner : runner.withBean(Journal.class, () -> journal);
  }

  /** Boot's own auto-configuration, whichever of these names its line has. */
  static AutoConfigurations boots(String... names) {
    ClassLoader classes = Contexts.class.getClassLoader();
    Stream<Class<?>> there =
        Arrays.stream(names)
            .filter(name -> ClassUtils.isPresent(name, classes))
            .map(name -> ClassUtils.resolveClassName(name, classes));
    return AutoConfigurations.of(there.toArray(Class<?>[]::new));
  }

  /** Binds the gauges, as Boot does in an application. */
  static void bindGauges(ApplicationContext context) {
    MeterRegistry registry = context.getBean(MeterRegistry.class);
    context.getBeansOfType(MeterBinder.class).values().forEach(meters -> meters.bindTo(registry));
  }

  static LlmClients clients(ApplicationContext context) {
    return Objects.requireNonNull(context.getBean(LlmClients.class));
  }

  @Configuration(proxyBeanMethods = false)
  static class Clients {
    @Bean
    LlmClients llmClients(
        Desk desk,
        ObjectProvider<CallListenerFactory> factories,
        ObjectProvider<LlmClientCustomizer> customizers) {
      return desk.clients(factories, customizers);
    }
  }
}
