package io.github.resilientllm.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role who says it
 * @param parts what is said, in order: text for {@code SYSTEM}; text, images, files and audio for
 *     {@code USER}; text, reasoning and tool calls for {@code ASSISTANT}; tool results for {@code
 *     TOOL}
 */
public record Message(Role role, List<Part> parts) {

  /**
   * Copies the parts.
   *
   * @throws IllegalArgumentException if there are no parts, or one that the role cannot say
   */
  public Message {
    Objects.requireNonNull(role, "role");
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("A " + role + " message needs at least one part");
    }
    for (Part part : parts) {
      if (!canSay(role, part)) {
        throw new IllegalArgumentException(
            "A " + role + " message cannot hold a " + part.getClass().getSimpleName());
      }
    }
  }

  /** Instructions for the model. */
  public static Message system(String text) {
    return new Message(Role.SYSTEM, List.of(new Part.Text(text)));
  }

  /** A question. */
  public static Message user(String text) {
    return new Message(Role.USER, List.of(new Part.Text(text)));
  }

  /** A question of several parts, such as text beside an image. */
  public static Message user(Part... parts) {
    return new Message(Role.USER, List.of(parts));
  }

  /** What the model answered, as plain text. */
  public static Message assistant(String text) {
    return new Message(Role.ASSISTANT, List.of(new Part.Text(text)));
  }

  /** What the model answered, in parts; {@link ChatResponse#message()} makes it from an answer. */
  public static Message assistant(List<Part> parts) {
    return new Message(Role.ASSISTANT, parts);
  }

  /** The results of the tool calls of the assistant's message before. */
  public static Message tool(ToolResult... results) {
    return new Message(Role.TOOL, List.of(results));
  }

  /** The text parts, joined; empty if there are none. */
  public String text() {
    return textOf(parts);
  }

  /** The tool calls among the parts, in order. */
  public List<ToolCall> toolCalls() {
    List<ToolCall> calls = new ArrayList<>(parts.size());
    for (Part part : parts) {
      if (part instanceof ToolCall call) {
        calls.add(call);
      }
    }
    return List.copyOf(calls);
  }

  /** Shows who speaks and in how many parts, never what is said. */
  @Override
  public String toString() {
    return "Message[" + role + ", " + parts + "]";
  }

  static String textOf(List<Part> parts) {
    if (parts.size() == 1 && parts.get(0) instanceof Part.Text only) {
      return only.text();
    }
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text piece) {
        text.append(piece.text());
      }
    }
    return text.toString();
  }

  private static boolean canSay(Role role, Part part) {
    return switch (role) {
      case SYSTEM -> part instanceof Part.Text;
      case USER ->
          part instanceof Part.Text
              || part instanceof Part.Image
              || part instanceof Part.File
              || part instanceof Part.Audio;
      case ASSISTANT ->
          part instanceof Part.Text
              || part instanceof Part.Reasoning
              || part instanceof Part.Verbatim
              || part instanceof ToolCall;
      case TOOL -> part instanceof ToolResult;
    };
  }
}
