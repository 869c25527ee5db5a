package io.github.resilientllm.springai;

import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.util.MimeTypeUtils;

/**
 * Messages as a journal keeps them. Of their metadata it keeps what is text, numbers, booleans,
 * lists and maps; a message of a class of one vendor's comes back as a plain one.
 */
final class Messages {
  private Messages() {}

  static Map<String, Object> write(Message message) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("type", message.getMessageType().name().toLowerCase(Locale.ROOT));
    if (message.getText() != null && !(message instanceof ToolResponseMessage)) {
      written.put("text", message.getText());
    }
    if (message instanceof AssistantMessage assistant && assistant.hasToolCalls()) {
      written.put("calls", assistant.getToolCalls().stream().map(Messages::write).toList());
    }
    if (message instanceof ToolResponseMessage results) {
      written.put("results", results.getResponses().stream().map(Messages::write).toList());
    }
    if (message instanceof MediaContent content && !content.getMedia().isEmpty()) {
      written.put("media", content.getMedia().stream().map(Messages::write).toList());
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    message
        .getMetadata()
        .forEach(
            (name, value) -> {
              if (value != null && Json.canHold(value)) {
                metadata.put(name, value);
              }
            });
    if (!metadata.isEmpty()) {
      written.put("metadata", metadata);
    }
    return written;
  }

  private static Map<String, Object> write(AssistantMessage.ToolCall call) {
    return Map.of(
        "id", call.id(), "type", call.type(), "name", call.name(), "arguments", call.arguments());
  }

  private static Map<String, Object> write(ToolResponse response) {
    return Map.of("id", response.id(), "name", response.name(), "data", response.responseData());
  }

  private static Map<String, Object> write(Media media) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("type", media.getMimeType().toString());
    written.put("name", media.getName());
    if (media.getData() instanceof byte[] bytes) {
      written.put("bytes", Base64.getEncoder().encodeToString(bytes));
    } else {
      written.put("data", media.getData().toString());
    }
    return written;
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Message read(Map<?, ?> written) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    if (written.get("metadata") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> metadata.put((String) name, value));
    }
    String text = written.get("text") instanceof String words ? words : null;
    String type = text(written, "type");
    return switch (type) {
      case "user" ->
          UserMessage.builder()
              .text(text == null ? "" : text)
              .media(media(written))
              .metadata(metadata)
              .build();
      case "system" ->
          SystemMessage.builder().text(text == null ? "" : text).metadata(metadata).build();
      case "assistant" ->
          AssistantMessage.builder()
              .content(text)
              .properties(metadata)
              .toolCalls(calls(written))
              .media(media(written))
              .build();
      case "tool" ->
          ToolResponseMessage.builder().responses(results(written)).metadata(metadata).build();
      default -> throw new IllegalArgumentException("no type of a message: " + type.length());
    };
  }

  private static List<AssistantMessage.ToolCall> calls(Map<?, ?> written) {
    List<AssistantMessage.ToolCall> calls = new ArrayList<>();
    for (Map<?, ?> call : maps(written.get("calls"))) {
      calls.add(
          new AssistantMessage.ToolCall(
              text(call, "id"), text(call, "type"), text(call, "name"), text(call, "arguments")));
    }
    return calls;
  }

  private static List<ToolResponse> results(Map<?, ?> written) {
    List<ToolResponse> results = new ArrayList<>();
    for (Map<?, ?> result : maps(written.get("results"))) {
      results.add(new ToolResponse(text(result, "id"), text(result, "name"), text(result, "data")));
    }
    return results;
  }

  private static List<Media> media(Map<?, ?> written) {
    List<Media> all = new ArrayList<>();
    for (Map<?, ?> media : maps(written.get("media"))) {
      Media.Builder builder =
          Media.builder()
              .mimeType(MimeTypeUtils.parseMimeType(text(media, "type")))
              .name(text(media, "name"));
      if (media.get("bytes") instanceof String bytes) {
        builder.data(Base64.getDecoder().decode(bytes));
      } else {
        String data = text(media, "data");
        builder = data.startsWith("http") ? builder.data(URI.create(data)) : builder.data(data);
      }
      all.add(builder.build());
    }
    return all;
  }

  private static List<Map<?, ?>> maps(@Nullable Object list) {
    List<Map<?, ?>> maps = new ArrayList<>();
    if (list instanceof List<?> all) {
      for (Object each : all) {
        if (each instanceof Map<?, ?> map) {
          maps.add(map);
        }
      }
    }
    return maps;
  }

  private static String text(Map<?, ?> map, String name) {
    if (map.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("a message without " + name);
  }
}
