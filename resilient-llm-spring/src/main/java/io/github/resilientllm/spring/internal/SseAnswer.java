package io.github.resilientllm.spring.internal;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmAnswerEvent;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One answer on its way to one browser. When the browser goes away, the model's call ends. */
public final class SseAnswer implements AutoCloseable {
  private final ChatStream stream;
  private final SseEmitter emitter;

  /** Held while something is sent. */
  private final ReentrantLock sending = new ReentrantLock();

  /** Prepares an answer. */
  public SseAnswer(ChatStream stream, SseEmitter emitter) {
    this.stream = stream;
    this.emitter = emitter;
    emitter.onError(gone -> stream.close());
    emitter.onTimeout(stream::close);
    emitter.onCompletion(stream::close);
  }

  /** Reads the stream to its end, on this thread. */
  public void run() {
    try {
      for (ChatEvent event : stream) {
        Optional<LlmAnswerEvent> heard = LlmAnswerEvent.of(event);
        if (heard.isPresent()) {
          send(heard.get());
        }
      }
      emitter.complete();
    } catch (LlmException failed) {
      fail(failed);
    } catch (IOException | IllegalStateException browserGone) {
      stream.close();
    } catch (RuntimeException | Error bug) {
      emitter.completeWithError(bug);
      throw bug;
    }
  }

  /** Sends a comment, unless something is being sent anyway. Any thread may call it. */
  public void feelForBrowser() {
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
      send(LlmAnswerEvent.of(failed));
      emitter.complete();
    } catch (IOException | IllegalStateException browserGone) {
      stream.close(); // nobody is left to tell
    }
  }

  private void send(LlmAnswerEvent event) throws IOException {
    sending.lock();
    try {
      emitter.send(SseEmitter.event().name(event.name()).data(event, MediaType.APPLICATION_JSON));
    } finally {
      sending.unlock();
    }
  }
}
