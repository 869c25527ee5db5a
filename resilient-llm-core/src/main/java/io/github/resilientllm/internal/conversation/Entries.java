package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.conversation.Transcript.Past;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What happens in a turn, told to the transcript and to the journal in the same words. */
final class Entries {
  private final Floor floor;
  private final Redaction redaction;
  private final List<Floor.Said> before = new ArrayList<>(); // what is kept with the question

  Entries(Floor floor, Redaction redaction) {
    this.floor = floor;
    this.redaction = redaction;
  }

  // A body is made before the transcript changes: what makes it may be the user's code and throw.

  /** Kept together with the question that follows. */
  void system(String text) {
    String body = body(fields -> fields.said("text", text));
    floor.transcript().system(text);
    before.add(new Floor.Said(Kind.SYSTEM, body));
  }

  /** Keeps what no question followed. */
  void flush() {
    before.forEach(said -> write(said.kind(), said.body()));
    before.clear();
  }

  /**
   * A question.
   *
   * @param path what it says of other questions with keys, if it has a key and that is known
   */
  void asked(
      @Nullable String key,
      @Nullable List<Long> path,
      Message question,
      Instant at,
      long deadline) {
    Past past = past();
    String body =
        body(
            fields -> {
              fields.optional("turn", key);
              if (past != null) {
                fields.past(past, path);
              }
              fields.message("message", question);
            });
    floor.transcript().asked(key, at, question);
    before.add(new Floor.Said(Kind.ASKED, body));
    List<Floor.Said> together = List.copyOf(before);
    before.clear();
    floor.keep(together, at, deadline);
  }

  /** What will be before the question; null if the numbers of its entries are not certain. */
  private @Nullable Past past() {
    Past past = floor.isDurable() ? floor.transcript().past() : null;
    if (past == null) {
      return null;
    }
    long number = floor.transcript().lastSequence();
    for (Floor.Said said : before) {
      number++;
      past = said.kind() == Kind.SYSTEM ? past.withSystem(number) : past;
      past = said.kind() == Kind.SUMMARY ? past.withSummary(number) : past;
    }
    return past;
  }

  void attempted(String target) {
    String body = bodyOfTurn(fields -> fields.json().writeStringField("target", target));
    floor.transcript().attempted(target);
    write(Kind.ATTEMPT, body);
  }

  /** The answer of the last attempt runs at the vendor's by itself. */
  void running(String target, String handle) {
    String body =
        bodyOfTurn(
            fields -> {
              fields.json().writeStringField("target", target);
              fields.json().writeStringField("handle", handle);
            });
    floor.transcript().running(target, handle);
    write(Kind.ATTEMPT, body);
  }

  /**
   * It says all that is still on its way of it.
   *
   * @param runsTools whether the turn goes on with the tools that it calls
   * @return whether the turn goes on
   */
  boolean answered(ChatResponse answer, Progress progress, boolean runsTools, long deadline) {
    String body = bodyOfTurn(fields -> fields.answer(answer));
    progress.stop();
    floor.transcript().answered(answer);
    boolean goesOn = runsTools && floor.transcript().state() == ConversationState.TOOL_PENDING;
    if (goesOn) {
      floor.keep(Kind.ANSWERED, body, deadline);
    } else {
      floor.keepLast(Kind.ANSWERED, body, deadline);
    }
    return goesOn;
  }

  void result(ToolResult result, long deadline) {
    String body = bodyOfTurn(fields -> fields.result(result));
    floor.transcript().result(result);
    floor.keep(Kind.TOOL_RESULT, body, deadline);
  }

  void failed(LlmException failure) {
    String body =
        body(
            fields -> {
              fields.json().writeStringField("error", failure.kind().name());
              fields.attempts(failure.attempts());
            });
    floor.transcript().failed(failure.kind());
    write(Kind.FAILED, body);
  }

  void discarded(long deadline) {
    floor.transcript().discarded();
    floor.keep(Kind.DISCARDED, "{}", deadline);
  }

  /** Kept together with the question that follows. */
  void summarized(String text, int firstTurns) {
    String body =
        body(
            fields -> {
              fields.json().writeNumberField("turns", firstTurns);
              fields.said("text", text);
            });
    floor.transcript().summarized(text, firstTurns);
    before.add(new Floor.Said(Kind.SUMMARY, body));
  }

  Progress progress() {
    return new Progress(floor, redaction);
  }

  private void write(Kind kind, String body) {
    CompletableFuture<Void> unused = floor.write(kind, body);
  }

  /** The body of an entry that says something of the last turn. */
  private String bodyOfTurn(BodyWriter.Fields fields) {
    Transcript transcript = floor.transcript();
    Instant askedAt = Objects.requireNonNull(transcript.ofLast(Turn::askedAt), "no turn");
    int messages = Objects.requireNonNull(transcript.ofLast(turn -> turn.messages().size()));
    return body(
        body -> {
          fields.write(body);
          body.about(askedAt, messages);
        });
  }

  private String body(BodyWriter.Fields fields) {
    return BodyWriter.object(redaction, fields);
  }
}
