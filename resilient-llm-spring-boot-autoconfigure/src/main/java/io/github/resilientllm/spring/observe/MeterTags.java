package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.ErrorKind;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The values of tags: few, and written as one reads them in a dashboard. */
final class MeterTags {
  static final String POLICY = "policy";
  static final String TARGET = "target";
  static final String OUTCOME = "outcome";
  static final String ERROR_TYPE = "error.type";
  static final String NONE = "none";

  private static final Map<Enum<?>, String> LOWER = new ConcurrentHashMap<>();

  private MeterTags() {}

  /** The closed list of {@code error.type}: {@link ErrorKind} in lower case, and {@code none}. */
  static String error(@Nullable ErrorKind kind) {
    return kind == null ? NONE : lower(kind);
  }

  /** The name of an enum's value in lower case, made once. */
  static String lower(Enum<?> value) {
    return LOWER.computeIfAbsent(value, each -> each.name().toLowerCase(Locale.ROOT));
  }
}
