package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.ErrorKind;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of tags: few, and written as one reads them in a dashboard. */
final class MeterTags {
  static final String POLICY = "policy";
  static final String TARGET = "target";
  static final String OUTCOME = "outcome";
  static final String ERROR_TYPE = "error.type";
  static final String NONE = "none";

  private static final Map<ErrorKind, String> ERRORS = new EnumMap<>(ErrorKind.class);

  static {
    for (ErrorKind kind : ErrorKind.values()) {
      ERRORS.put(kind, kind.name().toLowerCase(Locale.ROOT));
    }
  }

  private MeterTags() {}

  /** The closed list of {@code error.type}: {@link ErrorKind} in lower case, and {@code none}. */
  static String error(@Nullable ErrorKind kind) {
    return kind == null ? NONE : ERRORS.getOrDefault(kind, NONE);
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
