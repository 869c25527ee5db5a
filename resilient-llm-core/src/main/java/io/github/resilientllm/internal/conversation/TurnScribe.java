package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.call.Scribe;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.provider.CallOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one call of a turn into its conversation. */
final class TurnScribe implements Scribe {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.resilientllm");

  /** Room for an answer whose length the request does not limit, as a share of the window. */
  private static final int ANSWERS_SHARE = 4;

  /** Fills most windows. */
  private static final int MOST_TURNS_AT_FIRST = 32;

  private final TurnRounds turn;
  private final Step step;
  private final Floor floor;
  private final Entries entries;
  private long callId;
  private long deadline;
  private long toolNanos;
  private boolean asked;
  private @Nullable Prompt prompt;
  private @Nullable ChatRequest request;
  private @Nullable Progress progress;
  private @Nullable ChatResponse known;
  private TurnKeys.@Nullable Found looked; // of the key, before the floor was taken
  private String saidBefore = "";
  private ErrorKind brokenBy = ErrorKind.STREAM_TRUNCATED;
  private boolean toldOfFailure;

  /** What a process has left behind that ended; null as soon as it is heard again. */
  private volatile Turn.@Nullable Running left;

  private final Object lock = new Object(); // guards what is written by attempts beside each other
  private boolean over; // nothing more is written of an attempt

  TurnScribe(TurnRounds turn, Step step) {
    this.turn = turn;
    this.step = step;
    this.floor = turn.floor();
    this.entries = turn.entries();
  }

  @Override
  public String conversation() {
    return turn.conversation();
  }

  @Override
  public @Nullable ChatRequest ask(long call, long until) {
    callId = call;
    deadline = until;
    try {
      known = answeredBefore();
      if (known != null) {
        return null;
      }
      if (!floor.isTaken()) {
        floor.take(deadline);
      }
      known = begin();
      if (known != null) {
        floor.release();
        return null;
      }
      tellOfFailure();
      progress = entries.progress();
      return request == null ? prepare(null) : request;
    } catch (RuntimeException | Error e) {
      if (!(e instanceof JournalException) && !asked) {
        floor.forget(); // it shows what was not kept
        floor.release(); // a wrong use of a conversation, which the call's end does not hear of
      }
      throw e;
    }
  }

  @Override
  public long toolNanos() {
    return toolNanos;
  }

  @Override
  public ChatResponse answer() {
    return Objects.requireNonNull(known);
  }

  @Override
  public String saidBefore() {
    return saidBefore;
  }

  @Override
  public ErrorKind brokenBy() {
    return brokenBy;
  }

  @Override
  public @Nullable ChatRequest fit(ChatRequest request, int contextWindow) {
    Prompt whole = Objects.requireNonNull(prompt);
    int beside = request.maxOutputTokens().orElse(contextWindow / ANSWERS_SHARE);
    for (Tool tool : request.tools()) {
      beside += Tokens.of(tool);
    }
    int size = whole.messages().size();
    List<Message> sent = request.messages();
    for (Message continuation : sent.subList(size, sent.size())) {
      beside += Tokens.of(continuation);
    }
    int gone = whole.excess(0, contextWindow, beside);
    if (gone == 0) {
      return request;
    }
    if (!turn.sessions().policy().trimsForSmallerTarget()) {
      return null;
    }
    List<Message> kept = new ArrayList<>(whole.without(gone).messages());
    kept.addAll(sent.subList(size, sent.size()));
    return request.withMessages(kept);
  }

  @Override
  public CallOptions options(String target, CallOptions options) {
    Turn.Running known = left;
    CallOptions told = options.tellingHandle(handle -> running(target, handle));
    return known != null && known.target().equals(target) ? told.attachingTo(known.handle()) : told;
  }

  /** Called by attempts, also by those that have lost and do not know it yet. */
  private void running(String target, String handle) {
    left = null;
    try {
      synchronized (lock) {
        if (!over) {
          entries.running(target, handle);
        }
      }
    } catch (RuntimeException e) { // whoever writes next is told, and a lost handle only costs
      LOG.debug("The handle of a running answer could not be written down", e);
    }
  }

  private void over() {
    synchronized (lock) {
      over = true;
    }
  }

  @Override
  public void attempted(String target, Attempt.Kind kind) {
    floor.requireNotLost();
    entries.attempted(target);
  }

