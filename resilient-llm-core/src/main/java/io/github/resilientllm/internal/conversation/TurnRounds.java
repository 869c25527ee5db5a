package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.call.Rounds;
import io.github.resilientllm.internal.call.Scribe;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.journal.JournalException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation: its calls, with tools between them if the conversation runs its own.
 * The floor is held from the first call to the end of the last.
 */
public final class TurnRounds implements Rounds {
  private final Sessions sessions;
  private final String conversation;
  private final Options options;
  private final Step step;
  private final Await await;
  private final Floor floor;
  private final Entries entries;
  private int round = 1;

  /** A turn that begins with this step. */
  public TurnRounds(Sessions sessions, String conversation, Options options, Step step) {
    this.sessions = sessions;
    this.conversation = conversation;
    this.options = options;
    this.step = step;
    this.await = new Await(sessions.engine().time());
    this.floor = new Floor(sessions, conversation, await);
    this.entries = new Entries(floor, sessions.redaction());
  }

  @Override
  public Scribe first() {
    return new TurnScribe(this, step);
  }

  @Override
  public @Nullable Scribe next(ChatResponse answer) {
    if (options.tools() == null || !floor.isTaken()) {
      return null;
    }
    try {
      int most = sessions.policy().maxToolRounds();
      if (++round > most) {
        throw new LlmException(
            ErrorKind.LIMIT_EXCEEDED,
            "the model called tools "
                + most
                + " times in a row for one question;"
                + " Conversations.withMaxToolRounds allows more");
      }
      runTools();
      return new TurnScribe(this, new Step.Resume(false));
    } catch (JournalException e) {
      floor.release();
      throw new LlmException(
          await.isCancelled() || Thread.currentThread().isInterrupted()
              ? ErrorKind.CANCELLED
              : TurnScribe.kindOf(e),
          String.valueOf(e.getMessage()),
          answer.attempts(),
          answer.text(),
          null,
          e);
    } catch (RuntimeException | Error e) {
      floor.release();
      throw e;
    }
  }

  @Override
  public void cancel() {
    await.cancel();
  }

  /**
   * Runs the tools whose results are missing; each result is kept before the next tool runs. Their
   * time is their own: no deadline of a call runs meanwhile, only the journal's patience after
   * each.
   */
  void runTools() {
    Function<ToolCall, ToolResult> tools = Objects.requireNonNull(options.tools());
    List<ToolCall> calls = floor.transcript().ofLast(Turn::pendingCalls);
    for (ToolCall call : Objects.requireNonNull(calls)) {
      if (await.isCancelled() || Thread.currentThread().isInterrupted()) {
        throw new LlmException(ErrorKind.CANCELLED, "ended between two tools");
      }
      floor.requireHeld(Time.NEVER); // another writer may be running it
      ToolResult result = tools.apply(call);
      if (!result.callId().equals(call.id())) {
        throw new IllegalStateException(
            "The result of the tool "
                + call.name()
                + " has another id than its call; make it with"
                + " ToolResult.of(call.id(), ...)");
      }
      entries.result(result, Time.NEVER);
    }
  }

  boolean runsTools() {
    return options.tools() != null;
  }

  /** A request with these messages and whatever else the conversation asks for. */
  ChatRequest request(Prompt prompt) {
    List<Message> messages = prompt.messages();
    ChatRequest.Builder builder = ChatRequest.builder().messages(messages);
    options.request().accept(builder);
    ChatRequest request = builder.build();
    if (request.messages().size() != messages.size()) {
      throw new IllegalArgumentException(
          "asking(...) adds messages to the request; say(...) them, so that they are kept");
    }
    return request;
  }

  String conversation() {
    return conversation;
  }

  Sessions sessions() {
    return sessions;
  }

  Options options() {
    return options;
  }

  Await await() {
    return await;
  }

  Floor floor() {
    return floor;
  }

  Entries entries() {
    return entries;
  }
}
