package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import io.github.resilientllm.spring.observe.HealthProperties;
import io.github.resilientllm.spring.observe.ObservabilityProperties;
import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Finds properties that nobody reads: mistyped ones, and names with a dot, of which Spring Boot
 * would say nothing.
 */
final class KnownProperties {
  private static final String ROOT = "resilient-llm";

  private final Binder binder;

  KnownProperties(Environment environment) {
    this.binder = Binder.get(environment);
  }

  /** Everything under {@code resilient-llm}, whoever reads it. */
  record All(
      @Nullable Boolean enabled,
      @Nullable String defaultPolicy,
      @Nullable Map<String, ProviderProperties> providers,
      @Nullable Map<String, TargetProperties> targets,
      @Nullable Map<String, PolicyProperties> policies,
      @Nullable JournalProperties journal,
      @Nullable ObservabilityProperties observability,
      @Nullable HealthProperties health,
      @Nullable Switch annotation,
      @Nullable Switch service) {}

  /** Of {@code @LlmFallback} or {@code @LlmService}, which have no other property. */
  record Switch(@Nullable Boolean enabled) {}

  /**
   * Looks through all of them.
   *
   * @throws SetupException for the first property that is not known, with what may have been meant
   */
  void check() {
    try {
      binder.bind(
          ROOT,
          Bindable.of(All.class),
          new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
    } catch (BindException e) {
      if (e.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
        throw unknown(first(unbound));
      }
      throw e;
    }
  }

  private static ConfigurationPropertyName first(UnboundConfigurationPropertiesException unbound) {
    return unbound.getUnboundProperties().stream()
        .map(property -> property.getName())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static SetupException unknown(ConfigurationPropertyName name) {
    Class<?> type = All.class;
    int at = 1;
    boolean ofNamed = false; // whether the element before is a name of the application's own
    while (at < name.getNumberOfElements() - 1) {
      RecordComponent component = component(type, name.getElement(at, Form.DASHED));
      if (component == null) {
        break;
      }
      ofNamed = component.getType() == Map.class;
      Class<?> inner = ofNamed ? valueType(component) : component.getType();
      if (!inner.isRecord()) {
        ofNamed = false;
        break;
      }
      type = inner;
      at += ofNamed ? 2 : 1;
    }
    String wrong = at < name.getNumberOfElements() ? name.getElement(at, Form.DASHED) : "";
    String advice = Nearest.advice(wrong, "properties", names(type));
    if (!ofNamed) {
      return new SetupException("The property " + name + " is not known.", advice);
    }
    String dotted = name.chop(2) + "[" + name.getElement(2, Form.ORIGINAL) + "." + wrong + "]";
    return new SetupException(
        "The property " + name + " is not known.",
        advice + " If the name holds a dot, put it into brackets: " + dotted + ".");
  }

  private static Class<?> valueType(RecordComponent map) {
    return ResolvableType.forType(map.getGenericType()).getGeneric(1).toClass();
  }

  private static @Nullable RecordComponent component(Class<?> type, String name) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (Words.kebab(component.getName()).equals(name)) {
        return component;
      }
    }
    return null;
  }

  private static Set<String> names(Class<?> type) {
    Set<String> names = new LinkedHashSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      names.add(Words.kebab(component.getName()));
    }
    return names;
  }
}
