package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmService;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Answers as classes that are no records: beans with setters, and values with a constructor. */
class PojoTest {

  /** What is inherited is a property too. */
  public static class Place {
    private String city = "?";

    public String getCity() {
      return city;
    }

    public void setCity(String city) {
      this.city = city;
    }
  }

  /** A bean, as a mapper of databases or an IDE writes it. */
  public static class Delivery extends Place {
    private LocalDate due = LocalDate.EPOCH;

    @JsonPropertyDescription("what the sender wrote on it")
    private @Nullable String note = "none";

    private List<Item> items = List.of();
    private boolean open;
    @JsonIgnore private long id = 7;
    private int derived;

    public LocalDate getDue() {
      return due;
    }

    public void setDue(LocalDate due) {
      this.due = due;
    }

    public @Nullable String getNote() {
      return note;
    }

    public void setNote(@Nullable String note) {
      this.note = note;
    }

    public List<Item> getItems() {
      return items;
    }

    public void setItems(List<Item> items) {
      this.items = items;
    }

    public boolean isOpen() {
      return open;
    }

    public void setOpen(boolean open) {
      this.open = open;
      this.derived++;
    }

    public long getId() {
      return id;
    }

    public void setId(long id) {
      this.id = id;
    }

    public int getDerived() {
      return derived;
    }
  }

  /** A value: all it holds comes by its constructor. */
  public static final class Item {
    private final String name;
    private final int count;
    private final Optional<String> colour;

    public Item(String name, int count, Optional<String> colour) {
      this.name = name;
      this.count = count;
      this.colour = colour;
    }

    public String getName() {
      return name;
    }

    public int getCount() {
      return count;
    }

    public Optional<String> getColour() {
      return colour;
    }
  }

  /** A bean of whatever it is a page of. */
  public static class Page<T> {
    private @Nullable T first;

    public @Nullable T getFirst() {
      return first;
    }

    public void setFirst(T first) {
      this.first = first;
    }
  }

  @LlmService
  interface Support {
    Delivery extract(String mail);

    Item item(String mail);

    Page<Item> page(String mail);
  }

  @Configuration(proxyBeanMethods = false)
  static class NoJackson {}

  @Configuration(proxyBeanMethods = false)
  static class Jackson3 {
    @Bean
    JsonMapper jackson3() {
      return JsonMapper.builder().build();
    }
  }

  private static final String DELIVERY =
      """
      {"city":"Hamburg","due":"2026-12-24","note":null,
       "items":[{"name":"shoe","count":2,"colour":"red"},{"name":"hat","count":1,"colour":null}],
       "open":true}""";

  @ParameterizedTest
  @ValueSource(classes = {NoJackson.class, Jackson3.class})
  void aBeanIsFilledByItsSettersAndAValueByItsConstructor(Class<?> json) {
    try (Trial trial = Trial.of(Support.class, DELIVERY, json)) {
      Delivery read = trial.bean(Support.class).extract("...");
      assertThat(read.getCity()).isEqualTo("Hamburg");
      assertThat(read.getDue()).isEqualTo(LocalDate.of(2026, 12, 24));
      assertThat(read.getNote()).isNull();
      assertThat(read.isOpen()).isTrue();
      assertThat(read.getDerived()).isEqualTo(1);
      assertThat(read.getId()).isEqualTo(7);
      assertThat(read.getItems())
          .extracting(Item::getName, Item::getCount, item -> item.getColour().orElse("none"))
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("shoe", 2, "red"),
              org.assertj.core.groups.Tuple.tuple("hat", 1, "none"));
    }
  }

  @Test
  void theModelIsHeldToItsPropertiesInTheOrderOfTheirFields() {
    try (Trial trial = Trial.of(Support.class, DELIVERY)) {
      trial.bean(Support.class).extract("...");
      assertThat(trial.schema())
          .isEqualTo(
              """
              {"type":"object","properties":{\
              "city":{"type":"string"},\
              "due":{"type":"string","format":"date"},\
              "note":{"type":["string","null"],"description":"what the sender wrote on it"},\
              "items":{"type":"array","items":{"type":"object","properties":{\
              "name":{"type":"string"},"count":{"type":"integer"},\
              "colour":{"type":["string","null"]}},\
              "required":["name","count","colour"],"additionalProperties":false}},\
              "open":{"type":"boolean"}},\
              "required":["city","due","note","items","open"],\
              "additionalProperties":false}""");
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {NoJackson.class, Jackson3.class})
  void aGenericBeanIsOfWhatTheMethodSays(Class<?> json) {
    String answer = "{\"first\":{\"name\":\"shoe\",\"count\":2,\"colour\":null}}";
    try (Trial trial = Trial.of(Support.class, answer, json)) {
      Item first = trial.bean(Support.class).page("...").getFirst();
      assertThat(first).isNotNull().returns("shoe", Item::getName);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"shoe\",\"colour\":null}",
        "{\"name\":null,\"count\":1,\"colour\":null}",
        "{\"name\":\"shoe\",\"count\":\"2\",\"colour\":null}"
      })
  void oursTakesNothingForSomethingElse(String answer) {
    try (Trial trial = Trial.of(Support.class, answer)) {
      Support support = trial.bean(Support.class);
      assertThat(catchThrowableOfType(LlmException.class, () -> support.item("?")))
          .hasMessageContaining("is no Item");
    }
  }

  @LlmService
  interface Beans {
    Page<String> page(String mail);
  }

  @Configuration(proxyBeanMethods = false)
  static class Jackson2 {
    @Bean
    ObjectMapper jackson2() {
      return new ObjectMapper();
    }
  }

  @Test
  void jackson2FillsBeans() {
    try (Trial trial = Trial.of(Beans.class, "{\"first\":\"shoe\"}", Jackson2.class)) {
      assertThat(trial.bean(Beans.class).page("...").getFirst()).isEqualTo("shoe");
    }
  }
}