  @Override
  public void said(ChatEvent event) {
    Progress writing = Objects.requireNonNull(progress);
    if (event instanceof ChatEvent.TextDelta delta) {
      floor.transcript().said(delta.text());
      CompletableFuture<Void> kept = writing.said(delta.text());
      if (floor.keepsBeforeShowing()) {
        floor.requireKept(kept, deadline);
      }
    } else if (event instanceof ChatEvent.Restarted) {
      floor.transcript().restarted();
      writing.restarted();
    }
  }

  @Override
  public ChatResponse answered(ChatResponse response) {
    over();
    ChatResponse unique = ToolCalls.withUniqueIds(response);
    boolean goesOn =
        entries.answered(unique, Objects.requireNonNull(progress), turn.runsTools(), deadline);
    tellOfFailure();
    ChatResponse kept = unique.toBuilder().durable(floor.isDurable()).build();
    if (!goesOn) {
      floor.release();
    }
    return kept;
  }

  @Override
  public void failed(LlmException failure) {
    over();
    try {
      if (floor.isTaken() && asked) {
        if (progress != null) {
          progress.flush();
        }
        entries.failed(failure);
      }
    } catch (RuntimeException | Error e) { // a redactor's, perhaps; the call ends all the same
      floor.forget();
      LOG.warn("What became of a turn could not be written down", e);
    } finally {
      if (!asked) {
        floor.forget(); // it may show what was not kept
      }
      floor.release();
    }
  }

  @Override
  public void cancel() {
    turn.await().cancel();
  }

  /**
   * The answer to a key that has one already, which anybody may look up: it needs neither the floor
   * nor a journal that can be written.
   */
  private @Nullable ChatResponse answeredBefore() {
    if (floor.isTaken() || !(step instanceof Step.Say say) || say.key() == null) {
      return null;
    }
    Session session = turn.sessions().of(turn.conversation());
    long before = session.kept();
    if (before < 0) {
      return null; // its answer may not be kept yet
    }
    try {
      Look look = new Look(turn.sessions(), turn.conversation(), turn.await());
      TurnKeys.Found seen = look.turn(say.key(), deadline);
      checkSameQuestion(seen.in(), say.key(), say.message());
      ChatResponse answer = answerTo(seen.in(), say.key());
      looked = seen;
      return session.kept() == before ? answer : null;
    } catch (JournalException e) {
      return null; // whoever takes the floor is told what is wrong
    }
  }

  private @Nullable ChatResponse answerTo(Transcript transcript, String key) {
    ChatResponse answer = transcript.ofKey(key, t -> isAnswered(t) ? t.answer() : null);
    return answer == null
        ? null
        : answer.toBuilder().durable(floor.isDurable() || !floor.isTaken()).build();
  }

  /** What a call fails with that could not be written down. */
  static ErrorKind kindOf(JournalException e) {
    return e.reason() == JournalException.Reason.BUSY
        ? ErrorKind.CONVERSATION_BUSY
        : ErrorKind.JOURNAL_FAILED;
  }

  /** Writes down what the turn begins with; the answer if it is known. */
  private @Nullable ChatResponse begin() {
    if (step instanceof Step.Resume resume) {
      resume(resume.fromPartialText());
      return null;
    }
    Step.Say say = (Step.Say) step;
    if (say.message().role() == Role.TOOL) {
      results(say.message());
      return null;
    }
    if (say.message().role() != Role.USER) {
      throw new IllegalArgumentException(
          "A conversation is told what the user or a tool says, not " + say.message().role());
    }
    String key = say.key();
    List<Long> path = null;
    if (key != null) {
      TurnKeys.Found found = looked;
      if (found == null || found.path() == null || !found.isTrueOf(floor.transcript())) {
        found = floor.find(key, deadline);
      }
      path = found.path();
      checkSameQuestion(found.in(), key, say.message());
      ChatResponse answer = answerTo(found.in(), key);
      if (answer != null) {
        return answer;
      }
      if (isOpen(key)) {
        resume(false);
        return null;
      }
    }
    instruct();
    summarize(say.message());
    request = prepare(say.message()); // may throw, so first
    entries.asked(key, path, say.message(), turn.sessions().clock().instant(), deadline);
    asked = true;
    return null;
  }

  /** An answer that calls tools is one as well, unless this handle runs them and goes on. */
  private boolean isAnswered(Turn asked) {
    return asked.isWhole()
        || (asked.state() == ConversationState.TOOL_PENDING && !turn.runsTools());
  }

