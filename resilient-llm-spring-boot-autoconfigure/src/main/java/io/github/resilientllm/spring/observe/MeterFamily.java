package io.github.resilientllm.spring.observe;

import io.micrometer.core.instrument.Tags;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The meters of one name. Their tags take few values, so each meter is looked up in the registry
 * once and then here, which is several times faster.
 */
final class MeterFamily<M> {
  private final Map<List<String>, M> meters = new ConcurrentHashMap<>();
  private final Tags common;
  private final List<String> keys;
  private final Function<Tags, M> register;

  /**
   * A family without members.
   *
   * @param common the tags that all of them have
   * @param register makes the meter with all of its tags
   * @param keys those whose values tell the members apart
   */
  MeterFamily(Tags common, Function<Tags, M> register, String... keys) {
    this.common = common;
    this.keys = List.of(keys);
    this.register = register;
  }

  /** The meter with these values, in the order of the keys. */
  M of(String... values) {
    List<String> key = Arrays.asList(values);
    M meter = meters.get(key);
    return meter != null ? meter : meters.computeIfAbsent(key, this::make);
  }

  private M make(List<String> values) {
    Tags tags = common;
    for (int i = 0; i < keys.size(); i++) {
      tags = tags.and(keys.get(i), values.get(i));
    }
    return register.apply(tags);
  }
}
