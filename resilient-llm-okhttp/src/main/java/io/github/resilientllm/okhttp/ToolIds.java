package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tool call ids as nine letters and digits, the only ones that Mistral takes, in place of the ids
 * that other vendors gave.
 *
 * <p>The same id gives the same short one in every request, so that a conversation stays the same
 * from turn to turn, unless it is taken; within a request no two ids become one.
 */
final class ToolIds {
  private static final int LENGTH = 9;
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final ToolIds UNCHANGED = new ToolIds(Map.of());

  private final Map<String, String> shortIds;

  private ToolIds(Map<String, String> shortIds) {
    this.shortIds = shortIds;
  }

  static ToolIds unchanged() {
    return UNCHANGED;
  }

  static ToolIds shortened(ChatRequest request) {
    Set<String> ids = idsOf(request);
    Set<String> taken = new HashSet<>();
    for (String id : ids) {
      if (isShort(id)) {
        taken.add(id);
      }
    }
    Map<String, String> shortIds = new HashMap<>();
    for (String id : ids) {
      if (!isShort(id)) {
        shortIds.put(id, free(id, taken));
      }
    }
    return new ToolIds(shortIds);
  }

  /** The id to send. */
  String of(String id) {
    return shortIds.getOrDefault(id, id);
  }

  private static String free(String id, Set<String> taken) {
    long hash = hash(id);
    String candidate = digits(hash);
    while (!taken.add(candidate)) {
      candidate = digits(++hash);
    }
    return candidate;
  }

  private static Set<String> idsOf(ChatRequest request) {
    Set<String> ids = new LinkedHashSet<>();
    for (Message message : request.messages()) {
      for (Part part : message.parts()) {
        if (part instanceof ToolCall call) {
          ids.add(call.id());
        } else if (part instanceof ToolResult result) {
          ids.add(result.callId());
        }
      }
    }
    return ids;
  }

  private static boolean isShort(String id) {
    return id.length() == LENGTH && id.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
  }

  /** 64-bit FNV-1a: spread enough for nine digits, and the same on every machine. */
  private static long hash(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  private static String digits(long hash) {
    char[] digits = new char[LENGTH];
    long rest = hash;
    for (int i = 0; i < LENGTH; i++) {
      digits[i] = ALPHABET.charAt((int) Long.remainderUnsigned(rest, ALPHABET.length()));
      rest = Long.divideUnsigned(rest, ALPHABET.length());
    }
    return new String(digits);
  }
}
