package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Does over a connection what a {@link Reply} says. One request's; of one thread. */
final class Performance {
  private static final String JSON = "application/json";
  private static final Duration SILENCE = Duration.ofMillis(50);

  private final Behaviour behaviour;
  private final Wire wire;
  private final Question question;
  private final Exchange exchange;
  private final RequestLog.Entry entry;

  private String text = "";
  private List<String> words = List.of();
  private Duration perWord = Duration.ZERO;
  private int said;
  private boolean isHeadSent;
  private boolean isBodyEnded;
  private boolean isError;

  /** The body of an answer that is not streamed, and how much of it has been sent. */
  private String body = "";

  private int sent;

  Performance(
      Behaviour behaviour,
      Wire wire,
      Question question,
      Exchange exchange,
      RequestLog.Entry entry) {
    this.behaviour = behaviour;
    this.wire = wire;
    this.question = question;
    this.exchange = exchange;
    this.entry = entry;
  }

  void play(Reply reply) throws IOException {
    Reply.Played played = stepsOf(reply);
    text = played.text();
    words = Prose.words(text);
    perWord = played.perWord();
    body = question.streaming() ? "" : wire.answer(question, text, Step.Finished.STOP);
    for (Step step : played.steps()) {
      perform(step);
    }
    if (isHeadSent && !isBodyEnded) {
      endOfBody();
    }
  }

  private Reply.Played stepsOf(Reply reply) {
    List<Step> steps = new ArrayList<>();
    if (reply instanceof Reply.Played played) {
      return played;
    }
    if (reply instanceof Reply.Answer answer) {
      boolean whole = !question.streaming() || answer.words() >= Prose.words(answer.text()).size();
      steps.add(new Step.Pause(answer.after()));
      steps.add(new Step.Words(whole ? Integer.MAX_VALUE : answer.words()));
      steps.add(whole ? new Step.Finish(Step.Finished.STOP, true) : new Step.EndOfBody());
      return new Reply.Played(answer.text(), answer.perWord(), steps);
    }
    if (reply instanceof Reply.ToolUse use) {
      steps.add(new Step.ToolCall(use));
    } else if (reply instanceof Reply.Refusal refusal) {
      steps.add(new Step.Refusal(refusal, Map.of()));
    } else {
      steps.add(new Step.Cut());
    }
    return new Reply.Played("", Duration.ZERO, steps);
  }

