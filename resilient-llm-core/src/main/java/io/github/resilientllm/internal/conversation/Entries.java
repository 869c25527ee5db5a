package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What happens in a turn, told to the transcript and to the journal in the same words. */
final class Entries {
  private final Floor floor;
  private final Redaction redaction;

  Entries(Floor floor, Redaction redaction) {
    this.floor = floor;
    this.redaction = redaction;
  }

  /** Kept with the question that follows. */
  void system(String text) {
    floor.transcript().system(text);
    CompletableFuture<Void> unused =
        floor.write(Kind.SYSTEM, body(body -> body.said("text", text)));
  }

  void asked(@Nullable String key, Message question, Instant at, long deadline) {
    floor.transcript().asked(key, at, question);
    floor.keep(
        Kind.ASKED,
        body(
            body -> {
              body.optional("turn", key);
              body.message("message", question);
            }),
        deadline);
  }

  void attempted(String target) {
    floor.transcript().attempted(target);
    CompletableFuture<Void> unused =
        floor.write(Kind.ATTEMPT, body(body -> body.json().writeStringField("target", target)));
  }

  void answered(ChatResponse answer, long deadline) {
    floor.transcript().answered(answer);
    floor.keep(Kind.ANSWERED, body(body -> body.answer(answer)), deadline);
  }

  void result(ToolResult result, long deadline) {
    floor.transcript().result(result);
    floor.keep(Kind.TOOL_RESULT, body(body -> body.result(result)), deadline);
  }

  void failed(LlmException failure) {
    floor.transcript().failed(failure.kind());
    CompletableFuture<Void> unused =
        floor.write(
            Kind.FAILED,
            body(
                body -> {
                  body.json().writeStringField("error", failure.kind().name());
                  body.attempts(failure.attempts());
                }));
  }

  void discarded(long deadline) {
    floor.transcript().discarded();
    floor.keep(Kind.DISCARDED, "{}", deadline);
  }

  /** Kept with the question that follows. */
  void summarized(String text, int firstTurns) {
    floor.transcript().summarized(text, firstTurns);
    CompletableFuture<Void> unused =
        floor.write(
            Kind.SUMMARY,
            body(
                body -> {
                  body.json().writeNumberField("turns", firstTurns);
                  body.said("text", text);
                }));
  }

  Progress progress() {
    return new Progress(floor, redaction);
  }

  private String body(BodyWriter.Fields fields) {
    return BodyWriter.object(redaction, fields);
  }
}
