package io.github.resilientllm.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Prose;
import io.github.resilientllm.test.vendor.Reply;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What Ctrl-C does. */
class ChatSessionTest {

  /** Keeps what is written, and does something once when a text has appeared. */
  private static final class Tripwire extends ByteArrayOutputStream {
    private final String text;
    private final Runnable action;
    private boolean done;

    Tripwire(String text, Runnable action) {
      this.text = text;
      this.action = action;
    }

    @Override
    public void flush() {
      if (!done && toString(StandardCharsets.UTF_8).contains(text)) {
        done = true;
        action.run();
      }
    }
  }

  @Test
  void inMidAnswerItCancelsTheAnswerAndForgetsTheQuestion() throws Exception {
    String endless = "one two three" + Prose.about("four", 1, 2000);
    Behaviour behaviour =
        q ->
            Reply.Answer.of(
                q.text().equals("first") ? endless : "turn " + q.turn(),
                Duration.ZERO,
                Duration.ofMillis(5));
    AtomicReference<ChatSession> session = new AtomicReference<>();
    // From another thread, as signals come.
    Tripwire output =
        new Tripwire(
            "one two", () -> CompletableFuture.supplyAsync(() -> session.get().interrupt()).join());
    try (LocalVendor vendor = LocalVendor.start(behaviour)) {
      Screen typed = Terminal.typed("first", "second").screen();
      PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
      Screen screen = new Screen(typed.in(), out, typed.err(), true);
      Conversation chat =
          Vendors.offline(vendor.baseUrl()).journal(new MemoryJournal()).build().conversation("c");
      session.set(new ChatSession(chat, screen, System::nanoTime));

      assertThat(session.get().run()).isZero();
      assertThat(output.toString(StandardCharsets.UTF_8))
          .contains("one two", "[cancelled after", "turn 1", "[offline, ")
          .doesNotContain(endless);
      assertThat(chat.history())
          .containsExactly(Message.user("second"), Message.assistant("turn 1"));
    }
  }

  @Test
  void atThePromptTheFirstExplainsAndTheSecondLeaves() {
    Terminal terminal = Terminal.typed();
    ChatSession session = session(terminal);
    assertThat(session.interrupt()).isFalse();
    assertThat(terminal.out()).contains("once more leaves");
    assertThat(session.interrupt()).isTrue();
  }

  @Test
  void aLineInBetweenStartsTheCountAgain() throws Exception {
    ChatSession session = session(Terminal.typed("hello"));
    assertThat(session.interrupt()).isFalse();
    session.run();
    assertThat(session.interrupt()).isFalse();
  }

  private static ChatSession session(Terminal terminal) {
    Conversation chat =
        ResilientLlm.with(new Greeter()).journal(new MemoryJournal()).build().conversation("c");
    return new ChatSession(chat, terminal.screen(), System::nanoTime);
  }

  /** A vendor that says one thing. */
  private static final class Greeter implements LlmProvider {
    @Override
    public String vendor() {
      return "test";
    }

    @Override
    public String model() {
      return "greeter";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return ProviderCall.of(
          Completion.of(FinishReason.STOP, Usage.unknown()), new ChatEvent.TextDelta("hi"));
    }
  }
}
