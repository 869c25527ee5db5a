package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatResponse;
import reactor.core.publisher.SynchronousSink;

/** Reads a stream of ours as chunks of Spring AI's; blocks for each. */
final class ChunkReader {
  private final ChatStream stream;
  private final Iterator<ChatEvent> events;
  private final Deque<ChatResponse> pending = new ArrayDeque<>();
  private final StringBuilder shown = new StringBuilder();
  private boolean anyShown;
  private boolean callsShown;
  private boolean finished;
  private volatile boolean closed;

  ChunkReader(ChatStream stream) {
    this.stream = stream;
    this.events = stream.iterator();
  }

  /**
   * The next chunk, the end, or the failure. Nothing if it was closed meanwhile: who has cancelled
   * is to hear neither that his call failed nor that it is complete.
   */
  void next(SynchronousSink<ChatResponse> sink) {
    try {
      ChatResponse chunk = chunk();
      if (chunk == null) {
        sink.complete();
      } else {
        sink.next(chunk);
      }
    } catch (LlmException e) {
      if (!closed) {
        sink.error(e);
      }
    }
  }

  /** Ends the stream; nobody listens any more. */
  void close() {
    closed = true;
    stream.close();
  }

  private @Nullable ChatResponse chunk() {
    while (pending.isEmpty() && !finished && events.hasNext()) {
      hear(events.next());
    }
    return pending.poll();
  }

  private void hear(ChatEvent event) {
    if (event instanceof ChatEvent.NativeDelta piece) {
      show(piece);
    } else if (event instanceof ChatEvent.TextDelta piece) {
      shown.append(piece.text());
      anyShown = true;
      pending.add(Answers.chunk(piece.text()));
    } else if (event instanceof ChatEvent.Restarted restarted) {
      restart(restarted);
    } else if (event instanceof ChatEvent.Finished end) {
      finished = true;
      pending.addAll(Answers.rest(end.response(), anyShown, callsShown));
    } // reasoning and tool calls of a vendor of ours are told whole, at the end
  }

  private void show(ChatEvent.NativeDelta piece) {
    anyShown = true;
    for (Object chunk : piece.pieces()) {
      pending.add((ChatResponse) chunk);
    }
    for (ChatEvent.Delta said : piece.meaning()) {
      if (said instanceof ChatEvent.TextDelta text) {
        shown.append(text.text());
      }
      callsShown |= said instanceof ChatEvent.ToolCallDelta;
    }
  }

  /** What was shown cannot be taken back, and half an answer before a whole one is no answer. */
  private void restart(ChatEvent.Restarted restarted) {
    if (anyShown) {
      throw new LlmException(
          restarted.after(),
          "the answer broke off after its first chunk and could not be continued",
          List.of(),
          shown.toString(),
          null,
          null);
    }
  }
}
