package io.github.resilientllm.examples.journal;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.OpenAi;
import java.util.List;

/** One conversation as it is kept, to be looked at. */
final class Kept {
  private final Conversation conversation;

  Kept(Journal journal, String id) {
    // Nobody is asked anything: to look at what is kept needs no vendor that answers.
    ResilientLlm nobody =
        ResilientLlm.with(OpenAi.model("none").dialect(Dialect.OLLAMA).build())
            .journal(journal)
            .build();
    this.conversation = nobody.conversation(id);
  }

  Conversation conversation() {
    return conversation;
  }

  int show(Screen screen) {
    conversation.instructions().ifPresent(text -> say(screen, "system", text));
    for (Message message : conversation.history()) {
      show(screen, message);
    }
    Conversation.Unanswered open = conversation.unanswered().orElse(null);
    if (open != null) {
      screen.out().println("-- not answered (" + open.state() + "), asked " + open.askedAt());
      show(screen, open.question());
      if (!open.partialText().isEmpty()) {
        say(screen, "assistant (began)", open.partialText());
      }
      if (!open.pendingTools().isEmpty()) {
        List<String> names = open.pendingTools().stream().map(ToolCall::name).toList();
        say(screen, "waits for tools", String.join(", ", names));
      }
      screen.out().println("-- sent to " + open.attempts());
    }
    return 0;
  }

  private static void show(Screen screen, Message message) {
    String who = message.role().name().toLowerCase(java.util.Locale.ROOT);
    for (Part part : message.parts()) {
      if (part instanceof Part.Text text) {
        say(screen, who, text.text());
      } else if (part instanceof ToolCall call) {
        say(screen, who, "calls " + call.name() + " " + call.arguments());
      } else if (part instanceof ToolResult result) {
        say(screen, who, result.text());
      } else {
        say(screen, who, part.toString());
      }
    }
  }

  private static void say(Screen screen, String who, String what) {
    screen.out().println(who + "> " + what);
  }
}
