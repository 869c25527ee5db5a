package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.chaos.ChaosProperties;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import io.github.resilientllm.spring.observe.HealthProperties;
import io.github.resilientllm.spring.observe.ObservabilityProperties;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Finds properties that nobody reads: mistyped ones, and names with a dot, of which Spring Boot
 * would say nothing. It looks at their names only, and binds nothing.
 */
final class KnownProperties {
  private static final Logger LOG = LoggerFactory.getLogger(KnownProperties.class);
  private static final String ROOT = "resilient-llm";

  private final List<ConfigurationPropertyName> names;

  KnownProperties(Environment environment) {
    // Not those of the machine, which may be somebody else's.
    UnboundElementsSourceFilter written = new UnboundElementsSourceFilter();
    this.names =
        PropertyNames.below(ROOT, PropertyNames.sources(environment).filter(written::apply))
            .sorted(Comparator.naturalOrder())
            .distinct()
            .toList();
  }

  /** What of the tree is bound elsewhere or read as one value. */
  record Others(
      ObservabilityProperties observability,
      HealthProperties health,
      ChaosProperties chaos,
      Switch annotation,
      Switch service,
      Switch springAi) {}

  /** Of {@code @LlmFallback}, {@code @LlmService} or a framework, which have no other property. */
  record Switch(boolean enabled) {}

  /** The records whose components name the properties. */
  static Set<Class<?>> records() {
    Set<Class<?>> records = new LinkedHashSet<>();
    add(ResolvableType.forClass(ResilientLlmProperties.class), records);
    return records;
  }

  private static void add(ResolvableType type, Set<Class<?>> records) {
    for (ResolvableType inner : type.getGenerics()) {
      add(inner, records);
    }
    if (type.toClass().isRecord() && records.add(type.toClass())) {
      for (RecordComponent component : components(type.toClass())) {
        add(ResolvableType.forType(component.getGenericType()), records);
      }
    }
  }

  /**
   * Looks through all of them.
   *
   * @param unknown what to do with those that are not known
   * @throws SetupException for the first one that is not known, with what may have been meant
   */
  void check(UnknownProperties unknown) {
    for (ConfigurationPropertyName name : names) {
      SetupException wrong = wrong(name);
      if (wrong == null) {
        continue;
      }
      if (unknown == UnknownProperties.FAIL) {
        throw wrong;
      }
      LOG.warn("{} {}", wrong.getMessage(), wrong.action());
    }
  }

  private static @Nullable SetupException wrong(ConfigurationPropertyName name) {
    ResolvableType type = ResolvableType.forClass(ResilientLlmProperties.class);
    boolean ofNamed = false; // whether the element before is a name of the application's own
    int at = 1;
    while (at < name.getNumberOfElements()) {
      Class<?> holder = type.toClass();
      if (holder == Map.class) {
        type = type.getGeneric(1);
        ofNamed = true;
        if (!type.toClass().isRecord()) {
          return null; // the rest is a key of the application's own, with dots or without
        }
      } else if (holder == List.class) {
        type = type.getGeneric(0); // whatever stands in the brackets, binding has read it
      } else {
        RecordComponent component = component(holder, name.getElement(at, Form.DASHED));
        if (component == null) {
          return unknown(name, at, holder, ofNamed && at == 3);
        }
        type = ResolvableType.forType(component.getGenericType());
        ofNamed = false;
      }
      at++;
    }
    return null;
  }

  private static SetupException unknown(
      ConfigurationPropertyName name, int at, Class<?> holder, boolean ofNamed) {
    String wrong = name.getElement(at, Form.DASHED);
    String advice = Nearest.advice(wrong, "properties", names(holder));
    if (!ofNamed) {
      return new SetupException("The property " + name + " is not known.", advice);
    }
    String dotted = name.chop(2) + "[" + name.getElement(2, Form.ORIGINAL) + "." + wrong + "]";
    return new SetupException(
        "The property " + name + " is not known.",
        advice + " If the name holds a dot, put it into brackets: " + dotted + ".");
  }

  private static @Nullable RecordComponent component(Class<?> type, String name) {
    for (RecordComponent component : components(type)) {
      if (PropertyWords.kebab(component.getName()).equals(name)) {
        return component;
      }
    }
    return null;
  }

  private static Set<String> names(Class<?> type) {
    Set<String> names = new LinkedHashSet<>();
    for (RecordComponent component : components(type)) {
      names.add(PropertyWords.kebab(component.getName()));
    }
    return names;
  }

  private static List<RecordComponent> components(Class<?> type) {
    if (!type.isRecord()) {
      return List.of(); // a value, which holds nothing
    }
    List<RecordComponent> components = new ArrayList<>(List.of(type.getRecordComponents()));
    if (type == ResilientLlmProperties.class) {
      components.addAll(List.of(Others.class.getRecordComponents()));
    }
    return components;
  }
}
