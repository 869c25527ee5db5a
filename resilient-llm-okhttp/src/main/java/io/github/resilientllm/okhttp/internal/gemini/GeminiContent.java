package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an answer as they came, kept if there is more to them than other vendors have words
 * for: code that the vendor ran, what its other tools found, citations. Used by one thread.
 */
final class GeminiContent {
  private static final int MAX = 4 << 20; // characters; pages that were read come along

  /** What is sent back; what is said of the whole answer, behind its parts, is not. */
  private static final Set<String> PARTS =
      Set.of("text", "executableCode", "codeExecutionResult", "toolCall", "toolResponse");

  private final List<Map<String, Object>> parts = new ArrayList<>();
  private final Map<String, Object> about = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder(); // of the last part, while it grows
  private long size;
  private boolean isTelling;
  private boolean isUnusable;

  /** The next part, or the next piece of a text. */
  void add(GeminiPart part) {
    if (part.call() != null) {
      isUnusable = true; // a call of ours goes back under an id of ours, beside its result
    }
    if (isUnusable) {
      return;
    }
    String signature = part.signature();
    size += part.text().length() + (signature == null ? 0 : signature.length());
    isTelling |= !part.served().isEmpty();
    if (part.served().isEmpty() && !part.isThought() && signature == null) {
      text.append(part.text());
      return;
    }
    endText();
    if (part.isThought() && signature == null) {
      return; // a summary, which goes back to nobody
    }
    Map<String, Object> kept = new LinkedHashMap<>(part.served());
    if (kept.isEmpty()) {
      kept.put("text", part.text());
    }
    if (part.isThought()) {
      kept.put("thought", true);
    }
    if (signature != null) {
      kept.put("thoughtSignature", signature);
    }
    parts.add(kept);
  }

  /** What is said of the answer as a whole; the last time counts. */
  void about(String name, String json) throws IOException {
    Object value = JsonTree.parse(json);
    if (value instanceof Map<?, ?> fields && !fields.isEmpty()) {
      size += json.length();
      isTelling = true;
      about.put(name, value);
    }
  }

  /** All of it; null if other vendors can be told all that is in it. */
  @Nullable VendorData verbatim() {
    endText();
    if (!isTelling || isUnusable || parts.isEmpty()) {
      return null;
    }
    List<Object> all = new ArrayList<>(parts);
    if (!about.isEmpty()) {
      all.add(about);
    }
    try {
      String json = JsonTree.text(all);
      return size > MAX || json.length() > MAX ? null : new VendorData(GeminiProtocol.VENDOR, json);
    } catch (IOException e) {
      return null; // cannot be: memory does not fail
    }
  }

  /** Whether there are parts to be sent back in what {@link #verbatim()} gave. */
  static boolean goesBack(String verbatim) {
    try {
      return !parts(verbatim, /* hasIds= */ true).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The parts of what {@link #verbatim()} gave.
   *
   * @param hasIds whether they may have ids, which Vertex refuses
   */
  static List<Map<String, Object>> parts(String verbatim, boolean hasIds) throws IOException {
    List<Map<String, Object>> sent = new ArrayList<>();
    if (JsonTree.parse(verbatim) instanceof List<?> all) {
      for (Object element : all) {
        if (element instanceof Map<?, ?> part && part.keySet().stream().anyMatch(PARTS::contains)) {
          sent.add(withoutIds(part, hasIds));
        }
      }
    }
    return sent;
  }

  private static Map<String, Object> withoutIds(Map<?, ?> part, boolean hasIds) {
    Map<String, Object> copy = new LinkedHashMap<>();
    part.forEach(
        (kind, value) -> {
          Object kept = value;
          if (!hasIds && value instanceof Map<?, ?> fields) {
            Map<Object, Object> fewer = new LinkedHashMap<>(fields);
            fewer.remove("id");
            kept = fewer;
          }
          copy.put(String.valueOf(kind), kept);
        });
    return copy;
  }

  private void endText() {
    if (!text.isEmpty()) {
      parts.add(new LinkedHashMap<>(Map.of("text", text.toString())));
      text.setLength(0);
    }
    if (size > MAX) {
      isUnusable = true;
      parts.clear();
    }
  }
}
