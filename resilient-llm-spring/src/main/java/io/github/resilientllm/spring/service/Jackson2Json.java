package io.github.resilientllm.spring.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.github.resilientllm.spring.LlmJson;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/** Reads with the application's Jackson 2. */
final class Jackson2Json implements JacksonJson {
  private final ObjectMapper mapper;

  private Jackson2Json(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** By the application's mapper; null if it has none, or several. */
  static @Nullable LlmJson of(BeanFactory beans) {
    ObjectMapper mapper = beans.getBeanProvider(ObjectMapper.class).getIfUnique();
    return mapper == null ? null : new Jackson2Json(mapper);
  }

  @Override
  public @Nullable Object read(String json, Type type) throws JsonProcessingException {
    return mapper
        .readerFor(mapper.constructType(type))
        .with(
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .readValue(json);
  }

  @Override
  public String write(Object value) throws JsonProcessingException {
    return mapper.writeValueAsString(value);
  }

  @Override
  public boolean knowsKotlin() {
    return mapper.getRegisteredModuleIds().stream().anyMatch(id -> id.toString().endsWith(KOTLIN));
  }

  @Override
  public String nameOf(Class<?> record, String component) {
    return mapper
        .getDeserializationConfig()
        .introspect(mapper.constructType(record))
        .findProperties()
        .stream()
        .filter(property -> property.getInternalName().equals(component))
        .map(BeanPropertyDefinition::getName)
        .findFirst()
        .orElse(component);
  }
}
