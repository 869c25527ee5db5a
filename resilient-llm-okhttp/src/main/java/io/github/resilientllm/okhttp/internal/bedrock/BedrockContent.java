package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of an answer as they came, kept if there is more to them than other vendors have words
 * for: tools that AWS ran, what they found, citations. Behind them stands whose model it was, for
 * another maker's takes none of them back. Used by one thread.
 */
final class BedrockContent {
  private static final int MAX = 4 << 20; // characters; pages that were read come along
  private static final String MAKER = "maker";

  private final String maker;
  private final List<Object> blocks = new ArrayList<>();
  private long size;
  private boolean isTelling;
  private boolean isUnusable;

  // The open block, of which only one kind is there.
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thought = new StringBuilder();
  private final StringBuilder input = new StringBuilder();
  private final List<Object> citations = new ArrayList<>();
  private @Nullable Map<String, Object> cited;
  private @Nullable Map<String, Object> use;
  private @Nullable Map<String, Object> result;
  private final List<Object> found = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param maker of the model
   */
  BedrockContent(String maker) {
    this.maker = maker;
  }

  /** Words of the open block. */
  void text(String words) {
    keep(text, words);
  }

  /** A thought of the open block. */
  void reasoning(String words) {
    keep(thought, words);
  }

  /** What the tool of the open block is given; all of it, or a piece. */
  void input(String json) {
    keep(input, json);
  }

  /** A tool of ours is called: a call goes back under an id of ours, beside its result. */
  void callsATool() {
    isUnusable = true;
  }

  /** The open block is a call of a tool that AWS runs. */
  void use(@Nullable String id, @Nullable String name) {
    isTelling = true;
    use = new LinkedHashMap<>();
    use.put("toolUseId", id == null ? "" : id);
    use.put("name", name == null ? "" : name);
    use.put("type", "server_tool_use");
  }

  /** The open block has one more citation. */
  void citation(String json) {
    if (parse(json) instanceof Map<?, ?> citation) {
      isTelling = true;
      citations.add(citation);
    }
  }

  /** The open block is one with citations, which is whole. */
  void cited(String json) {
    cited = object(json);
    boolean isCited =
        cited != null && cited.get("citations") instanceof List<?> list && !list.isEmpty();
    isTelling |= isCited;
  }

  /** The open block is what a tool of AWS's found: its beginning, all of it, or more of it. */
  void result(String json) {
    Object value = parse(json);
    if (value instanceof List<?> more) {
      found.addAll(more);
    } else if (value instanceof Map<?, ?>) {
      isTelling = true;
      result = object(json);
    }
  }

  /**
   * The open block is whole.
   *
   * @param seal of its thought; null if it has none
   */
  void close(@Nullable BedrockSignature seal) {
    if (!isUnusable) {
      Map<String, Object> block = block(seal);
      if (!block.isEmpty()) {
        blocks.add(block);
      }
    }
    text.setLength(0);
    thought.setLength(0);
    input.setLength(0);
    citations.clear();
    found.clear();
    cited = null;
    use = null;
    result = null;
  }

  /** All of it; null if other vendors can be told all that is in it. */
  @Nullable VendorData verbatim() {
    if (!isTelling || isUnusable || blocks.isEmpty()) {
      return null;
    }
    List<Object> all = new ArrayList<>(blocks);
    all.add(Map.of(MAKER, maker));
    try {
      return new VendorData(BedrockProtocol.VENDOR, JsonTree.text(all));
    } catch (IOException e) {
      return null; // cannot be: memory does not fail
    }
  }

  /** Whether a model of this maker takes back what {@link #verbatim()} gave. */
  static boolean goesBack(String verbatim, String maker) {
    try {
      return JsonTree.parse(verbatim) instanceof List<?> all
          && all.size() > 1
          && all.get(all.size() - 1) instanceof Map<?, ?> about
          && maker.equals(about.get(MAKER));
    } catch (IOException e) {
      return false;
    }
  }

  /** The blocks of what {@link #verbatim()} gave, each as JSON. */
  static List<String> blocks(String verbatim) throws IOException {
    List<String> sent = new ArrayList<>();
    for (Object block : parsed(verbatim)) {
      sent.add(JsonTree.text(block));
    }
    return sent;
  }

  /** Whether there are tools in it, which a request has to declare. */
  static boolean speaksOfTools(String verbatim) {
    try {
      return parsed(verbatim).stream()
          .anyMatch(block -> block instanceof Map<?, ?> kind && kind.containsKey("toolUse"));
    } catch (IOException e) {
      return false;
    }
  }

  private static List<?> parsed(String verbatim) throws IOException {
    return JsonTree.parse(verbatim) instanceof List<?> all && !all.isEmpty()
        ? all.subList(0, all.size() - 1)
        : List.of();
  }

  private Map<String, Object> block(@Nullable BedrockSignature seal) {
    if (result != null) {
      if (!found.isEmpty()) {
        result.put("content", List.copyOf(found));
      }
      return kind("toolResult", result);
    }
    if (use != null) {
      Map<String, Object> given = input.isEmpty() ? Map.of() : object(input.toString());
      use.put("input", given == null ? Map.of() : given);
      return kind("toolUse", use);
    }
    if (cited != null) {
      return kind("citationsContent", cited);
    }
    if (!citations.isEmpty()) {
      return kind("citationsContent", words());
    }
    if (seal != null) {
      return kind("reasoningContent", reasoning(seal));
    }
    // a blank text would be refused, a thought without a signature goes back to nobody
    return text.toString().isBlank() ? Map.of() : kind("text", text.toString());
  }

  private Map<String, Object> words() {
    Map<String, Object> words = new LinkedHashMap<>();
    if (!text.isEmpty()) {
      words.put("content", List.of(kind("text", text.toString())));
    }
    words.put("citations", List.copyOf(citations));
    return words;
  }

  private Map<String, Object> reasoning(BedrockSignature seal) {
    if (seal.redacted() != null) {
      return kind("redactedContent", seal.redacted());
    }
    Map<String, Object> signed = new LinkedHashMap<>();
    signed.put("text", thought.toString());
    signed.put("signature", String.valueOf(seal.signature()));
    return kind("reasoningText", signed);
  }

  private static Map<String, Object> kind(String name, Object value) {
    Map<String, Object> block = new LinkedHashMap<>();
    block.put(name, value);
    return block;
  }

  private void keep(StringBuilder pieces, String piece) {
    count(piece);
    if (!isUnusable) {
      pieces.append(piece);
    }
  }

  private void count(String piece) {
    size += piece.length();
    if (size > MAX) {
      isUnusable = true;
      blocks.clear();
    }
  }

  private @Nullable Object parse(String json) {
    count(json);
    try {
      return isUnusable ? null : JsonTree.parse(json);
    } catch (IOException e) {
      isUnusable = true;
      return null;
    }
  }

  private @Nullable Map<String, Object> object(String json) {
    try {
      return isUnusable ? null : JsonTree.object(json);
    } catch (IOException e) {
      isUnusable = true;
      return null;
    }
  }
}
