package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.VendorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;

/**
 * What a vendor of ours wants back with its answer, such as a signature of its reasoning, on the
 * way through Spring AI's messages: in their metadata, as texts, lists and maps, which any store of
 * messages can keep.
 */
final class Seals {
  /** The reasoning, block by block. */
  private static final String REASONING = "resilient-llm.reasoning";

  /** What belongs to tool calls, by their ids. */
  private static final String CALLS = "resilient-llm.tool-calls";

  private Seals() {}

  /** What an answer's metadata says. */
  static Map<String, Object> of(ChatResponse answer) {
    return of(answer.message());
  }

  /** A message of ours as one of Spring AI's. */
  static AssistantMessage.Builder<?> sealed(Message message) {
    return AssistantMessage.builder()
        .content(message.text())
        .properties(of(message))
        .toolCalls(
            message.toolCalls().stream()
                .map(
                    call ->
                        new AssistantMessage.ToolCall(
                            call.id(), "function", call.name(), call.arguments()))
                .toList());
  }

  /** The parts of a message, with what came along. */
  static List<Part> parts(AssistantMessage message) {
    List<Part> parts = new ArrayList<>();
    if (message.getMetadata().get(REASONING) instanceof List<?> blocks) {
      for (Object block : blocks) {
        if (block instanceof Map<?, ?> told) {
          parts.add(new Part.Reasoning(word(told, "text"), vendorData(told)));
        }
      }
    }
    String text = message.getText() == null ? "" : message.getText();
    if (!text.isEmpty() || message.getToolCalls().isEmpty()) {
      parts.add(new Part.Text(text));
    }
    Map<?, ?> calls = message.getMetadata().get(CALLS) instanceof Map<?, ?> told ? told : Map.of();
    for (AssistantMessage.ToolCall call : message.getToolCalls()) {
      VendorData data = calls.get(call.id()) instanceof Map<?, ?> told ? vendorData(told) : null;
      parts.add(new ToolCall(call.id(), call.name(), call.arguments(), data));
    }
    return parts;
  }

  private static Map<String, Object> of(Message message) {
    List<Map<String, Object>> reasoning = new ArrayList<>();
    Map<String, Object> calls = new HashMap<>();
    for (Part part : message.parts()) {
      if (part instanceof Part.Reasoning block) {
        reasoning.add(told(block.text(), block.vendorData().orElse(null)));
      } else if (part instanceof ToolCall call && call.vendorData().isPresent()) {
        calls.put(call.id(), told("", call.vendorData().get()));
      }
    }
    Map<String, Object> metadata = new HashMap<>();
    if (!reasoning.isEmpty()) {
      metadata.put(REASONING, reasoning);
    }
    if (!calls.isEmpty()) {
      metadata.put(CALLS, calls);
    }
    return metadata;
  }

  private static Map<String, Object> told(String text, @Nullable VendorData data) {
    Map<String, Object> told = new HashMap<>();
    told.put("text", text);
    if (data != null) {
      told.put("vendor", data.vendor());
      told.put("data", data.data());
    }
    return told;
  }

  private static @Nullable VendorData vendorData(Map<?, ?> told) {
    return told.get("vendor") instanceof String vendor && told.get("data") instanceof String data
        ? new VendorData(vendor, data)
        : null;
  }

  private static String word(Map<?, ?> told, String name) {
    return told.get(name) instanceof String text ? text : "";
  }
}
