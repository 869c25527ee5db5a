package io.github.resilientllm.examples.chat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.examples.cli.Screen;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A conversation at a terminal, or through a pipe: a line is a question, and its answer streams.
 */
final class ChatSession {
  private final LlmClient llm;
  private final History history;
  private final Screen screen;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable ChatStream> answering = new AtomicReference<>();
  private volatile boolean leaveOnNextInterrupt;

  ChatSession(LlmClient llm, History history, Screen screen, LongSupplier nanoTime) {
    this.llm = llm;
    this.history = history;
    this.screen = screen;
    this.nanoTime = nanoTime;
  }

  /**
   * Answers until {@code /quit} or the end of the input.
   *
   * @return the exit code: 1 if a question that came through a pipe was not answered
   */
  int run() throws IOException {
    boolean allAnswered = true;
    while (true) {
      prompt();
      String line = screen.in().readLine();
      leaveOnNextInterrupt = false;
      if (line == null || line.strip().equals("/quit")) {
        break;
      }
      if (!line.isBlank()) {
        allAnswered &= answer(Message.user(line.strip()));
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

  private boolean answer(Message question) {
    ChatRequest request =
        ChatRequest.builder().messages(history.messages()).message(question).build();
    AnswerPrinter printer = new AnswerPrinter(screen, nanoTime);
    try (ChatStream stream = llm.stream(request)) {
      answering.set(stream);
      for (ChatEvent event : stream) {
        printer.show(event);
        if (event instanceof ChatEvent.Finished finished) {
          history.add(question, finished.response().message());
        }
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

  private void prompt() {
    if (screen.interactive()) {
      screen.out().print("\nyou> ");
      screen.out().flush();
    }
  }
}
