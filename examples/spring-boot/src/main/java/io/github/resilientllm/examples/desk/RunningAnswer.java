package io.github.resilientllm.examples.desk;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One answer on its way to one browser. When the browser goes away, the model's call ends. */
final class RunningAnswer implements AutoCloseable {
  private final ChatStream stream;
  private final SseEmitter emitter;

  /** Held while something is sent. */
  private final ReentrantLock sending = new ReentrantLock();

  RunningAnswer(ChatStream stream, SseEmitter emitter) {
    this.stream = stream;
    this.emitter = emitter;
    emitter.onError(gone -> stream.close());
    emitter.onTimeout(stream::close);
    emitter.onCompletion(stream::close);
  }

  /** Reads the stream to its end, on this thread. */
  void run() {
    try {
      for (ChatEvent event : stream) {
        Optional<AnswerEvent> heard = AnswerEvent.of(event);
        if (heard.isPresent()) {
          send(heard.get());
        }
      }
      emitter.complete();
    } catch (LlmException failed) {
      fail(failed);
    } catch (IOException | IllegalStateException browserGone) {
      stream.close();
    }
  }

  /** Sends a comment, unless something is being sent anyway. Any thread may call it. */
  void feelForBrowser() {
    if (!sending.tryLock()) {
      return;
    }
    try {
      emitter.send(SseEmitter.event().comment(""));
    } catch (IOException | IllegalStateException browserGone) {
      stream.close();
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void close() {
    stream.close();
  }

  private void fail(LlmException failed) {
    try {
      send(AnswerEvent.of(failed));
      emitter.complete();
    } catch (IOException | IllegalStateException browserGone) {
      // Nobody is left to tell; the question is kept as unanswered.
    }
  }

  private void send(AnswerEvent event) throws IOException {
    sending.lock();
    try {
      emitter.send(SseEmitter.event().name(event.name()).data(event, MediaType.APPLICATION_JSON));
    } finally {
      sending.unlock();
    }
  }
}