  private void refuse(Step.Refusal refused) throws IOException {
    Reply.Refusal refusal = refused.refusal();
    Map<String, String> headers = new HashMap<>(wire.errorHeaders(refusal));
    headers.putAll(refused.headers());
    if (refusal.retryAfterSeconds() > 0) {
      headers.put("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
    }
    other(new Step.Other(refusal.status(), headers, wire.error(refusal), 0));
  }

  private void perform(Step step) throws IOException {
    if (step instanceof Step.Head) {
      head();
    } else if (step instanceof Step.Words more) {
      say(more.count());
    } else if (step instanceof Step.Pause pause) {
      flush();
      exchange.pause(pause.time());
    } else if (step instanceof Step.Silence) {
      flush();
      exchange.hang();
    } else if (step instanceof Step.Comments comments) {
      comment(comments.every());
    } else if (step instanceof Step.Raw raw) {
      raw(raw.text());
    } else if (step instanceof Step.HalfEvent) {
      halfEvent();
    } else if (step instanceof Step.Failure failure) {
      fail(failure.refusal());
    } else if (step instanceof Step.Finish finish) {
      finish(finish);
    } else if (step instanceof Step.EndOfBody) {
      unfinished();
      endOfBody();
    } else if (step instanceof Step.Cut) {
      flush();
      exchange.cut();
    } else if (step instanceof Step.Reset) {
      flush();
      exchange.reset();
    } else if (step instanceof Step.Other other) {
      other(other);
    } else if (step instanceof Step.ToolCall call) {
      call(call.use());
    } else if (step instanceof Step.Recorded recorded) {
      recorded(recorded.answer());
    } else if (step instanceof Step.Refusal refusal) {
      refuse(refusal);
    } else if (step instanceof Step.Reached reached) {
      reached.told().run();
    }
  }

  private void head() throws IOException {
    if (isHeadSent) {
      return;
    }
    isHeadSent = true;
    if (question.streaming()) {
      streamHead();
      exchange.chunk(wire.start(question));
      return;
    }
    entry.status(200);
    int length = body.getBytes(UTF_8).length;
    exchange.head(200, JSON, Map.of(), "Content-Length: " + length);
  }

  private void streamHead() throws IOException {
    entry.status(200);
    exchange.head(200, wire.streamType(), Map.of(), "Transfer-Encoding: chunked");
  }

  private void say(int count) throws IOException {
    int until = (int) Math.min(words.size(), (long) said + count);
    if (!question.streaming()) {
      said = until;
      entry.words(said);
      return;
    }
    head();
    while (said < until) {
      if (said > 0) {
        awaitFlow();
      }
      said++;
      exchange.chunk(wire.word(question, words.get(said - 1), said));
      entry.words(said);
      exchange.pause(perWord);
    }
  }

  private void awaitFlow() throws IOException {
    Behaviour.Flow flow = behaviour.flow(question);
    while (flow == Behaviour.Flow.SILENT) {
      exchange.pause(SILENCE);
      exchange.chunk(wire.keepAlive());
      flow = behaviour.flow(question);
    }
    if (flow == Behaviour.Flow.BROKEN) {
      exchange.cut();
    }
  }

  /** Sends as much of a body that is not streamed as has been said. */
  private void flush() throws IOException {
    if (question.streaming() || said == 0) {
      return;
    }
    head();
    // A whole answer's last brace waits for its end.
    int until = Math.min(place(), body.length() - 1);
    if (until > sent) {
      exchange.send(body.substring(sent, until));
      sent = until;
    }
  }

  private void comment(Duration every) throws IOException {
    head();
    while (true) {
      exchange.pause(every);
      // JSON allows white space, which says as little as a comment.
      if (question.streaming()) {
        exchange.chunk(wire.keepAlive());
      } else {
        exchange.hang();
      }
    }
  }

  private void raw(String bytes) throws IOException {
    if (question.streaming()) {
      head();
      exchange.chunk(Wire.bytes(bytes));
    } else {
      int at = place();
      body = body.substring(0, at) + bytes + body.substring(at);
    }
  }

  private void halfEvent() throws IOException {
    if (question.streaming()) {
      head();
      byte[] event = wire.word(question, words.get(Math.min(said, words.size() - 1)), said + 1);
      exchange.chunk(Arrays.copyOf(event, event.length / 2));
    }
  }

  private void fail(Reply.Refusal refusal) throws IOException {
    if (question.streaming()) {
      head();
      exchange.chunk(wire.errorEvent(refusal));
    } else {
      body = wire.error(refusal);
      isError = true;
      said = words.size();
    }
  }

  private void finish(Step.Finish finish) throws IOException {
    if (question.streaming()) {
      head();
      exchange.chunk(wire.end(question, saidSoFar(), finish.finish()));
      if (finish.marked()) {
        exchange.chunk(wire.marker());
      }
    } else if (!isHeadSent) {
      body = wire.answer(question, saidSoFar(), finish.finish());
    }
    endOfBody();
  }

  private void call(Reply.ToolUse use) throws IOException {
    if (!question.streaming()) {
      other(new Step.Other(200, Map.of(), wire.call(question, use), 0));
      return;
    }
    isHeadSent = true;
    streamHead();
    entry.words(1);
    exchange.chunk(wire.callEvents(question, use));
    endOfBody();
  }

  private void recorded(Recording.Answer answer) throws IOException {
    if (Wire.of(answer.path()).getClass() != wire.getClass()) {
      String message = "The answer to be played was recorded at " + answer.path();
      refuse(
          new Step.Refusal(new Reply.Refusal(400, "invalid_request_error", message, 0), Map.of()));
      return;
    }
    isBodyEnded = true;
    if (answer.status() == 0) {
      exchange.reset();
    }
    entry.status(answer.status());
    Map<String, String> headers = new HashMap<>(answer.headers());
    String type = headers.getOrDefault("content-type", JSON);
    headers.remove("content-type");
    exchange.head(answer.status(), type, headers, "Transfer-Encoding: chunked");
    boolean isFrames = type.startsWith(EventFrames.CONTENT_TYPE);
    int billed = answer.status() == 200 ? Math.max(1, Wire.tokens(answer.text())) : 0;
    for (Recording.Piece piece : answer.pieces()) {
      exchange.pause(piece.after());
      entry.words(billed); // whoever has read it may look at once
      exchange.chunk(isFrames ? EventFrames.of(piece.text()) : Wire.bytes(piece.text()));
    }
    if (!answer.isWhole()) {
      exchange.cut();
    }
    exchange.endChunks();
  }

  private String saidSoFar() {
    return String.join("", words.subList(0, said));
  }

  /** A body that is not streamed ends where it is; an error has taken the place of an answer. */
  private void unfinished() {
    if (!question.streaming() && !isHeadSent && !isError) {
      body = body.substring(0, Math.min(place(), body.length() - 1));
    }
  }

  /** How far a body is that is not streamed. */
  private int place() {
    return (int) ((long) body.length() * said / Math.max(1, words.size()));
  }

  private void endOfBody() throws IOException {
    head();
    isBodyEnded = true;
    if (question.streaming()) {
      exchange.endChunks();
    } else {
      exchange.send(body.substring(sent));
    }
  }

  private void other(Step.Other other) throws IOException {
    byte[] bytes = other.body().getBytes(UTF_8);
    entry.status(other.status());
    isBodyEnded = true;
    String type = other.headers().getOrDefault("Content-Type", JSON);
    Map<String, String> headers = new HashMap<>(other.headers());
    headers.remove("Content-Type");
    exchange.head(other.status(), type, headers, "Content-Length: " + bytes.length);
    if (other.status() == 200 && other.missing() == 0) {
      entry.words(1); // whoever has read it may look at once
    }
    exchange.send(Arrays.copyOf(bytes, bytes.length - other.missing()));
    if (other.missing() > 0) {
      exchange.cut();
    }
  }
}