  /** A request with what fits into the window before a new question, or the one that is open. */
  private ChatRequest prepare(@Nullable Message question) {
    Window window = turn.sessions().policy().window();
    int most = window.equals(Window.all()) ? Integer.MAX_VALUE : MOST_TURNS_AT_FIRST;
    while (true) {
      Prompt newest = floor.transcript().prompt(most);
      Prompt asked = question == null ? newest : newest.asking(question);
      Prompt sent = asked.within(window);
      if (newest.past().size() < most || sent.past().size() < newest.past().size()) {
        prompt = sent;
        return turn.request(sent);
      }
      most *= 4; // so that a turn costs what is sent and not what was said
    }
  }

  private boolean isOpen(String key) {
    return Boolean.TRUE.equals(
        floor.transcript().ofLast(turn -> key.equals(turn.key()) && turn.isOpen()));
  }

  private void checkSameQuestion(Transcript transcript, String key, Message question) {
    String before = transcript.ofKey(key, turn -> turn.question().text());
    Redaction redaction = turn.sessions().redaction();
    if (before != null
        && !before.equals(question.text())
        && !before.equals(redaction.of(question.text()))) {
      throw new IllegalArgumentException(
          "The turn key \"" + key + "\" belongs to another question of this conversation");
    }
  }

  private void instruct() {
    String instructions = turn.options().instructions();
    if (instructions != null && !instructions.equals(floor.transcript().system())) {
      entries.system(instructions);
    }
  }

  /** Sums up what the window leaves out, before anything is asked. */
  private void summarize(Message question) {
    var summarizer = turn.sessions().policy().summarizer();
    if (summarizer.isEmpty()) {
      return;
    }
    Window window = turn.sessions().policy().window();
    Prompt now = floor.transcript().prompt().asking(question);
    if (now.excess(window.messages(), window.tokens(), 0) == 0) {
      return;
    }
    int gone = now.excess(half(window.messages()), half(window.tokens()), 0);
    int firstTurns = now.past().get(gone - 1).number() + 1;
    entries.summarized(summarizer.get().apply(now.oldest(gone)), firstTurns);
  }

  private static int half(int limit) {
    return limit == 0 ? 0 : Math.max(1, limit / 2);
  }

  private void resume(boolean fromPartialText) {
    ConversationState state = floor.transcript().state();
    if (state == ConversationState.IDLE) {
      throw new NothingOpen();
    }
    instruct();
    entries.flush();
    if (state == ConversationState.TOOL_PENDING) {
      if (!turn.runsTools()) {
        throw new IllegalStateException(
            "Results are missing of the tools " + pendingTools() + "; say(Message.tool(...)) them");
      }
      long began = turn.await().now();
      turn.runTools();
      toolNanos = turn.await().now() - began;
      deadline += toolNanos;
    }
    asked = true;
    left = floor.transcript().ofLast(Turn::running);
    ErrorKind failure = floor.transcript().ofLast(Turn::failure);
    brokenBy = failure == null ? ErrorKind.STREAM_TRUNCATED : failure;
    String partial = Objects.requireNonNull(floor.transcript().ofLast(Turn::partialText));
    if (fromPartialText) {
      saidBefore = partial;
    } else if (!partial.isEmpty()) {
      floor.transcript().restarted();
      Progress again = entries.progress();
      again.restarted();
      again.flush();
    }
  }

  private void results(Message message) {
    Set<String> told = new HashSet<>();
    for (Part part : message.parts()) {
      ToolResult result = (ToolResult) part;
      if (!told.add(result.callId())) {
        throw new IllegalArgumentException("Two results of the tool call " + result.callId());
      }
      if (!floor.transcript().awaits(result.callId())) {
        throw new IllegalArgumentException(
            "No tool call waits for the result "
                + result.callId()
                + "; those that do: "
                + pendingTools());
      }
    }
    for (Part part : message.parts()) {
      entries.result((ToolResult) part, deadline);
    }
    if (floor.transcript().state() == ConversationState.TOOL_PENDING) {
      throw new IllegalArgumentException(
          "Results are still missing of the tools " + pendingTools() + "; those given are kept");
    }
    asked = true;
  }

  private List<String> pendingTools() {
    List<ToolCall> calls = floor.transcript().ofLast(Turn::pendingCalls);
    return calls == null ? List.of() : calls.stream().map(ToolCall::name).toList();
  }

  /** Tells the listeners once that this turn is not durable. */
  private void tellOfFailure() {
    JournalException failure = floor.failure();
    if (failure != null && !toldOfFailure) {
      toldOfFailure = true;
      turn.sessions().engine().journalFailed(callId, String.valueOf(failure.getMessage()));
    }
  }
}
