package io.github.resilientllm.okhttp.internal.anthropic;

import io.github.resilientllm.okhttp.internal.json.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of an answer as they came, kept if there is more to them than other vendors have words
 * for: tools that the vendor ran, what they found, citations. Used by one thread.
 */
final class AnthropicContent {
  private static final int MAX = 4 << 20; // pages that were read come along

  private final List<Object> blocks = new ArrayList<>();
  private final StringBuilder text = new StringBuilder(); // all pieces of the open block
  private final StringBuilder signature = new StringBuilder();
  private final List<Object> citations = new ArrayList<>();
  private @Nullable Map<String, Object> open;
  private int size;
  private boolean isTelling;
  private boolean isUnusable;

  /** A block begins. */
  void open(AnthropicBlock block) {
    String type = block.type();
    boolean isServers = isServers(type);
    if (type.equals("tool_use")) {
      isUnusable = true; // a call of ours goes back under an id of ours, beside its result
    }
    if (isUnusable || !(isServers || type.equals("text") || type.endsWith("thinking"))) {
      return;
    }
    isTelling |= isServers;
    add(block.raw().length());
    open = isUnusable ? null : parse(block.raw());
    if (open != null && open.get("citations") instanceof List<?> list && !list.isEmpty()) {
      isTelling = true;
    }
  }

  /** A piece of the open block. */
  void piece(AnthropicBlock delta) {
    if (open == null) {
      return;
    }
    add(delta.text().length() + delta.signature().length() + delta.citation().length());
    if (isUnusable) {
      return;
    }
    text.append(delta.text());
    signature.append(delta.signature());
    if (!delta.citation().isEmpty()) {
      Map<String, Object> citation = parse(delta.citation());
      if (citation != null) {
        citations.add(citation);
        isTelling = true;
      }
    }
  }

  /** The open block is whole. */
  void close() {
    Map<String, Object> block = open;
    if (block != null && !isUnusable) {
      String type = String.valueOf(block.get("type"));
      switch (type) {
        case "text" -> append(block, "text", text);
        case "thinking" -> {
          append(block, "thinking", text);
          append(block, "signature", signature);
        }
        default -> input(block);
      }
      if (!citations.isEmpty()) {
        block.put("citations", List.copyOf(citations));
      }
      boolean isBlank = type.equals("text") && String.valueOf(block.get("text")).isBlank();
      if (!isBlank) { // which would be refused
        blocks.add(block);
      }
    }
    open = null;
    text.setLength(0);
    signature.setLength(0);
    citations.clear();
  }

  /** The blocks as a JSON array; null if other vendors can be told all that is in them. */
  @Nullable String json() {
    try {
      return isTelling && !isUnusable ? JsonTree.text(blocks) : null;
    } catch (IOException e) {
      return null; // cannot be: memory does not fail
    }
  }

  private static boolean isServers(String type) {
    return type.equals("server_tool_use")
        || type.equals("mcp_tool_use")
        || type.endsWith("_tool_result");
  }

  /** What a server's tool is given comes in pieces, too. */
  private void input(Map<String, Object> block) {
    if (text.isEmpty() || !block.containsKey("input")) {
      return;
    }
    Map<String, Object> input = parse(text.toString());
    if (input != null) {
      block.put("input", input);
    }
  }

  private static void append(Map<String, Object> block, String field, StringBuilder pieces) {
    if (!pieces.isEmpty()) {
      String before = block.get(field) instanceof String said ? said : "";
      block.put(field, before + pieces);
    }
  }

  private void add(int chars) {
    size += chars;
    isUnusable |= size > MAX;
  }

  /** The fields of an object; null, and no answer to be kept, if it is none. */
  private @Nullable Map<String, Object> parse(String json) {
    try {
      return JsonTree.object(json);
    } catch (IOException e) {
      isUnusable = true;
      return null;
    }
  }
}
