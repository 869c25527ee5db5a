package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of the tools that a request's history calls, in the form that every vendor takes.
 *
 * <p>A legal name stays, so that those of the request's own tools do. A model may have invented any
 * other; it becomes a legal one, the same in every request unless that is taken, and no two become
 * one. Immutable.
 */
final class ToolNames {
  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_-]{0,63}");
  private static final int KEPT = 48; // leaves room for what tells it from others

  private final Map<String, String> changed = new HashMap<>();

  private ToolNames() {}

  static ToolNames of(ChatRequest request) {
    Set<String> names = namesOf(request);
    Set<String> taken = new HashSet<>();
    request.tools().stream().map(Tool::name).forEach(taken::add);
    names.stream().filter(ToolNames::isLegal).forEach(taken::add);
    ToolNames all = new ToolNames();
    for (String name : names) {
      if (!isLegal(name)) {
        all.changed.put(name, free(name, taken));
      }
    }
    return all;
  }

  /** The name to send. */
  String of(String name) {
    return changed.getOrDefault(name, name);
  }

  private static boolean isLegal(String name) {
    return LEGAL.matcher(name).matches();
  }

  private static String free(String name, Set<String> taken) {
    String word = name.replaceAll("[^a-zA-Z0-9_-]", "_");
    String legal = word.matches("[a-zA-Z_].*") ? word : "_" + word;
    String start = legal.substring(0, Math.min(KEPT, legal.length()));
    String candidate = start;
    for (int i = 2; !taken.add(candidate); i++) {
      candidate = start + '_' + i;
    }
    return candidate;
  }

  private static Set<String> namesOf(ChatRequest request) {
    Set<String> names = new LinkedHashSet<>();
    for (Message message : request.messages()) {
      for (Part part : message.parts()) {
        if (part instanceof ToolCall call) {
          names.add(call.name());
        }
      }
    }
    return names;
  }
}
