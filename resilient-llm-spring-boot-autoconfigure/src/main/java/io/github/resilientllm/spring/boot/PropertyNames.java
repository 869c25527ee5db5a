package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/** Which properties there are, without a look at their values. */
final class PropertyNames {
  private PropertyNames() {}

  /** Those below a name, by the sources that hold them. */
  static Stream<ConfigurationPropertyName> below(
      String parent, Stream<ConfigurationPropertySource> sources) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(parent);
    return sources
        .filter(IterableConfigurationPropertySource.class::isInstance)
        .map(IterableConfigurationPropertySource.class::cast)
        .flatMap(IterableConfigurationPropertySource::stream)
        .filter(name::isAncestorOf);
  }

  /** All sources of an application's properties, the first one first. */
  static Stream<ConfigurationPropertySource> sources(Environment environment) {
    return StreamSupport.stream(ConfigurationPropertySources.get(environment).spliterator(), false);
  }

  /** The names that the application gives below a group such as {@code resilient-llm.policies}. */
  static Set<String> keys(String group, Environment environment) {
    int place = ConfigurationPropertyName.of(group).getNumberOfElements();
    Map<String, Boolean> keys = new LinkedHashMap<>();
    below(group, sources(environment))
        .forEach(name -> keys.put(name.getElement(place, Form.ORIGINAL), true));
    return Names.joined(keys).keySet();
  }
}
