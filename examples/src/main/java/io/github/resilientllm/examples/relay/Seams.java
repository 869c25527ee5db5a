package io.github.resilientllm.examples.relay;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A history with a line wherever another vendor took over.
 *
 * @param answers who said what the assistant says, in order
 */
record Seams(List<String> answers) {

  void print(List<Message> history, PrintStream out) {
    out.println("The history, as each vendor was sent it up to its answer:");
    Iterator<String> speakers = answers.iterator();
    String before = answers.get(0);
    for (Message message : history) {
      String speaker = "";
      if (message.role() == Role.ASSISTANT && speakers.hasNext()) {
        speaker = speakers.next();
        if (!speaker.equals(before)) {
          out.println("  ---- seam: " + before + " | " + speaker + " ----");
        }
        before = speaker;
      }
      String role = message.role().name().toLowerCase(Locale.ROOT);
      out.println("  %-10s %-10s %s".formatted(role, speaker, contents(message)).stripTrailing());
    }
  }

  private static String contents(Message message) {
    return message.parts().stream().map(Seams::content).collect(Collectors.joining(", "));
  }

  private static String content(Part part) {
    if (part instanceof ToolCall call) {
      return "calls " + call.name() + ", " + call.id();
    }
    if (part instanceof ToolResult result) {
      return "result of " + result.callId() + ": " + result.text();
    }
    return part instanceof Part.Text text ? text.text().strip() : part.toString();
  }
}
