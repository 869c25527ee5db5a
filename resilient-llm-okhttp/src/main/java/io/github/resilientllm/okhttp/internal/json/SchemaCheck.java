package io.github.resilientllm.okhttp.internal.json;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A check of a JSON value against a JSON Schema, in the part of the language that structured
 * outputs use.
 *
 * <p>It never refuses what it does not understand: unknown keywords, foreign references and what
 * lies too deep count as obeyed. Used by one thread.
 */
public final class SchemaCheck {
  private static final int MAX_DEPTH = 256; // a reference to itself has no end
  private static final int MAX_STEPS = 1_000_000; // alternatives in alternatives multiply

  private final Object root;
  private int steps;

  private SchemaCheck(Object root) {
    this.root = root;
  }

  /**
   * Says which keyword of a schema a value breaks, without content; empty if none.
   *
   * @param schema a JSON Schema as JSON text; one that is no JSON refuses nothing
   */
  public static Optional<String> broken(String schema, Object value) {
    try {
      SchemaCheck check = new SchemaCheck(JsonTree.parse(schema));
      return Optional.ofNullable(check.broken(check.root, value, 0));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private @Nullable String broken(Object schema, Object value, int depth) {
    if (Boolean.FALSE.equals(schema)) {
      return "false";
    }
    if (!(schema instanceof Map<?, ?> rules) || depth > MAX_DEPTH || ++steps > MAX_STEPS) {
      return null;
    }
    if (!hasType(rules.get("type"), value)) {
      return "type";
    }
    if (rules.containsKey("const") && !same(rules.get("const"), value)) {
      return "const";
    }
    if (rules.get("enum") instanceof List<?> all && all.stream().noneMatch(o -> same(o, value))) {
      return "enum";
    }
    String broken = combinations(rules, value, depth + 1);
    if (broken == null && value instanceof Map<?, ?> fields) {
      broken = object(rules, fields, depth + 1);
    } else if (broken == null && value instanceof List<?> items) {
      broken = array(rules, items, depth + 1);
    } else if (broken == null && value instanceof String text) {
      broken = size(rules, "minLength", "maxLength", text.codePointCount(0, text.length()));
    } else if (broken == null && value instanceof BigDecimal number) {
      broken = number(rules, number);
    }
    return broken;
  }

  private @Nullable String combinations(Map<?, ?> rules, Object value, int depth) {
    if (rules.get("$ref") instanceof String reference) {
      Object target = resolve(reference);
      String broken = target == null ? null : broken(target, value, depth);
      if (broken != null) {
        return broken;
      }
    }
    if (rules.get("allOf") instanceof List<?> all) {
      for (Object schema : all) {
        String broken = broken(schema, value, depth);
        if (broken != null) {
          return broken;
        }
      }
    }
    if (obeysNone(rules.get("anyOf"), value, depth)) {
      return "anyOf";
    }
    // What tells two alternatives apart may be a keyword that is unknown here, so more than one
    // may seem to be obeyed.
    return obeysNone(rules.get("oneOf"), value, depth) ? "oneOf" : null;
  }

  private boolean obeysNone(@Nullable Object schemas, Object value, int depth) {
    if (!(schemas instanceof List<?> any) || any.isEmpty()) {
      return false;
    }
    for (Object schema : any) {
      if (broken(schema, value, depth) == null) {
        return false;
      }
    }
    return true;
  }

  private @Nullable String object(Map<?, ?> rules, Map<?, ?> fields, int depth) {
    if (rules.get("required") instanceof List<?> names && !fields.keySet().containsAll(names)) {
      return "required";
    }
    Map<?, ?> known = rules.get("properties") instanceof Map<?, ?> map ? map : Map.of();
    Object others = rules.get("additionalProperties");
    if (rules.containsKey("patternProperties")) {
      others = null; // which others there are is not known here
    }
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      Object schema = known.containsKey(field.getKey()) ? known.get(field.getKey()) : others;
      if (schema == null) {
        continue;
      }
      String broken = broken(schema, field.getValue(), depth);
      if (broken != null) {
        return schema == others && broken.equals("false") ? "additionalProperties" : broken;
      }
    }
    return null;
  }

  private @Nullable String array(Map<?, ?> rules, List<?> items, int depth) {
    String broken = size(rules, "minItems", "maxItems", items.size());
    Object schema = rules.get("items");
    if (broken != null || schema == null || rules.containsKey("prefixItems")) {
      return broken;
    }
    for (Object item : items) {
      broken = broken(schema, item, depth);
      if (broken != null) {
        return broken;
      }
    }
    return null;
  }

  private static @Nullable String size(Map<?, ?> rules, String min, String max, int size) {
    BigDecimal count = BigDecimal.valueOf(size);
    if (rules.get(min) instanceof BigDecimal least && count.compareTo(least) < 0) {
      return min;
    }
    return rules.get(max) instanceof BigDecimal most && count.compareTo(most) > 0 ? max : null;
  }

  private static @Nullable String number(Map<?, ?> rules, BigDecimal value) {
    if (rules.get("minimum") instanceof BigDecimal least && value.compareTo(least) < 0) {
      return "minimum";
    }
    if (rules.get("maximum") instanceof BigDecimal most && value.compareTo(most) > 0) {
      return "maximum";
    }
    if (rules.get("exclusiveMinimum") instanceof BigDecimal under && value.compareTo(under) <= 0) {
      return "exclusiveMinimum";
    }
    boolean tooMuch =
        rules.get("exclusiveMaximum") instanceof BigDecimal over && value.compareTo(over) >= 0;
    return tooMuch ? "exclusiveMaximum" : null;
  }

  private static boolean hasType(@Nullable Object type, Object value) {
    if (type instanceof List<?> types) {
      return types.stream().anyMatch(one -> hasType(one, value));
    }
    if (!(type instanceof String name)) {
      return true;
    }
    return switch (name) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "null" -> value == JsonTree.NULL;
      case "number" -> value instanceof BigDecimal;
      case "integer" -> value instanceof BigDecimal n && n.stripTrailingZeros().scale() <= 0;
      default -> true;
    };
  }

  /** Equal as JSON: 1 and 1.0 are the same number. */
  private static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof BigDecimal a && other instanceof BigDecimal b) {
      return a.compareTo(b) == 0;
    }
    if (one instanceof List<?> a && other instanceof List<?> b) {
      return a.size() == b.size()
          && IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)));
    }
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(key -> same(a.get(key), b.get(key)));
    }
    return Objects.equals(one, other);
  }

  /** The schema that a reference within the same text names; null if there is none. */
  private @Nullable Object resolve(String reference) {
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      return null;
    }
    Object at = root;
    for (String step : reference.substring(1).split("/", -1)) {
      if (step.isEmpty()) {
        continue; // before the first slash
      }
      String name = step.replace("~1", "/").replace("~0", "~");
      at = at instanceof Map<?, ?> map ? map.get(name) : null;
      if (at == null) {
        return null;
      }
    }
    return at;
  }
}
