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
  private static final Duration SILENCE = Duration.ofMillis(50);
  private static final String COMMENT = ": still here\n\n";

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
      String call =
          question.streaming() ? wire.callEvents(question, use) : wire.call(question, use);
      steps.add(new Step.Other(200, Map.of("Content-Type", type()), call, 0));
    } else if (reply instanceof Reply.Refusal refusal) {
      steps.add(new Step.Refusal(refusal, Map.of()));
    } else {
      steps.add(new Step.Cut());
    }
    return new Reply.Played("", Duration.ZERO, steps);
  }

  private void refuse(Step.Refusal refused) throws IOException {
    Reply.Refusal refusal = refused.refusal();
    Map<String, String> headers = new HashMap<>(refused.headers());
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
      endOfBody();
    } else if (step instanceof Step.Cut) {
      flush();
      exchange.cut();
    } else if (step instanceof Step.Reset) {
      flush();
      exchange.reset();
    } else if (step instanceof Step.Other other) {
      other(other);
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
    entry.status(200);
    int length = body.getBytes(UTF_8).length;
    exchange.head(
        200,
        type(),
        Map.of(),
        question.streaming() ? "Transfer-Encoding: chunked" : "Content-Length: " + length);
    if (question.streaming()) {
      exchange.chunk(wire.start(question));
    }
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
      exchange.chunk(COMMENT);
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
    int until = (int) ((long) body.length() * said / Math.max(1, words.size()));
    // A whole answer's last brace waits for its end.
    until = Math.min(until, body.length() - 1);
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
        exchange.chunk(COMMENT);
      } else {
        exchange.hang();
      }
    }
  }

  private void raw(String bytes) throws IOException {
    if (question.streaming()) {
      head();
      exchange.chunk(bytes);
    } else {
      int at = (int) ((long) body.length() * said / Math.max(1, words.size()));
      body = body.substring(0, at) + bytes + body.substring(at);
    }
  }

  private void halfEvent() throws IOException {
    if (question.streaming()) {
      head();
      String event = wire.word(question, words.get(Math.min(said, words.size() - 1)), said + 1);
      exchange.chunk(event.substring(0, event.length() / 2));
    }
  }

  private void fail(Reply.Refusal refusal) throws IOException {
    if (question.streaming()) {
      head();
      exchange.chunk(wire.errorEvent(refusal));
    } else {
      body = wire.error(refusal);
      said = words.size();
    }
  }

  private void finish(Step.Finish finish) throws IOException {
    if (question.streaming()) {
      head();
      exchange.chunk(wire.end(question, said, finish.finish()));
      if (finish.marked()) {
        exchange.chunk(wire.marker());
      }
    } else if (!isHeadSent) {
      String end = String.join("", words.subList(0, said));
      body = wire.answer(question, end, finish.finish());
    }
    endOfBody();
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
    String type = other.headers().getOrDefault("Content-Type", "application/json");
    Map<String, String> headers = new HashMap<>(other.headers());
    headers.remove("Content-Type");
    exchange.head(other.status(), type, headers, "Content-Length: " + bytes.length);
    exchange.send(Arrays.copyOf(bytes, bytes.length - other.missing()));
    if (other.missing() > 0) {
      exchange.cut();
    }
    if (other.status() == 200) {
      entry.words(1);
    }
  }

  private String type() {
    return question.streaming() ? "text/event-stream" : "application/json";
  }
}
