package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.chat.ChatEvent.ToolCallDelta;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of tool calls to the calls they belong to.
 *
 * <p>Vendors number calls from 0, from 1, all as 0, or not at all; they repeat names, leave ids
 * empty, or send a call whole. What leaves here is numbered from 0, and names and identifies each
 * call exactly once.
 */
public final class ToolSlots {
  public static final int MAX_CALLS = 128; // OpenAI takes 128 tools; no model calls more at once
  private static final int NO_INDEX = -1;

  private record Slot(long index, String id) {}

  private final List<Slot> slots = new ArrayList<>();
  private @Nullable String nameless; // the last call's id while its name has not come

  /**
   * Takes a fragment.
   *
   * @param index the vendor's number; negative if it sent none
   */
  public ToolCallDelta add(
      long index,
      @Nullable String id,
      @Nullable String name,
      String arguments,
      @Nullable VendorData vendorData)
      throws MalformedAnswer {
    int at = find(index < 0 ? NO_INDEX : index, id, name);
    if (at < 0) {
      return open(index < 0 ? NO_INDEX : index, id, name, arguments, vendorData);
    }
    boolean namesIt = isPresent(name) && slots.get(at).id().equals(nameless);
    if (namesIt) {
      nameless = null;
    }
    return new ToolCallDelta(at, "", namesIt ? orEmpty(name) : "", arguments, vendorData);
  }

  private ToolCallDelta open(
      long index,
      @Nullable String id,
      @Nullable String name,
      String arguments,
      @Nullable VendorData vendorData)
      throws MalformedAnswer {
    if (slots.size() == MAX_CALLS) {
      throw new MalformedAnswer("the answer has more than " + MAX_CALLS + " tool calls");
    }
    String known = id == null || id.isEmpty() ? invent() : id;
    slots.add(new Slot(index, known));
    nameless = isPresent(name) ? null : known;
    return new ToolCallDelta(slots.size() - 1, known, orEmpty(name), arguments, vendorData);
  }

  private static String orEmpty(@Nullable String name) {
    return name == null ? "" : name;
  }

  /** An id of 37 characters, for OpenAI takes 40 and may be asked next. */
  private static String invent() {
    return "call_" + UUID.randomUUID().toString().replace("-", "");
  }

  /** The call that a fragment goes on with; -1 if it begins a new one. */
  private int find(long index, @Nullable String id, @Nullable String name) {
    boolean begins = isPresent(id) && isPresent(name); // only then an unknown id is a new call
    for (int at = slots.size() - 1; at >= 0; at--) {
      Slot slot = slots.get(at);
      if (slot.index() == index && (!begins || slot.id().equals(id))) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isPresent(@Nullable String text) {
    return text != null && !text.isEmpty();
  }
}
