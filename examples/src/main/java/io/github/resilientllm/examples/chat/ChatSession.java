package io.github.resilientllm.examples.chat;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.journal.ConversationState;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A conversation at a terminal, or through a pipe: a line is a question, and its answer streams.
 */
final class ChatSession {
  private final Conversation chat;
  private final Screen screen;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable ChatStream> answering = new AtomicReference<>();
  private volatile boolean leaveOnNextInterrupt;

  ChatSession(Conversation chat, Screen screen, LongSupplier nanoTime) {
    this.chat = chat;
    this.screen = screen;
    this.nanoTime = nanoTime;
  }

  /**
   * Goes on with an answer that was left open, and answers until {@code /quit} or the end of the
   * input.
   *
   * @return the exit code: 1 if a question that came through a pipe was not answered
   */
  int run() throws IOException {
    boolean allAnswered = resume();
    while (true) {
      prompt();
      String line = screen.in().readLine();
      leaveOnNextInterrupt = false;
      if (line == null || line.strip().equals("/quit")) {
        break;
      }
      if (!line.isBlank()) {
        allAnswered &= answer(() -> chat.stream(line.strip()));
      }
    }
    return allAnswered || screen.interactive() ? 0 : 1;
  }

  /**
   * What Ctrl-C does: it ends an answer under way; at the prompt the first one explains and the
   * second one leaves. Any thread may call it.
   *
   * @return whether to leave the program
   */
  boolean interrupt() {
    ChatStream stream = answering.get();
    if (stream != null) {
      stream.close();
      return false;
    }
    if (leaveOnNextInterrupt) {
      return true;
    }
    leaveOnNextInterrupt = true;
    screen.out().println("\n(Ctrl-C once more leaves, and so does /quit)");
    prompt();
    return false;
  }

  /** Goes on with what a crash, an outage or Ctrl-C left open. */
  private boolean resume() {
    int turns = chat.history().size();
    if (turns > 0) {
      note("the conversation goes on after " + turns + " messages");
    }
    Conversation.Unanswered open = chat.unanswered().orElse(null);
    if (open == null || open.state() == ConversationState.TOOL_PENDING) {
      return true;
    }
    note("this question was not answered: " + open.question().text());
    if (!open.partialText().isEmpty()) {
      note("this much of its answer is kept, and it goes on from there:");
      screen.out().print(open.partialText());
      screen.out().flush();
    }
    return answer(() -> chat.resumeStream(Conversation.Resume.GO_ON));
  }

  private boolean answer(Supplier<ChatStream> saying) {
    AnswerPrinter printer = new AnswerPrinter(screen, nanoTime);
    try (ChatStream stream = saying.get()) {
      answering.set(stream);
      for (ChatEvent event : stream) {
        printer.show(event);
      }
      return true;
    } catch (LlmException failed) {
      if (failed.kind() == ErrorKind.CANCELLED) {
        printer.cancelled();
        return true;
      }
      printer.failed(failed);
      return false;
    } finally {
      answering.set(null);
    }
  }

  private void note(String text) {
    (screen.interactive() ? screen.out() : screen.err()).println("[" + text + "]");
  }

  private void prompt() {
    if (screen.interactive()) {
      screen.out().print("\nyou> ");
      screen.out().flush();
    }
  }
}
