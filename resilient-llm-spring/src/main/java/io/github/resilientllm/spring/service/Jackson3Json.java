package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmJson;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** Reads with the application's Jackson 3. */
final class Jackson3Json implements JacksonJson {
  private final JsonMapper mapper;

  private Jackson3Json(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** By the application's mapper; null if it has none, or several. */
  static @Nullable LlmJson of(BeanFactory beans) {
    JsonMapper mapper = beans.getBeanProvider(JsonMapper.class).getIfUnique();
    return mapper == null ? null : new Jackson3Json(mapper);
  }

  @Override
  public @Nullable Object read(String json, Type type) {
    return mapper
        .readerFor(mapper.constructType(type))
        .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .readValue(json);
  }

  @Override
  public String write(Object value) {
    return mapper.writeValueAsString(value);
  }

  @Override
  public boolean knowsKotlin() {
    return mapper.registeredModules().stream()
        .anyMatch(module -> module.getClass().getName().endsWith(KOTLIN));
  }

  @Override
  public String nameOf(Class<?> record, String component) {
    JavaType type = mapper.constructType(record);
    ClassIntrospector classes =
        mapper
            .deserializationConfig()
            .classIntrospectorInstance()
            .forOperation(mapper.deserializationConfig());
    return classes
        .introspectForDeserialization(type, classes.introspectClassAnnotations(type))
        .findProperties()
        .stream()
        .filter(property -> property.getInternalName().equals(component))
        .map(BeanPropertyDefinition::getName)
        .findFirst()
        .orElse(component);
  }
}
