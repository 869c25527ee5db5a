package io.github.resilientllm.policy;

import io.github.resilientllm.chat.Message;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
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
      new Conversations(
          Window.all(),
          true,
          WhenJournalFails.FAIL_CALL,
          Duration.ZERO,
          Duration.ofSeconds(10),
          64L << 20,
          16,
          null,
          null,
          null);

  private final Window window;
  private final boolean trimsForSmallerTarget;
  private final WhenJournalFails whenJournalFails;
  private final Duration turnPatience;
  private final Duration journalPatience;
  private final long memoryBytes;
  private final int maxToolRounds;
  private final @Nullable Function<List<Message>, String> summarizer;
  private final @Nullable UnaryOperator<String> redactor;
  private final @Nullable ToIntFunction<String> redactableUpTo;

  private Conversations(
      Window window,
      boolean trimsForSmallerTarget,
      WhenJournalFails whenJournalFails,
      Duration turnPatience,
      Duration journalPatience,
      long memoryBytes,
      int maxToolRounds,
      @Nullable Function<List<Message>, String> summarizer,
      @Nullable UnaryOperator<String> redactor,
      @Nullable ToIntFunction<String> redactableUpTo) {
    this.window = window;
    this.trimsForSmallerTarget = trimsForSmallerTarget;
    this.whenJournalFails = whenJournalFails;
    this.turnPatience = turnPatience;
    this.journalPatience = journalPatience;
    this.memoryBytes = memoryBytes;
    this.maxToolRounds = maxToolRounds;
    this.summarizer = summarizer;
    this.redactor = redactor;
    this.redactableUpTo = redactableUpTo;
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
        newest,
        trimsForSmallerTarget,
        whenJournalFails,
        turnPatience,
        journalPatience,
        memoryBytes,
        maxToolRounds,
        summarizer,
        redactor,
        redactableUpTo);
  }

  /**
   * The same, passing over a target whose context window is too small for the history, instead of
   * leaving out the oldest turns, which the attempt then says.
   */
  public Conversations withoutTrimming() {
    return new Conversations(
        window,
        false,
        whenJournalFails,
        turnPatience,
        journalPatience,
        memoryBytes,
        maxToolRounds,
        summarizer,
        redactor,
        redactableUpTo);
  }

  /** The same with another way to deal with a journal that fails. */
  public Conversations withJournalFailure(WhenJournalFails way) {
    Objects.requireNonNull(way, "way");
    return new Conversations(
        window,
        trimsForSmallerTarget,
        way,
        turnPatience,
        journalPatience,
        memoryBytes,
        maxToolRounds,
        summarizer,
        redactor,
        redactableUpTo);
  }

  /**
   * The same, waiting for a turn of the same conversation that is still going on, here or in
   * another process, up to this time and the call's deadline. Zero, the default, does not wait.
   */
  public Conversations withTurnPatience(Duration wait) {
    Require.notNegative("wait", wait);
    return new Conversations(
        window,
        trimsForSmallerTarget,
        whenJournalFails,
        wait,
        journalPatience,
        memoryBytes,
        maxToolRounds,
        summarizer,
        redactor,
        redactableUpTo);
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
        window,
        trimsForSmallerTarget,
        whenJournalFails,
        turnPatience,
        journalPatience,
        memoryBytes,
        maxToolRounds,
        summary,
        redactor,
        redactableUpTo);
  }

  /**
   * The same with a function that every text passes before it is written to the journal: questions,
   * answers, reasoning, tool arguments and results. It gets whole texts. An answer that is being
   * written is none, so nothing of it is kept before it is complete or its call has ended; {@link
   * #withRedactor(UnaryOperator, ToIntFunction)} can tell where it may be cut. Models get the
   * original until the conversation is read from its journal again.
   */
  public Conversations withRedactor(UnaryOperator<String> redacted) {
    Objects.requireNonNull(redacted, "redacted");
    return redacting(redacted, null);
  }

  /**
   * The same, keeping an answer that is being written as far as it can be cut.
   *
   * @param wholeUpTo gets what was said of an answer and not kept yet, and says how many characters
   *     of it are whole: whatever is to be redacted in them ends in them. Zero is always right
   */
  public Conversations withRedactor(
      UnaryOperator<String> redacted, ToIntFunction<String> wholeUpTo) {
    Objects.requireNonNull(redacted, "redacted");
    Objects.requireNonNull(wholeUpTo, "wholeUpTo");
    return redacting(redacted, wholeUpTo);
  }

  private Conversations redacting(
      UnaryOperator<String> redacted, @Nullable ToIntFunction<String> wholeUpTo) {
    return new Conversations(
        window,
        trimsForSmallerTarget,
        whenJournalFails,
        turnPatience,
        journalPatience,
        memoryBytes,
        maxToolRounds,
        summarizer,
        redacted,
        wholeUpTo);
  }

  /**
   * The same with another bound on each wait for the journal, beside the call's deadline: 10 s by
   * default, more than zero. A journal that has not answered by then has failed.
   */
  public Conversations withJournalPatience(Duration wait) {
    Require.positive("wait", wait);
    return new Conversations(
        window,
        trimsForSmallerTarget,
        whenJournalFails,
        turnPatience,
        wait,
        memoryBytes,
        maxToolRounds,
        summarizer,
        redactor,
        redactableUpTo);
  }

  /**
   * The same with another bound on the memory for histories, about 64 MiB by default, 1 MiB or
   * more. What is kept there needs not be read for the next turn; those that were used longest ago
   * go first. It bounds as well what a journal that fails leaves in memory.
   */
  public Conversations withMemoryBytes(long bytes) {
    if (bytes < 1 << 20) {
      throw new IllegalArgumentException("bytes must be 1 MiB or more, not " + bytes);
    }
    return new Conversations(
        window,
        trimsForSmallerTarget,
        whenJournalFails,
        turnPatience,
        journalPatience,
        bytes,
        maxToolRounds,
        summarizer,
        redactor,
        redactableUpTo);
  }

  /**
   * The same with another bound on how often a model may call tools in a row for one question, 1 to
   * 1,000; the turn then fails with {@code LIMIT_EXCEEDED} and stays open. 16, the default, is what
   * a model passes that goes round in circles; an agent of many small steps needs more.
   */
  public Conversations withMaxToolRounds(int rounds) {
    Require.between("maxToolRounds", rounds, 1, 1000);
    return new Conversations(
        window,
        trimsForSmallerTarget,
        whenJournalFails,
        turnPatience,
        journalPatience,
        memoryBytes,
        rounds,
        summarizer,
        redactor,
        redactableUpTo);
  }

  /** How often a model may call tools in a row for one question. */
  public int maxToolRounds() {
    return maxToolRounds;
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

  /** How long a call waits for the journal each time. */
  public Duration journalPatience() {
    return journalPatience;
  }

  /** About how many bytes of memory histories may take. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** What sums up the turns that the window leaves out; empty for none. */
  public Optional<Function<List<Message>, String>> summarizer() {
    return Optional.ofNullable(summarizer);
  }

  /** What every text passes before it is written; empty for nothing. */
  public Optional<UnaryOperator<String>> redactor() {
    return Optional.ofNullable(redactor);
  }

  /** How much of a growing answer may be redacted by itself; empty for nothing of it. */
  public Optional<ToIntFunction<String>> redactableUpTo() {
    return Optional.ofNullable(redactableUpTo);
  }
}
