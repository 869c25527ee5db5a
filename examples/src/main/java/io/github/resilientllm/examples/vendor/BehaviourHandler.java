package io.github.resilientllm.examples.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends over HTTP what a {@link Behaviour} decides. What it throws closes the connection. */
final class BehaviourHandler implements HttpHandler {
  /** How often a silent stream looks whether it goes on, and whether the client is still there. */
  private static final Duration SILENCE = Duration.ofMillis(50);

  private final Behaviour behaviour;
  private final CountDownLatch closing;

  /**
   * A handler.
   *
   * @param closing ends every wait when it is counted down
   */
  BehaviourHandler(Behaviour behaviour, CountDownLatch closing) {
    this.behaviour = behaviour;
    this.closing = closing;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Wire wire = Wire.of(path);
    Question question =
        wire.read(path, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    Reply reply = behaviour.reply(question);
    if (reply instanceof Reply.Answer answer) {
      pause(answer.after());
      if (question.streaming()) {
        stream(exchange, wire, question, answer);
      } else {
        send(exchange, 200, "application/json", wire.answer(question, answer.text()));
      }
    } else if (reply instanceof Reply.ToolUse use) {
      String type = question.streaming() ? "text/event-stream" : "application/json";
      String body =
          question.streaming() ? wire.callEvents(question, use) : wire.call(question, use);
      send(exchange, 200, type, body);
    } else if (reply instanceof Reply.Refusal refusal) {
      if (refusal.retryAfterSeconds() > 0) {
        String seconds = Integer.toString(refusal.retryAfterSeconds());
        exchange.getResponseHeaders().set("Retry-After", seconds);
      }
      send(exchange, refusal.status(), "application/json", wire.error(refusal));
    } else {
      exchange.close();
    }
  }

  private void stream(HttpExchange exchange, Wire wire, Question question, Reply.Answer answer)
      throws IOException {
    List<String> words = Prose.words(answer.text());
    int sent = Math.min(words.size(), answer.words());
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write(wire.start(question).getBytes(UTF_8));
    for (int number = 1; number <= sent; number++) {
      if (number > 1) {
        awaitFlow(question, out);
      }
      out.write(wire.word(question, words.get(number - 1), number).getBytes(UTF_8));
      out.flush();
      pause(answer.perWord());
    }
    if (sent == words.size()) {
      out.write(wire.end(question, sent).getBytes(UTF_8));
    }
    // Not in a finally: closing ends the body in good order, which only a whole stream may have.
    out.close();
  }

  private void awaitFlow(Question question, OutputStream out) throws IOException {
    Behaviour.Flow flow = behaviour.flow(question);
    while (flow == Behaviour.Flow.SILENT) {
      pause(SILENCE);
      out.write(": still here\n\n".getBytes(UTF_8));
      out.flush();
      flow = behaviour.flow(question);
    }
    if (flow == Behaviour.Flow.BROKEN) {
      throw new IOException("The stream is to break here");
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void pause(Duration time) throws IOException {
    try {
      if (!time.isZero() && closing.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("The vendor is closed");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("The vendor is closed", interrupted);
    }
  }
}
