package io.github.resilientllm.examples.chat;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.examples.journal.JournalPlace;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Prose;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command {@code chat}: a conversation with a vendor, a compatible server, or nobody at all.
 */
public final class ChatCommand implements Command {
  private static final String KEY_REFUSED =
      "a key does not belong on a command line, where the shell's history and every user of this "
          + "machine can read it; set OPENAI_API_KEY, or name another variable with --key-env";

  /** About as fast as people read. */
  private static final Duration PER_WORD = Duration.ofMillis(60);

  private static final int OFFLINE_WORDS = 220;

  private final Map<String, String> environment;
  private final Duration perWord;

  /**
   * A command with a vendor of another speed.
   *
   * @param perWord how long the offline vendor takes for a word
   */
  ChatCommand(Map<String, String> environment, Duration perWord) {
    this.environment = Map.copyOf(environment);
    this.perWord = perWord;
  }

  /** The command, taking keys from these variables. */
  public static ChatCommand withEnvironment(Map<String, String> environment) {
    return new ChatCommand(environment, PER_WORD);
  }

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public String summary() {
    return "A chat in the terminal with any mix of vendors, a server, or (--offline) nobody at all.";
  }

  @Override
  public String details() {
    return """

        VENDOR is one of openai, anthropic, gemini, bedrock (with AWS_REGION), azure (with
        AZURE_OPENAI_ENDPOINT), groq, mistral, deepseek, openrouter, vllm, ollama and lmstudio. Each has the key
        in the variable that its vendor uses, such as OPENAI_API_KEY or AWS_BEARER_TOKEN_BEDROCK, and no key goes
        to another vendor. A server that --base-url names gets one only if --key-env is given. Example:

          chat --vendor openai --fallback anthropic/claude-sonnet-4-5 --fallback gemini/gemini-2.5-flash

        A line is a question; Ctrl-C cancels the answer, /quit leaves. Questions may be piped in: answers
        then go to the output, all else to the errors.

        With --conversation it survives a crash: kill the program in the middle of an answer, start it again,
        and it goes on from there. "journal show ID" shows what is kept.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value("--vendor", "VENDOR", "who is asked first (default openai)"),
        Option.value("--model", "NAME", "the model (default gpt-4.1-mini or the vendor's like)"),
        Option.value("--base-url", "URL", "a compatible server, such as http://localhost:11434/v1"),
        Option.value(
            "--fallback",
            "[VENDOR/]NAME",
            "a model to fall back to, of the same vendor or another; may be repeated"),
        Option.value(
            "--fallback-base-url", "URL", "the server of the fallbacks, if it is another one"),
        Option.value("--key-env", "NAME", "the variable with the key (default the vendor's own)"),
        Option.value("--fallback-key-env", "NAME", "the same for the fallbacks"),
        Option.value("--system", "TEXT", "instructions for the model"),
        Option.value("--conversation", "ID", "keep the conversation, and go on with it next time"),
        JournalPlace.option(),
        Option.flag(
            "--offline", "talk to a local vendor that needs no key and writes plausible words"),
        Option.refused("--key", KEY_REFUSED),
        Option.refused("--api-key", KEY_REFUSED));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    try {
      if (!arguments.has("--offline")) {
        return talk(Vendors.fromArguments(arguments, environment), arguments, screen);
      }
      try (LocalVendor vendor = LocalVendor.start(this::plausibly)) {
        return talk(Vendors.offline(vendor.baseUrl()), arguments, screen);
      }
    } catch (IOException failed) {
      screen.err().println("error: the input cannot be read: " + failed.getMessage());
      return 1;
    }
  }

  private Reply plausibly(Question question) {
    String text = Prose.about(question.text(), question.turn(), OFFLINE_WORDS);
    return Reply.Answer.of(text, perWord.multipliedBy(6), perWord);
  }

  private static int talk(ResilientLlm.Builder llm, Arguments arguments, Screen screen)
      throws IOException, UsageException {
    Optional<String> id = arguments.value("--conversation");
    if (id.isEmpty() && arguments.has(JournalPlace.OPTION)) {
      throw new UsageException(JournalPlace.OPTION + " needs a conversation: --conversation ID");
    }
    try (Journal journal = id.isEmpty() ? new MemoryJournal() : JournalPlace.of(arguments)) {
      Conversation chat = llm.journal(journal).build().conversation(id.orElse("this one"));
      Optional<String> system = arguments.value("--system");
      return talk(system.isEmpty() ? chat : chat.instructed(system.get()), screen);
    } catch (IllegalArgumentException wrongId) {
      throw new UsageException("--conversation: " + wrongId.getMessage());
    } catch (JournalException failed) {
      screen.err().println("error: the conversation cannot be read: " + failed.getMessage());
      return 1;
    }
  }

  private static int talk(Conversation chat, Screen screen) throws IOException {
    ChatSession session = new ChatSession(chat, screen, System::nanoTime);
    if (screen.interactive()) {
      boolean cancels =
          InterruptKey.does(
              () -> {
                if (session.interrupt()) {
                  // A thread that waits for the keyboard cannot be woken, so the process ends here.
                  System.exit(0);
                }
              });
      screen.out().println(cancels ? "Ctrl-C cancels an answer, /quit leaves." : "/quit leaves.");
    }
    return session.run();
  }
}
