package io.github.resilientllm.policy;

import io.github.resilientllm.chat.Message;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How much of a conversation goes to a model, and what happens when its journal fails or another
 * turn is still going on.
 *
 * <p>Tokens are estimated: one for three bytes of UTF-8, and 1,000 for an image, which is more than
 * most models count.
 */
public final class Conversations {

  /** What happens when the journal fails while a conversation goes on. */
  public enum WhenJournalFails {
    /** The call fails with {@code JOURNAL_FAILED}; what was answered is in the exception. */
    FAIL_CALL,
    /**
     * The conversation goes on in memory: answers say {@code durable() == false}, listeners get
     * {@code JournalFailed}, and each later turn tries to write what is missing. A conversation
     * that could not be read does not go on.
     */
    GO_ON_UNDURABLE
  }

  /**
   * The newest part of a history. Only whole turns are left out, the oldest first; the question
   * that is to be answered and the instructions always go.
   *
   * @param messages the most messages; 0 for any number
   * @param tokens the most estimated tokens; 0 for any number
   */
  public record Window(int messages, int tokens) {
    /** Checks the numbers. */
    public Window {
      Require.between("messages", messages, 0, 1_000_000);
      Require.between("tokens", tokens, 0, 100_000_000);
    }

    /** All of it. */
    public static Window all() {
      return new Window(0, 0);
    }

    /** At most so many messages, 1 or more. */
    public static Window ofMessages(int most) {
      return new Window(Require.between("messages", most, 1, 1_000_000), 0);
    }

    /** At most so many estimated tokens, 1 or more. */
    public static Window ofTokens(int most) {
      return new Window(0, Require.between("tokens", most, 1, 100_000_000));
    }
  }

  private static final Conversations STANDARD =
      new Conversations(Window.all(), true, WhenJournalFails.FAIL_CALL, Duration.ZERO, null, null);

  private final Window window;
  private final boolean trimsForSmallerTarget;
  private final WhenJournalFails whenJournalFails;
  private final Duration turnPatience;
  private final @Nullable Function<List<Message>, String> summarizer;
  private final @Nullable UnaryOperator<String> redactor;

  private Conversations(
      Window window,
      boolean trimsForSmallerTarget,
      WhenJournalFails whenJournalFails,
      Duration turnPatience,
      @Nullable Function<List<Message>, String> summarizer,
      @Nullable UnaryOperator<String> redactor) {
    this.window = window;
    this.trimsForSmallerTarget = trimsForSmallerTarget;
    this.whenJournalFails = whenJournalFails;
    this.turnPatience = turnPatience;
    this.summarizer = summarizer;
    this.redactor = redactor;
  }

  /**
   * The default: the whole history, trimmed for a target whose context window is too small for it;
   * a call fails if the journal does; a second turn of a conversation at once is an error.
   */
  public static Conversations standard() {
    return STANDARD;
  }

  /** The same with another window. */
  public Conversations withWindow(Window newest) {
    Objects.requireNonNull(newest, "newest");
    return new Conversations(
        newest, trimsForSmallerTarget, whenJournalFails, turnPatience, summarizer, redactor);
  }

  /**
   * The same, passing over a target whose context window is too small for the history, instead of
   * leaving out the oldest turns, which the attempt then says.
   */
  public Conversations withoutTrimming() {
    return new Conversations(window, false, whenJournalFails, turnPatience, summarizer, redactor);
  }

  /** The same with another way to deal with a journal that fails. */
  public Conversations withJournalFailure(WhenJournalFails way) {
    Objects.requireNonNull(way, "way");
    return new Conversations(
        window, trimsForSmallerTarget, way, turnPatience, summarizer, redactor);
  }

  /**
   * The same, waiting for a turn of the same conversation that is still going on, here or in
   * another process, up to this time and the call's deadline. Zero, the default, does not wait.
   */
  public Conversations withTurnPatience(Duration wait) {
    Require.notNegative("wait", wait);
    return new Conversations(
        window, trimsForSmallerTarget, whenJournalFails, wait, summarizer, redactor);
  }

  /**
   * The same with a summary in place of what the window leaves out. The function gets those
   * messages, the summary before them first, and runs on the thread of the call before anything is
   * asked; the summary is kept in the journal. With it the window is emptied to half when it
   * overflows, so that it does not run in every turn. What it throws ends the call.
   */
  public Conversations withSummarizer(Function<List<Message>, String> summary) {
    Objects.requireNonNull(summary, "summary");
    return new Conversations(
        window, trimsForSmallerTarget, whenJournalFails, turnPatience, summary, redactor);
  }

  /**
   * The same with a function that every text passes before it is written to the journal: questions,
   * answers, reasoning, tool arguments and results. It gets whole texts, and of an answer that is
   * being written whole sentences, so that an answer without any, such as JSON, is kept only when
   * it is complete. Models get the original until the conversation is read from its journal again.
   */
  public Conversations withRedactor(UnaryOperator<String> redacted) {
    Objects.requireNonNull(redacted, "redacted");
    return new Conversations(
        window, trimsForSmallerTarget, whenJournalFails, turnPatience, summarizer, redacted);
  }

  /** How much of a history is sent. */
  public Window window() {
    return window;
  }

  /** Whether a history is trimmed for a target that cannot hold it. */
  public boolean trimsForSmallerTarget() {
    return trimsForSmallerTarget;
  }

  /** What happens when the journal fails. */
  public WhenJournalFails whenJournalFails() {
    return whenJournalFails;
  }

  /** How long a turn waits for another one of its conversation. */
  public Duration turnPatience() {
    return turnPatience;
  }

  /** What sums up the turns that the window leaves out; empty for none. */
  public Optional<Function<List<Message>, String>> summarizer() {
    return Optional.ofNullable(summarizer);
  }

  /** What every text passes before it is written; empty for nothing. */
  public Optional<UnaryOperator<String>> redactor() {
    return Optional.ofNullable(redactor);
  }
}
