package io.github.resilientllm.examples.chat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.plot.Scale;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Shows one answer as it is written, and then who gave it and what it took. Used by one thread.
 *
 * <p>Through a pipe the answer alone goes to the output; all else goes where errors go.
 */
final class AnswerPrinter {
  private final Screen screen;
  private final PrintStream notes;
  private final LongSupplier nanoTime;
  private final long start;
  private long firstWord = -1;

  AnswerPrinter(Screen screen, LongSupplier nanoTime) {
    this.screen = screen;
    this.notes = screen.interactive() ? screen.out() : screen.err();
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  void show(ChatEvent event) {
    if (event instanceof ChatEvent.TextDelta delta) {
      if (firstWord < 0) {
        firstWord = nanoTime.getAsLong() - start;
      }
      screen.out().print(delta.text());
      screen.out().flush();
    } else if (event instanceof ChatEvent.Restarted restarted) {
      // What has scrolled away cannot be cleared, so what counts no more is marked, not erased.
      screen.out().println();
      note(
          "the answer broke off ("
              + restarted.after()
              + "); "
              + restarted.target()
              + " begins again, forget the above");
    } else if (event instanceof ChatEvent.Continued continued) {
      screen.out().print(" [" + continued.target() + " goes on] ");
    } else if (event instanceof ChatEvent.Finished finished) {
      screen.out().println();
      note(summary(finished.response()));
    }
  }

  void cancelled() {
    screen.out().println();
    note("cancelled after " + seconds(nanoTime.getAsLong() - start));
  }

  /** The message and the attempts hold no content and no key, by the library's contract. */
  void failed(LlmException failure) {
    if (firstWord >= 0) {
      screen.out().println();
    }
    note("no answer: " + failure.getMessage());
    for (Attempt attempt : failure.attempts()) {
      notes.println("  " + attempt);
    }
    String hint = hint(failure.kind());
    if (!hint.isEmpty()) {
      notes.println("  " + hint);
    }
  }

  private String summary(ChatResponse response) {
    List<String> parts = new ArrayList<>();
    parts.add(response.answeredBy());
    if (firstWord >= 0) {
      parts.add("first token " + seconds(firstWord));
    }
    parts.add("total " + seconds(nanoTime.getAsLong() - start));
    parts.add(tokens(response.usage()));
    long made = response.attempts().stream().filter(a -> a.kind() != Attempt.Kind.SKIPPED).count();
    parts.add(made == 1 ? "1 attempt" : made + " attempts");
    if (response.finishReason() != FinishReason.STOP) {
      parts.add("ended by " + response.finishReason());
    }
    return String.join(", ", parts);
  }

  private void note(String text) {
    notes.println(screen.interactive() ? "\033[2m[" + text + "]\033[0m" : "[" + text + "]");
  }

  private static String tokens(Usage usage) {
    if (usage.outputTokens().isEmpty()) {
      return "tokens unknown";
    }
    String input = usage.inputTokens().isEmpty() ? "?" : "" + usage.inputTokens().getAsLong();
    return input + " tokens in, " + usage.outputTokens().getAsLong() + " out";
  }

  private static String hint(ErrorKind kind) {
    return switch (kind) {
      case UNAUTHORIZED, FORBIDDEN ->
          "Is the key right, and meant for this server? --key-env names another variable.";
      case MODEL_NOT_FOUND -> "--model names another one.";
      case NETWORK -> "Does a server answer at this address? --base-url names another one.";
      default -> "";
    };
  }

  private static String seconds(long nanos) {
    return Scale.seconds(nanos / 1e9);
  }
}
