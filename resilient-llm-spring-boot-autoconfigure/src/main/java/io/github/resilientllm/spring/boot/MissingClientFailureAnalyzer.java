package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.Llm;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.internal.Nearest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains an {@code @Llm} of a policy that there is not, and a client or an outbox where nothing
 * is configured. It comes before Spring Boot's own analyzer of beans that are missing.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingClientFailureAnalyzer
    extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {
  private final BeanFactory beans;
  private final Environment environment;

  MissingClientFailureAnalyzer(BeanFactory beans, Environment environment) {
    this.beans = beans;
    this.environment = environment;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable rootFailure, NoSuchBeanDefinitionException cause) {
    ResolvableType wanted = cause.getResolvableType();
    Class<?> type = wanted == null ? null : wanted.resolve();
    boolean isOurs = type == LlmClient.class || type == LlmClients.class || type == LlmOutbox.class;
    if (cause.getNumberOfBeansFound() > 0 || type == null || !isOurs) {
      return null;
    }
    InjectionPoint place = place(rootFailure);
    String where = place == null ? "A bean" : place.getMember().getDeclaringClass().getName();
    if (type == LlmOutbox.class && beans.containsBean("resilientLlmClients")) {
      return new FailureAnalysis(
          where + " wants an LlmOutbox, and none is configured.",
          "Set resilient-llm.outbox.directory, or resilient-llm.outbox.type=postgres.",
          cause);
    }
    Llm llm = place == null ? null : place.getAnnotation(Llm.class);
    if (!beans.containsBean("resilientLlmClients")) {
      return nothingConfigured(where, type, cause);
    }
    return llm == null ? null : unknownPolicy(where, llm.value(), cause);
  }

  private FailureAnalysis unknownPolicy(String where, String policy, Throwable cause) {
    return new FailureAnalysis(
        "%s wants @Llm(\"%s\"), and there is no such policy.".formatted(where, policy),
        Nearest.advice(policy, "policies", PolicyClients.names(environment))
            + " A policy is a key of resilient-llm.policies.",
        cause);
  }

  private FailureAnalysis nothingConfigured(String where, Class<?> type, Throwable cause) {
    String description =
        "%s wants an %s, and none is configured.".formatted(where, type.getSimpleName());
    if (!environment.getProperty("resilient-llm.enabled", Boolean.class, true)) {
      return new FailureAnalysis(description, "Remove resilient-llm.enabled=false.", cause);
    }
    if (AotDetector.useGeneratedArtifacts()
        && !PropertyNames.keys("resilient-llm.targets", environment).isEmpty()) {
      return new FailureAnalysis(
          description
              + " There are targets now, but there were none when the application was processed"
              + " ahead of time, which has decided then that it has no clients.",
          "Set resilient-llm.targets.<name>.model of one target at least when the application is"
              + " built; all values may be others when it starts.",
          cause);
    }
    String advice =
        "Set resilient-llm.targets.<name>.provider and .model, or define an LlmProvider bean.";
    return new FailureAnalysis(description, dashed() + advice, cause);
  }

  /** What there is to say of variables in which an underscore stands for the dash. */
  private String dashed() {
    return PropertyNames.below("resilient.llm.targets", PropertyNames.sources(environment))
        .map(name -> name.toString().replace('.', '_').toUpperCase(Locale.ROOT))
        .sorted()
        .findFirst()
        .map(
            variable ->
                "Names of environment variables have no dashes: write "
                    + variable.replace("RESILIENT_LLM_", "RESILIENTLLM_")
                    + " for "
                    + variable
                    + ", and so on. ")
        .orElse("");
  }

  /** Where the bean was wanted that is missing: the innermost place. */
  private static @Nullable InjectionPoint place(Throwable failure) {
    InjectionPoint place = null;
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof UnsatisfiedDependencyException unsatisfied) {
        place = unsatisfied.getInjectionPoint();
      }
    }
    return place;
  }
}
