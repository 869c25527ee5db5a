package io.github.resilientllm.chat;

import java.util.List;
import java.util.Objects;

/**
 * What a tool answered to a {@link ToolCall}.
 *
 * @param callId the {@link ToolCall#id()}
 * @param content text and images; vendors that take no image here get it in a user message that
 *     follows
 * @param failed whether the tool failed; the content then says how
 */
public record ToolResult(String callId, List<Part> content, boolean failed) implements Part {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the content holds anything but text and images
   */
  public ToolResult {
    Objects.requireNonNull(callId, "callId");
    content = List.copyOf(content);
    for (Part part : content) {
      if (!(part instanceof Part.Text || part instanceof Part.Image)) {
        throw new IllegalArgumentException("A tool's result is text and images, not " + part);
      }
    }
  }

  /** A successful result of one text. */
  public static ToolResult of(String callId, String text) {
    return new ToolResult(callId, List.of(new Part.Text(text)), false);
  }

  /** A failure, told to the model as text. */
  public static ToolResult failure(String callId, String text) {
    return new ToolResult(callId, List.of(new Part.Text(text)), true);
  }

  /** The text parts, joined. */
  public String text() {
    return Message.textOf(content);
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "ToolResult[" + content.size() + " parts" + (failed ? ", failed]" : "]");
  }
}
