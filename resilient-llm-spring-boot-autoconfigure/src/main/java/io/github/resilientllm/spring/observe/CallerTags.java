package io.github.resilientllm.spring.observe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Those tags of a request that meters and traces show: only those that the application names, for a
 * value of a request may be anything, and each new one would make a new time series for good.
 */
final class CallerTags {
  /** The most values of one tag; all further ones count as one. */
  static final int MOST_VALUES = 100;

  private static final String OTHER = "_OTHER";

  private final Map<String, Set<String>> seen = new LinkedHashMap<>();

  CallerTags(List<String> names) {
    names.forEach(name -> seen.put(name, ConcurrentHashMap.newKeySet()));
  }

  /** The names, in the order of the values. */
  List<String> names() {
    return List.copyOf(seen.keySet());
  }

  /** The values for meters, few of each name. */
  String[] values(Map<String, String> tags) {
    String[] values = new String[seen.size()];
    int i = 0;
    for (Map.Entry<String, Set<String>> each : seen.entrySet()) {
      String value = tags.get(each.getKey());
      values[i++] = value == null ? MeterTags.NONE : bounded(value, each.getValue());
    }
    return values;
  }

  /** Those of a call that are named, for a trace, whose values may be many. */
  Map<String, String> of(Map<String, String> tags) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (String name : seen.keySet()) {
      String value = tags.get(name);
      if (value != null) {
        shown.put(name, value);
      }
    }
    return shown;
  }

  private static String bounded(String value, Set<String> known) {
    if (value.isBlank()) {
      return MeterTags.NONE; // a registry refuses an empty value
    }
    if (known.contains(value)) {
      return value;
    }
    synchronized (known) {
      if (known.size() < MOST_VALUES) {
        known.add(value);
      }
      return known.contains(value) ? value : OTHER;
    }
  }
}
