package io.github.resilientllm.spring.boot;

import static java.util.Objects.requireNonNullElse;

import io.github.resilientllm.Target;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.ProviderAround;
import io.github.resilientllm.spring.internal.SetupException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes targets of their properties, of providers and of {@link LlmProvider} beans. */
final class TargetAssembly {
  private final Map<String, ProviderProperties> providers;
  private final ProviderBeans beans;
  private final @Nullable Vendors vendors;
  private final List<ProviderAround> arounds;

  /**
   * An assembly.
   *
   * @param vendors null without the okhttp module
   * @param arounds what is put around each provider, the first one innermost
   */
  TargetAssembly(
      Map<String, ProviderProperties> providers,
      ProviderBeans beans,
      @Nullable Vendors vendors,
      List<ProviderAround> arounds) {
    this.providers = providers;
    this.beans = beans;
    this.vendors = vendors;
    this.arounds = arounds;
  }

  /**
   * The targets of properties; without any, one for each bean.
   *
   * @throws SetupException if there are none, or one is set up wrongly
   */
  Targets targets(Map<String, TargetProperties> properties) {
    Map<String, Target> targets = new LinkedHashMap<>();
    properties.forEach((name, own) -> targets.put(name, target(name, own)));
    if (!targets.isEmpty()) {
      return Targets.ofProperties(targets);
    }
    List<String> names = beans.ofDefault();
    for (String name : names) {
      LlmProvider bean = Objects.requireNonNull(beans.provider(name));
      targets.put(name, Target.of(around(name, bean)).named(name));
    }
    if (targets.isEmpty()) {
      throw new SetupException(
          "No target is configured, so there is nobody to ask.",
          "Set resilient-llm.targets.<name>.provider and .model, or define an LlmProvider bean,"
              + " or set resilient-llm.enabled to false.");
    }
    return Targets.ofBeans(targets, beans.tellOrder(names));
  }

  private Target target(String name, TargetProperties own) {
    String at = "resilient-llm.targets." + name;
    LlmProvider provider =
        own.bean() == null
            ? provider(at, requireNonNullElse(own.provider(), name), own.model())
            : bean(at, own.bean(), own);
    Target target = Target.of(around(name, provider)).named(name);
    Integer window = own.contextWindow();
    if (window != null) {
      try {
        target = target.withContextWindow(window);
      } catch (IllegalArgumentException e) {
        throw PropertyWords.wrong(at + ".context-window", e);
      }
    }
    if (own.circuitBreaker() != null) {
      target =
          target.withBreaker(
              PolicySettings.set(
                  at + ".circuit-breaker",
                  own.circuitBreaker(),
                  CircuitBreakerProperties::over,
                  Breaker.standard()));
    }
    if (own.concurrency() != null) {
      target =
          target.withConcurrency(
              PolicySettings.set(
                  at + ".concurrency",
                  own.concurrency(),
                  ConcurrencyProperties::over,
                  Concurrency.unlimited()));
    }
    if (own.rateLimit() != null) {
      target =
          target.withRateLimit(
              PolicySettings.set(
                  at + ".rate-limit",
                  own.rateLimit(),
                  RateLimitProperties::over,
                  RateLimit.unlimited()));
    }
    if (own.budget() != null) {
      target =
          target.withBudget(
              PolicySettings.set(
                  at + ".budget",
                  own.budget(),
                  PolicyProperties.BudgetProperties::over,
                  Budget.standard()));
    }
    if (own.retry() != null) {
      target =
          target.withRetry(
              PolicySettings.set(
                  at + ".retry",
                  own.retry(),
                  PolicyProperties.RetryProperties::over,
                  Retry.upTo(3)));
    }
    if (own.options() != null) {
      OptionsProperties options =
          PolicySettings.set(
              at + ".options", own.options(), OptionsProperties::over, OptionsProperties.NONE);
      target = target.withDefaults(options::fill);
    }
    Timeouts clocks = clocks(at, own);
    return clocks == null ? target : target.withTimeouts(clocks);
  }

  private LlmProvider around(String target, LlmProvider provider) {
    LlmProvider outermost = provider;
    for (ProviderAround each : arounds) {
      outermost = each.around(target, outermost);
    }
    return outermost;
  }

  /** The clocks that it sets; null for none. The time of a whole call is none of a target's. */
  private static @Nullable Timeouts clocks(String at, TargetProperties own) {
    Duration longest =
        Stream.of(
                own.attemptTimeout(),
                own.firstTokenTimeout(),
                own.thinkingTimeout(),
                own.stallTimeout())
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
    if (longest == null) {
      return null;
    }
    if (longest.isNegative() || longest.isZero()) {
      throw new SetupException(
          at + " has a time-out of " + PropertyWords.of(longest) + ", which is not more than 0.",
          "Set it to a time, such as 5s.");
    }
    PolicyProperties clocks =
        new PolicyProperties(
            null,
            null,
            longest,
            own.attemptTimeout(),
            own.firstTokenTimeout(),
            own.thinkingTimeout(),
            own.stallTimeout(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    List<String> none = List.of();
    return PolicySettings.standard(none, Fallback.standard()).with(at, clocks, none).timeouts();
  }

  private LlmProvider provider(String at, String name, @Nullable String model) {
    Optional<String> configured = Names.find(name, providers.keySet());
    if (configured.isPresent()) {
      ProviderProperties settings = Objects.requireNonNull(providers.get(configured.get()));
      return configured(at, configured.get(), settings, model);
    }
    LlmProvider bean = Names.find(name, beans.names()).map(beans::provider).orElse(null);
    if (bean == null) {
      TreeSet<String> known = new TreeSet<>(providers.keySet());
      known.addAll(beans.names());
      throw new SetupException(
          "%s.provider is \"%s\", and there is no such provider.".formatted(at, name),
          Nearest.advice(name, "providers", known)
              + " A provider is a key of resilient-llm.providers or the name of an LlmProvider"
              + " bean.");
    }
    if (model != null && !model.equals(bean.model())) {
      throw new SetupException(
          "%s.model is \"%s\", but the bean \"%s\" is a provider of \"%s\" and no other."
              .formatted(at, model, name, bean.model()),
          "Remove the property, or define a bean for each model.");
    }
    return bean;
  }

  private LlmProvider bean(String at, String name, TargetProperties own) {
    if (own.provider() != null || own.model() != null) {
      String other = own.provider() != null ? "provider" : "model";
      throw new SetupException(
          "%s has a bean and a %s, and a bean is both.".formatted(at, other),
          "Remove one of the two properties.");
    }
    LlmProvider bean = Names.find(name, beans.names()).map(beans::provider).orElse(null);
    if (bean == null) {
      throw new SetupException(
          "%s.bean is \"%s\", and there is no such bean that can be asked.".formatted(at, name),
          Nearest.advice(name, "beans", new TreeSet<>(beans.names()))
              + " A model bean of Spring AI needs the module resilient-llm-spring-ai.");
    }
    return bean;
  }

  private LlmProvider configured(
      String at, String name, ProviderProperties settings, @Nullable String model) {
    if (model == null || model.isBlank()) {
      throw new SetupException(
          at + ".model is missing.", "Set it to the model's name as the vendor knows it.");
    }
    if (vendors == null) {
      throw new SetupException(
          "resilient-llm.providers."
              + name
              + " needs the module resilient-llm-okhttp, which is not"
              + " on the class path.",
          "Add the dependency io.github.resilientllm:resilient-llm-okhttp (the starter brings it),"
              + " or define an LlmProvider bean.");
    }
    return vendors.provider(name, settings, model);
  }
}
