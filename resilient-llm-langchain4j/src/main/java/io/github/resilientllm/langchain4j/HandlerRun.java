package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.LoggerFactory;

/**
 * One stream read for a handler of LangChain4j's, on one thread.
 *
 * <p>The call ends once: with {@code onCompleteResponse}, with {@code onError}, or with nothing if
 * it was cancelled. What the handler itself throws is told to its {@code onError}, as LangChain4j's
 * own models do, and changes nothing else.
 */
final class HandlerRun implements Runnable, StreamingHandle {
  private final ChatStream stream;
  private final StreamingChatResponseHandler handler;
  private final boolean restartsTold;
  private Pieces pieces = new Pieces();
  private boolean called; // a tool, by a call that was told whole
  private volatile boolean cancelled;

  HandlerRun(ChatStream stream, StreamingChatResponseHandler handler, boolean restartsTold) {
    this.stream = stream;
    this.handler = handler;
    this.restartsTold = restartsTold;
  }

  @Override
  public void run() {
    try (stream) {
      StringBuilder shown = new StringBuilder();
      for (ChatEvent event : stream) {
        if (cancelled) {
          return;
        }
        shown.append(Restarts.textOf(event));
        if (event instanceof ChatEvent.Restarted again) {
          Restarts.allow(again, shown, restartsTold, called);
          shown.setLength(0);
          pieces = new Pieces();
        }
        tell(event);
      }
    } catch (LlmException e) {
      failed(OurFailure.of(e));
    } catch (RuntimeException | Error e) { // of a client that is not ours
      failed(e);
    }
  }

  /** There was no thread for it. */
  void refused(RejectedExecutionException e) {
    stream.close();
    failed(e);
  }

  @Override
  public void cancel() {
    cancelled = true;
    stream.close();
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  private void tell(ChatEvent event) {
    if (event instanceof ChatEvent.Delta delta) {
      pieces.of(delta).forEach(this::tellPiece);
    } else if (event instanceof ChatEvent.Restarted) {
      guarded(() -> handler.onUnmappedRawEvent(event));
    } else if (event instanceof ChatEvent.Finished finished) {
      pieces.end().forEach(this::tellPiece);
      if (finished.response().nativeResponse().orElse(null) instanceof NativeAnswer given) {
        given.trailing().forEach(this::tellPiece);
      }
      guarded(() -> handler.onCompleteResponse(OurAnswer.of(finished.response())));
    }
  }

  private void tellPiece(Object piece) {
    guarded(
        () -> {
          if (piece instanceof PartialResponse text) {
            handler.onPartialResponse(text, new PartialResponseContext(this));
          } else if (piece instanceof PartialThinking thought) {
            handler.onPartialThinking(thought, new PartialThinkingContext(this));
          } else if (piece instanceof PartialToolCall call) {
            handler.onPartialToolCall(call, new PartialToolCallContext(this));
          } else if (piece instanceof CompleteToolCall call) {
            called = true;
            handler.onCompleteToolCall(call);
          } else if (piece instanceof RawPiece raw) {
            handler.onUnmappedRawEvent(raw.event());
          }
        });
  }

  private void guarded(Runnable callback) {
    if (cancelled) {
      return;
    }
    try {
      callback.run();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void failed(Throwable failure) {
    if (cancelled) {
      return;
    }
    try {
      handler.onError(failure);
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(HandlerRun.class)
          .warn("A handler's onError threw {}", e.getClass().getName());
    }
  }
}
