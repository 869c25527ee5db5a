package io.github.resilientllm;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.conversation.NothingOpen;
import io.github.resilientllm.internal.conversation.OpenTurn;
import io.github.resilientllm.internal.conversation.Options;
import io.github.resilientllm.internal.conversation.Sessions;
import io.github.resilientllm.internal.conversation.Step;
import io.github.resilientllm.internal.conversation.TurnRounds;
import io.github.resilientllm.internal.conversation.View;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A conversation that its journal remembers: what is asked is kept before it is sent, and what is
 * answered before the caller sees it.
 *
 * <pre>{@code
 * Conversation chat = llm.conversation("ticket-4711"); // new, or as it was left
 * if (chat.unanswered().isPresent()) {
 *   chat.resume(); // a crash or an outage lay between question and answer
 * }
 * String answer = chat.say("And how long does delivery take?").text();
 * }</pre>
 *
 * <p>A turn is a question and its answer, with the tool calls and results between them. What a
 * model is shown is whole turns and the question; a question that was never answered is not shown
 * again, unless it is {@linkplain #resume resumed}. One turn at a time: a second one fails with
 * {@link ErrorKind#CONVERSATION_BUSY}, or waits if {@link
 * io.github.resilientllm.policy.Conversations#withTurnPatience} says so. A call that its journal
 * fails ends with {@link ErrorKind#JOURNAL_FAILED}; the {@link JournalException} is the cause of
 * the attempt's failure that is the call's cause. Who only looks takes nothing and disturbs nobody.
 *
 * <p>This is a light handle: make one whenever it is needed, keep it or not; there is nothing to
 * close. Handles of the same id are the same conversation. Safe for use by several threads. {@code
 * toString} shows the id and no content.
 */
public final class Conversation {

  /** How an interrupted answer is resumed. */
  public enum Resume {
    /**
     * The question is asked again; it may have been answered and billed before, which nobody can
     * know. What was said of the answer counts no more. Only an answer that runs at its vendor's by
     * itself, in the background, is heard from its beginning instead, if the vendor still has it.
     */
    ASK_AGAIN,
    /**
     * The model is shown what was said of the answer and goes on from there; the response lists the
     * seam. Without partial text, or where a format is required, the question is asked again.
     */
    GO_ON
  }

  private final Sessions sessions;
  private final String id;
  private final Options options;

  Conversation(Sessions sessions, String id, Options options) {
    this.sessions = sessions;
    this.id = id;
    this.options = options;
  }

  static String checkId(String id) {
    if (id.isEmpty() || id.length() > Journal.MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "A conversation's id has 1 to "
              + Journal.MAX_ID_LENGTH
              + " characters, this one has "
              + id.length());
    }
    return id;
  }

  /** The id. */
  public String id() {
    return id;
  }

  /**
   * The same conversation with these instructions from the next question on; they are kept in the
   * journal when they change.
   */
  public Conversation instructed(String system) {
    Objects.requireNonNull(system, "system");
    return new Conversation(sessions, id, new Options(system, options.request(), options.tools()));
  }

  /**
   * The same conversation with more in each of its requests: tools, a temperature, a format.
   *
   * @param request is called for each request; adds no messages
   */
  public Conversation asking(Consumer<ChatRequest.Builder> request) {
    Consumer<ChatRequest.Builder> both = options.request().andThen(request);
    return new Conversation(
        sessions, id, new Options(options.instructions(), both, options.tools()));
  }

  /**
   * The same conversation running its tools: a call that the model makes is answered by this
   * function, each result is kept before the next tool runs, and the answer that the caller gets is
   * the one that calls no more.
   *
   * <p>A result that is kept is never asked for again. A tool that had begun when the process ended
   * is run again by {@link #resume}: whether it had an effect, only the tool knows. What the
   * function throws ends the turn, which stays open; {@link ToolResult#failure} tells the model
   * instead. It runs on the thread that waits for the answer, and its time does not count towards
   * the deadline, which is each call's own. After {@linkplain
   * io.github.resilientllm.policy.Conversations#maxToolRounds() so many} calls in a row the turn
   * fails.
   */
  public Conversation runningTools(Function<ToolCall, ToolResult> tools) {
    Objects.requireNonNull(tools, "tools");
    return new Conversation(
        sessions, id, new Options(options.instructions(), options.request(), tools));
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws LlmException when nobody answered, the question being kept and {@linkplain #unanswered
   *     unanswered}; {@link ErrorKind#JOURNAL_FAILED} when it, or the answer, could not be kept
   */
  public ChatResponse say(String question) {
    return say(Message.user(question));
  }

  /**
   * Says something, and waits for the answer.
   *
   * @param message a question, or with {@link Message#tool} the results of the tools that the last
   *     answer called
   * @throws LlmException as {@link #say(String)}
   * @throws IllegalArgumentException if it is of another role, or a result belongs to no call
   */
  public ChatResponse say(Message message) {
    return sessions.engine().chat(turn(new Step.Say(null, message)));
  }

  /**
   * Asks once: if the question with this key is answered, the answer that the journal keeps comes
   * back and nothing is sent. So a caller that crashed before it stored the answer can ask again.
   *
   * @param turnKey unique in the conversation, such as the id of an order
   * @throws LlmException as {@link #say(String)}
   * @throws IllegalArgumentException if the key belongs to another question
   */
  public ChatResponse say(TurnKey turnKey, String question) {
    return sessions.engine().chat(turn(keyed(turnKey, question)));
  }

  /** The same as {@link #say(String)} without blocking; cancelling the future ends the call. */
  public CompletableFuture<ChatResponse> sayAsync(String question) {
    return sayAsync(Message.user(question));
  }

  /** The same as {@link #say(Message)} without blocking; cancelling the future ends the call. */
  public CompletableFuture<ChatResponse> sayAsync(Message message) {
    return sessions.engine().chatAsync(turn(new Step.Say(null, message)));
  }

  /** The same as {@link #say(TurnKey, String)} without blocking. */
  public CompletableFuture<ChatResponse> sayAsync(TurnKey turnKey, String question) {
    return sessions.engine().chatAsync(turn(keyed(turnKey, question)));
  }

  /**
   * The same as {@link #say(String)} as a stream, which is to be closed. What was read of an answer
   * is kept as it comes. With {@linkplain #runningTools tools} it goes through all calls of the
   * turn, and only the last one's end is its end.
   */
  public ChatStream stream(String question) {
    return stream(Message.user(question));
  }

  /** The same as {@link #say(Message)} as a stream. */
  public ChatStream stream(Message message) {
    return sessions.engine().stream(turn(new Step.Say(null, message)));
  }

  /** The same as {@link #say(TurnKey, String)} as a stream. */
  public ChatStream stream(TurnKey turnKey, String question) {
    return sessions.engine().stream(turn(keyed(turnKey, question)));
  }

  /**
   * Asks the open question again, and waits for the answer.
   *
   * @throws IllegalStateException if no question is open, or results of tools are missing that this
   *     handle does not run
   * @throws LlmException as {@link #say(String)}
   */
  public ChatResponse resume() {
    return resume(Resume.ASK_AGAIN);
  }

  /** The same, in this way. */
  public ChatResponse resume(Resume how) {
    return sessions.engine().chat(turn(step(how)));
  }

  /**
   * Asks the open question again if there is one, and waits for the answer: what a program does
   * first with a conversation in which a crash or an outage may lie.
   *
   * @return the answer; empty if no question is open
   * @throws IllegalStateException if results of tools are missing that this handle does not run
   * @throws LlmException as {@link #say(String)}
   */
  public Optional<ChatResponse> resumeIfOpen() {
    if (unanswered().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(resume());
    } catch (NothingOpen e) {
      return Optional.empty(); // another turn came first, which this one waited for
    }
  }

  /** The same as {@link #resume(Resume)} without blocking. */
  public CompletableFuture<ChatResponse> resumeAsync(Resume how) {
    return sessions.engine().chatAsync(turn(step(how)));
  }

  /** The same as {@link #resume(Resume)} as a stream; what was said before is not said again. */
  public ChatStream resumeStream(Resume how) {
    return sessions.engine().stream(turn(step(how)));
  }

  /**
   * The turn that awaits an answer or a tool's result, be it that its call is still going on, that
   * it failed, or that the process ended.
   *
   * @throws JournalException if the conversation cannot be read
   */
  public Optional<Unanswered> unanswered() {
    return Optional.ofNullable(view().openTurn()).map(Unanswered::new);
  }

  /**
   * Gives the open question up: it is not shown to a model again.
   *
   * @return whether there was one
   * @throws JournalException if a turn is going on, or it could not be kept
   */
  public boolean discard() {
    return view().discard();
  }

  /**
   * Keeps a tool's result without asking on, so that a crash between two tools loses nothing; the
   * last one is then said with the others missing, or {@link #resume} asks on when all are there.
   *
   * @throws IllegalArgumentException if no tool call waits for it
   * @throws JournalException if a turn is going on, or it could not be kept
   */
  public void keep(ToolResult result) {
    view().keep(result);
  }

  /**
   * Where it stands. A call that is going on counts as not answered.
   *
   * @throws JournalException if it cannot be read for another reason than damage
   */
  public ConversationState state() {
    return view().state();
  }

  /** The instructions that it has; empty if none. */
  public Optional<String> instructions() {
    return Optional.ofNullable(view().system());
  }

  /**
   * The turns that have their answer, oldest first, as messages.
   *
   * @throws JournalException if the conversation cannot be read
   */
  public List<Message> history() {
    return view().history();
  }

  /**
   * Begins another conversation with all turns of this one that have their answer. A failure or a
   * crash in the middle leaves one with the first of them; delete it and fork again.
   *
   * @return the new one, with what this handle adds to requests
   * @throws IllegalStateException if a conversation with that id exists
   * @throws JournalException if a turn is going on, or it could not be kept
   */
  public Conversation fork(String newId) {
    view().forkTo(checkId(newId));
    return new Conversation(sessions, newId, options);
  }

  /**
   * Forgets what could not be kept while the journal failed, and goes on with what the journal has:
   * the way out when another process went on with the conversation meanwhile. {@link #export} has
   * all of it before.
   *
   * @return how many entries that were
   * @throws JournalException if a turn is going on
   */
  public int dropUnsaved() {
    return view().dropUnsaved();
  }

  /**
   * Deletes it for good.
   *
   * @return whether there was one
   * @throws JournalException if a turn is going on
   */
  public boolean delete() {
    return view().delete();
  }

  /**
   * All of it as one JSON object: id, state, instructions, and each turn with its messages, also
   * those that were not answered.
   *
   * @throws JournalException if it cannot be read
   */
  public String export() {
    return view().export();
  }

  @Override
  public String toString() {
    return "Conversation[" + id + "]";
  }

  private View view() {
    return new View(sessions, id);
  }

  private TurnRounds turn(Step step) {
    return new TurnRounds(sessions, id, options, step);
  }

  private static Step keyed(TurnKey turnKey, String question) {
    return new Step.Say(turnKey.value(), Message.user(question));
  }

  private static Step step(Resume how) {
    return new Step.Resume(how == Resume.GO_ON);
  }

  /** A turn that awaits an answer or a tool's result; it does not change. */
  public static final class Unanswered {
    private final OpenTurn turn;

    private Unanswered(OpenTurn turn) {
      this.turn = turn;
    }

    /** The question. */
    public Message question() {
      return turn.question();
    }

    /** Its key; empty if it was asked without. */
    public Optional<TurnKey> turnKey() {
      return Optional.ofNullable(turn.key()).map(TurnKey::of);
    }

    /** When it was asked. */
    public Instant askedAt() {
      return turn.askedAt();
    }

    /** How far it came. */
    public ConversationState state() {
      return turn.state();
    }

    /** What was said of the answer; empty if nothing was. */
    public String partialText() {
      return turn.partialText();
    }

    /** The tool calls that have no result; empty if none is awaited. */
    public List<ToolCall> pendingTools() {
      return turn.pendingTools();
    }

    /** The targets that it was sent to, in order; each may have billed it. */
    public List<String> attempts() {
      return turn.attempts();
    }

    /** How its last call failed; empty if it is still going on or the process ended in it. */
    public Optional<ErrorKind> failure() {
      return Optional.ofNullable(turn.failure());
    }

    /** Shows no content. */
    @Override
    public String toString() {
      return "Unanswered["
          + turn.state()
          + ", "
          + turn.partialText().length()
          + " chars, sent to "
          + turn.attempts()
          + "]";
    }
  }
}
