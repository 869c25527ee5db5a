package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.spring.LlmService;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Services whose methods are those of a generic interface. */
class GenericServiceTest {

  record City(String name) {}

  interface Extracts<T> {
    T one(String text);

    List<T> all(String text);
  }

  @LlmService
  interface Cities extends Extracts<City> {}

  @Configuration(proxyBeanMethods = false)
  static class NoJackson {}

  @Configuration(proxyBeanMethods = false)
  static class Jackson2 {
    @Bean
    ObjectMapper jackson2() {
      return new ObjectMapper();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Jackson3 {
    @Bean
    JsonMapper jackson3() {
      return new JsonMapper();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {NoJackson.class, Jackson2.class, Jackson3.class})
  void whatTheyReturnIsWhatTheServiceSaysThatItIs(Class<?> jackson) {
    try (Trial trial = Trial.of(Cities.class, "{\"name\":\"Hamburg\"}", jackson)) {
      Object city = trial.bean(Cities.class).one("...");
      assertThat(city).isEqualTo(new City("Hamburg"));
      assertThat(trial.schema()).contains("\"name\"");
    }
    try (Trial trial = Trial.of(Cities.class, "{\"value\":[{\"name\":\"Hamburg\"}]}", jackson)) {
      assertThat(trial.bean(Cities.class).all("...").toArray())
          .containsExactly(new City("Hamburg"));
    }
  }
}
