package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.List;

/** What a response's input is made of. */
final class ResponsesInput {
  private ResponsesInput() {}

  /** One item of it. */
  sealed interface Item permits Said, Answered, Kept, Called, Returned {}

  /**
   * Instructions, or what the user says.
   *
   * @param role {@code system} or {@code user}
   * @param parts texts and images
   */
  record Said(String role, List<Part> parts) implements Item {}

  /**
   * What the model said.
   *
   * @param text not empty
   * @param phase whether it said so on the way or at the end, in the vendor's word; empty if it did
   *     not tell
   */
  record Answered(String text, String phase) implements Item {}

  /** What the vendor wants back as it was. */
  record Kept(ResponsesItem item) implements Item {}

  /** What the model called. */
  record Called(ToolCall call) implements Item {}

  /** What came of it. */
  record Returned(ToolResult result) implements Item {}
}
