package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
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
import org.springframework.core.env.Environment;

/**
 * Finds properties that nobody reads: mistyped ones, and names with a dot, of which Spring Boot
 * would say nothing.
 */
final class KnownProperties {
  private static final String ROOT = "resilient-llm.";

  private final Binder binder;

  KnownProperties(Environment environment) {
    this.binder = Binder.get(environment);
  }

  /**
   * Looks through providers, targets, policies and the journal.
   *
   * @throws SetupException for the first property that is not known, with what may have been meant
   */
  void check() {
    check("providers", Bindable.mapOf(String.class, ProviderProperties.class));
    check("targets", Bindable.mapOf(String.class, TargetProperties.class));
    check("policies", Bindable.mapOf(String.class, PolicyProperties.class));
    check("journal", Bindable.of(JournalProperties.class));
  }

  private void check(String group, Bindable<?> bindable) {
    try {
      binder.bind(
          ROOT + group,
          bindable,
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
    String group = name.getElement(1, Form.UNIFORM);
    Class<?> type =
        Map.of(
                "providers", ProviderProperties.class,
                "targets", TargetProperties.class,
                "policies", PolicyProperties.class)
            .getOrDefault(group, JournalProperties.class);
    int at = type == JournalProperties.class ? 2 : 3;
    while (at < name.getNumberOfElements() - 1) {
      Class<?> inner = component(type, name.getElement(at, Form.DASHED));
      if (inner == null || !inner.isRecord()) {
        break;
      }
      type = inner;
      at++;
    }
    String wrong = at < name.getNumberOfElements() ? name.getElement(at, Form.DASHED) : "";
    String advice = Nearest.advice(wrong, "properties", names(type));
    if (type == JournalProperties.class || at > 3) {
      return new SetupException("The property " + name + " is not known.", advice);
    }
    String dotted = name.chop(2) + "[" + name.getElement(2, Form.ORIGINAL) + "." + wrong + "]";
    return new SetupException(
        "The property " + name + " is not known.",
        advice + " If the name holds a dot, put it into brackets: " + dotted + ".");
  }

  private static @Nullable Class<?> component(Class<?> type, String name) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (Words.kebab(component.getName()).equals(name)) {
        return component.getType();
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
