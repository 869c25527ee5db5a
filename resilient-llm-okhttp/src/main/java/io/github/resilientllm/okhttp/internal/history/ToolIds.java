package io.github.resilientllm.okhttp.internal.history;

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
import java.util.regex.Pattern;

/**
 * The tool call ids of one request in the form that a vendor takes, whoever gave them.
 *
 * <p>An id of that form stays. Another one becomes nine letters and digits, the same in every
 * request, so that a conversation stays the same from turn to turn, unless they are taken; within a
 * request no two ids become one. Not safe for several threads.
 */
public final class ToolIds {

  /** The ids that a vendor takes. */
  public enum Form {
    /** Any but the empty one. */
    ANY("(?s).+"),
    /** Letters, digits, {@code _} and {@code -}, as Anthropic takes them. */
    WORD("[a-zA-Z0-9_-]+"),
    /** The same, 64 at most, as Bedrock takes them. */
    WORD_OF_64("[a-zA-Z0-9_-]{1,64}"),
    /** Nine letters and digits, as Mistral takes them. */
    NINE("[a-zA-Z0-9]{9}");

    private final Pattern pattern;

    Form(String pattern) {
      this.pattern = Pattern.compile(pattern);
    }

    boolean takes(String id) {
      return pattern.matcher(id).matches();
    }
  }

  private static final int LENGTH = 9; // so that every form takes it
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final Map<String, String> changed = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  private ToolIds() {}

  /** The ids of the calls and results in a request's history. */
  static ToolIds of(ChatRequest request, Form form) {
    ToolIds all = new ToolIds();
    Set<String> ids = idsOf(request);
    for (String id : ids) {
      if (form.takes(id)) {
        all.taken.add(id);
      }
    }
    for (String id : ids) {
      if (!form.takes(id)) {
        all.changed.put(id, all.free(id));
      }
    }
    return all;
  }

  /** The id to send. */
  String of(String id) {
    return changed.getOrDefault(id, id);
  }

  /**
   * The id to send for the next call that was given this one: a new one for all but the first, as
   * some servers give the same to several.
   */
  String next(String id) {
    int use = uses.merge(id, 1, Integer::sum);
    return use == 1 ? of(id) : free(id + '#' + use);
  }

  private String free(String id) {
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
