package io.github.resilientllm.okhttp.internal.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import io.github.resilientllm.provider.Capabilities;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What users say of models that the library knows nothing of, or no longer the truth: the file
 * {@code resilient-llm-models.json} on their class path, which is read whenever a provider is
 * built. A mistake in it is told then, by file and field.
 */
public final class UsersModels {
  static final String FILE = "resilient-llm-models.json";

  /** Sets one of the things that can be said. */
  private interface Field {
    Capabilities set(Capabilities of, Object value);
  }

  private static final Map<String, Field> FIELDS =
      new TreeMap<>(
          Map.of(
              "tools", (can, value) -> can.withTools((Boolean) value),
              "images", (can, value) -> can.withImages((Boolean) value),
              "jsonSchema", (can, value) -> can.withJsonSchema((Boolean) value),
              "streaming", (can, value) -> can.withStreaming((Boolean) value),
              "thinksInSilence", (can, value) -> can.withThinksInSilence((Boolean) value),
              "contextWindow", (can, value) -> can.withContextWindow((Integer) value),
              "maxOutputTokens", (can, value) -> can.withMaxOutputTokens((Integer) value)));

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_NAME = 500; // an ARN has less

  private final String place;
  private final List<?> entries;

  private UsersModels(String place, List<?> entries) {
    this.place = place;
    this.entries = entries;
  }

  /**
   * The model of a name, with what the first entry says that names it.
   *
   * @throws IllegalStateException if there is a file that says what cannot be
   */
  public static NamedModel model(String name) {
    URL file = find();
    return file == null ? NamedModel.of(name) : read(file).named(name);
  }

  private static @Nullable URL find() {
    ClassLoader application = Thread.currentThread().getContextClassLoader();
    URL file = application == null ? null : application.getResource(FILE);
    return file == null ? UsersModels.class.getResource("/" + FILE) : file;
  }

  private static UsersModels read(URL file) {
    String place = FILE + " (" + file + ")";
    try (InputStream in = file.openStream()) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalStateException(place + " has more than " + MAX_BYTES + " bytes");
      }
      Object tree = JsonTree.parse(new String(bytes, StandardCharsets.UTF_8));
      if (tree instanceof Map<?, ?> fields
          && fields.size() == 1
          && fields.get("models") instanceof List<?> entries) {
        return new UsersModels(place, entries);
      }
      throw new IllegalStateException(
          place + " is one object with the field \"models\", a list, and no other field");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          place + " is no JSON from line " + e.getLocation().getLineNr() + " on", e);
    } catch (IOException e) {
      throw new IllegalStateException(place + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Every entry is looked at, so that a mistake is found before its model is asked. */
  private NamedModel named(String name) {
    NamedModel found = null;
    for (int i = 0; i < entries.size(); i++) {
      NamedModel entry = entry("models[" + i + "]", entries.get(i));
      if (found == null && fits(entry.name(), name)) {
        String like = entry.like().isEmpty() ? name : entry.like();
        found = new NamedModel(name, like, entry.says());
      }
    }
    return found == null ? NamedModel.of(name) : found;
  }

  private NamedModel entry(String where, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> fields)) {
      throw wrong(where, "an object", value);
    }
    List<UnaryOperator<Capabilities>> says = new ArrayList<>();
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      String key = String.valueOf(field.getKey());
      Field known = FIELDS.get(key);
      if (known != null) {
        Object said = said(where + "." + key, key, field.getValue());
        says.add(can -> known.set(can, said));
      } else if (!key.equals("name") && !key.equals("like")) {
        throw new IllegalStateException(
            place + ": " + where + " has no field \"" + key + "\"; there are " + allFields());
      }
    }
    String name = name(where + ".name", fields.get("name"));
    String like = fields.containsKey("like") ? name(where + ".like", fields.get("like")) : "";
    if (name.indexOf('*') < name.length() - 1 && name.contains("*")) {
      throw wrong(where + ".name", "a name with a * at its end alone", name);
    }
    return new NamedModel(name, like, can -> all(says, can));
  }

  private static Capabilities all(List<UnaryOperator<Capabilities>> says, Capabilities known) {
    Capabilities can = known;
    for (UnaryOperator<Capabilities> said : says) {
      can = said.apply(can);
    }
    return can;
  }

  private Object said(String where, String key, Object value) {
    boolean isSize = key.equals("contextWindow") || key.equals("maxOutputTokens");
    if (!isSize) {
      if (value instanceof Boolean) {
        return value;
      }
      throw wrong(where, "true or false", value);
    }
    try {
      int size = value instanceof BigDecimal number ? number.intValueExact() : -1;
      if (size >= 0) {
        return size;
      }
    } catch (ArithmeticException e) {
      throw wrong(where, "a whole number of tokens up to " + Integer.MAX_VALUE, value);
    }
    throw wrong(where, "a number of tokens, or 0 if it is not known", value);
  }

  private String name(String where, @Nullable Object value) {
    if (value instanceof String name && !name.isBlank() && name.length() <= MAX_NAME) {
      return name;
    }
    throw wrong(where, "the name of a model", value == null ? "missing" : value);
  }

  private IllegalStateException wrong(String where, String right, @Nullable Object value) {
    String shown = String.valueOf(value);
    String cut = shown.length() > 100 ? shown.substring(0, 100) + "..." : shown;
    return new IllegalStateException(
        place + ": " + where + " is " + right + ", not \"" + cut + "\"");
  }

  private static boolean fits(String pattern, String name) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }

  private static String allFields() {
    TreeSet<String> all = new TreeSet<>(FIELDS.keySet());
    all.add("name");
    all.add("like");
    return String.join(", ", all);
  }
}
