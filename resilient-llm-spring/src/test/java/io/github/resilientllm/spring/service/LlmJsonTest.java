package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.LlmService;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Whose JSON an answer is read by. */
class LlmJsonTest {

  record Everything(
      String text,
      boolean yes,
      Boolean boxed,
      byte tiny,
      short small,
      int count,
      Long large,
      float single,
      double twice,
      BigDecimal exact,
      BigInteger huge,
      UUID id,
      LocalDate date,
      Instant instant,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      LocalDateTime local,
      LocalTime time,
      Duration duration,
      YearMonth month,
      Year year,
      Period period,
      ZoneId zone,
      URI uri,
      Set<String> set,
      Collection<Integer> collection,
      Map<String, List<Integer>> map,
      Optional<Integer> there,
      Optional<Integer> missing,
      @Nullable String nothing) {}

  record Named(@JsonProperty("the-city") String city, String postalCode) {}

  @LlmService
  interface Support {
    Everything everything(String question);

    Named named(String question);
  }

  @Configuration(proxyBeanMethods = false)
  static class Jackson2 {
    @Bean
    ObjectMapper jackson2() {
      ObjectMapper mapper = new ObjectMapper();
      mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
      return mapper;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Jackson3 {
    @Bean
    JsonMapper jackson3() {
      return JsonMapper.builder()
          .propertyNamingStrategy(tools.jackson.databind.PropertyNamingStrategies.SNAKE_CASE)
          .build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class NoJackson {}

  @Configuration(proxyBeanMethods = false)
  static class Plain3 {
    @Bean
    JsonMapper plain3() {
      return JsonMapper.builder().build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Own {
    @Bean
    LlmJson own() {
      return new LlmJson() {
        @Override
        public Object read(String json, Type type) {
          return new Named("own", json);
        }

        @Override
        public String nameOf(Class<?> record, String component) {
          return component.toUpperCase(java.util.Locale.ROOT);
        }
      };
    }
  }

  private static final String EVERYTHING =
      """
      {"unknown":{"a":[1,{"b":2}]},"text":"a\\n{{x}}","yes":true,"boxed":false,"tiny":1,"small":2,
       "count":3,"large":4000000000,"single":1.5,"twice":2.25,"exact":0.10,
       "huge":123456789012345678901234567890,"id":"00000000-0000-0000-0000-000000000001",
       "date":"2026-11-27","instant":"2026-11-27T12:00:00Z","offset":"2026-11-27T12:00:00Z",
       "zoned":"2026-11-27T12:00:00Z","local":"2026-11-27T12:00:00","time":"12:30:00",
       "duration":"PT90S","month":"2026-11","year":2026,"period":"P1M","zone":"Europe/Berlin",
       "uri":"https://example.org/","set":["a"],"collection":[1,2],"map":{"a":[1]},"there":7,
       "missing":null}""";

  private static final Everything READ =
      new Everything(
          "a\n{{x}}",
          true,
          false,
          (byte) 1,
          (short) 2,
          3,
          4_000_000_000L,
          1.5f,
          2.25,
          new BigDecimal("0.10"),
          new BigInteger("123456789012345678901234567890"),
          new UUID(0, 1),
          LocalDate.of(2026, 11, 27),
          Instant.parse("2026-11-27T12:00:00Z"),
          OffsetDateTime.parse("2026-11-27T12:00:00Z"),
          ZonedDateTime.of(2026, 11, 27, 12, 0, 0, 0, ZoneOffset.UTC),
          LocalDateTime.parse("2026-11-27T12:00:00"),
          LocalTime.of(12, 30),
          Duration.ofSeconds(90),
          YearMonth.of(2026, 11),
          Year.of(2026),
          Period.ofMonths(1),
          ZoneId.of("Europe/Berlin"),
          URI.create("https://example.org/"),
          Set.of("a"),
          List.of(1, 2),
          Map.of("a", List.of(1)),
          Optional.of(7),
          Optional.empty(),
          null);

  @Test
  void oursReadsWhateverASchemaCanSay() {
    try (Trial trial = Trial.of(Support.class, EVERYTHING)) {
      assertThat(trial.bean(Support.class).everything("?"))
          .usingRecursiveComparison()
          .isEqualTo(READ);
    }
  }

  @Test
  void jackson3ReadsTheSame() {
    try (Trial trial = Trial.of(Support.class, EVERYTHING, Plain3.class)) {
      Everything read = trial.bean(Support.class).everything("?");
      assertThat(read)
          .usingRecursiveComparison()
          .ignoringFields("zoned") // Jackson says UTC where the text says Z
          .isEqualTo(READ);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Jackson2.class, Jackson3.class})
  void theModelIsToldTheNamesThatTheApplicationsJacksonReads(Class<?> jackson) {
    String answer = "{\"the-city\":\"Hamburg\",\"postal_code\":\"20095\"}";
    try (Trial trial = Trial.of(Support.class, answer, jackson)) {
      assertThat(trial.bean(Support.class).named("?")).isEqualTo(new Named("Hamburg", "20095"));
      assertThat(trial.schema()).contains("\"required\":[\"the-city\",\"postal_code\"]");
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Jackson2.class, Jackson3.class, NoJackson.class})
  void twoValuesAreNotOne(Class<?> jackson) {
    String answer = "{\"the-city\":\"secret\",\"postal_code\":\"1\"} {}";
    try (Trial trial = Trial.of(Support.class, answer, jackson)) {
      Support support = trial.bean(Support.class);
      LlmException failure = catchThrowableOfType(LlmException.class, () -> support.named("?"));
      assertThat(failure).hasMessageContaining("is no Named").hasNoCause();
      assertThat(failure.getMessage()).doesNotContain("secret");
    }
  }

  @Test
  void jackson3GoesBeforeJackson2AndABeanOfTheApplicationBeforeBoth() {
    try (Trial trial = Trial.of(Support.class, "{\"value\":1}", Jackson2.class, Jackson3.class)) {
      assertThat(trial.json()).isInstanceOf(Jackson3Json.class);
    }
    try (Trial trial = Trial.of(Support.class, "{}", Jackson2.class, Own.class)) {
      assertThat(trial.bean(Support.class).named("?")).isEqualTo(new Named("own", "{}"));
      assertThat(trial.schema()).contains("\"required\":[\"CITY\",\"POSTALCODE\"]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"city\":null,\"postalCode\":\"1\"}",
        "{\"city\":\"x\"}",
        "{\"city\":1,\"postalCode\":\"1\"}",
        "{\"city\":[\"x\"],\"postalCode\":\"1\"}",
        "{\"city\":{},\"postalCode\":\"1\"}"
      })
  void oursTakesNothingForSomethingElse(String answer) {
    try (Trial trial = Trial.of(Support.class, answer)) {
      Support support = trial.bean(Support.class);
      assertThat(catchThrowableOfType(LlmException.class, () -> support.named("?")))
          .hasMessageContaining("is no Named");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1.5", "99999999999", "\"3\"", "true", "null"})
  void oursTakesNoNumberThatDoesNotFit(String number) {
    try (Trial trial = Trial.of(Count.class, "{\"value\":" + number + "}")) {
      Count count = trial.bean(Count.class);
      assertThat(catchThrowableOfType(LlmException.class, () -> count.count("?")))
          .hasMessageContaining("is no int");
    }
  }

  @LlmService
  interface Count {
    int count(String question);
  }
}
