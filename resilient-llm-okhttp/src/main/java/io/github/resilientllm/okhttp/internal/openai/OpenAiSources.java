package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is founded on, and which tools the vendor ran for it: the fields of a message and
 * of what is around it that tell, as they came. They are shown and go back to nobody, for no server
 * takes them. Used by one thread.
 */
final class OpenAiSources {
  private static final int MAX = 4 << 20; // characters; pages that were read come along

  private final Map<String, Object> fields = new LinkedHashMap<>();
  private long size;

  /** The next of a list that comes in pieces; anything else is passed over. */
  void more(String field, JsonParser parser) throws IOException {
    List<Object> next = new ArrayList<>();
    if (fields.get(field) instanceof List<?> before) {
      next.addAll(before);
    }
    next.addAll(list(parser));
    keep(field, next);
  }

  /** A list that comes whole, if more than once then grown; anything else is passed over. */
  void all(String field, JsonParser parser) throws IOException {
    keep(field, list(parser));
  }

  /** All of it as this vendor's; null for nothing. */
  @Nullable VendorData verbatim(String vendor) {
    if (fields.isEmpty() || size > MAX) {
      return null;
    }
    try {
      return new VendorData(vendor, JsonTree.text(List.of(fields)));
    } catch (IOException e) {
      return null; // cannot be: memory does not fail
    }
  }

  private void keep(String field, List<Object> list) {
    if (!list.isEmpty() && size <= MAX) {
      fields.put(field, list);
    }
  }

  private List<Object> list(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY || size > MAX) {
      parser.skipChildren();
      return List.of();
    }
    String json = Json.raw(parser);
    size += json.length();
    return JsonTree.parse(json) instanceof List<?> list ? new ArrayList<>(list) : List.of();
  }
}
