package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One client's guests cannot take the clocks of another's calls, in real time. */
class ClocksTest {
  private static final Duration DEADLINE = Duration.ofMillis(150);

  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void release() {
    release.countDown();
  }

  @Test
  void aListenerThatBlocksOverAnUnreadStreamStopsNobodysClock() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    ResilientLlm blocking =
        client(() -> {})
            .listener(
                event -> {
                  if (event instanceof CallEvent.CallEnded) {
                    blocked.countDown();
                    block();
                  }
                })
            .build();
    leave(blocking);
    assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatClocksRun();
  }

  @Test
  void aTransportWhoseCloseBlocksStopsNobodysClock() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    ResilientLlm blocking =
        client(
                () -> {
                  blocked.countDown();
                  block();
                })
            .build();
    leave(blocking);
    assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatClocksRun();
  }

  @Test
  void aCloseThatThrowsWhileTheLogDoesAsWellStopsNobodysClock() throws Exception {
    Logger logger = Logger.getLogger("io.github.resilientllm");
    CountDownLatch lines = new CountDownLatch(2); // the failed close, and that telling it failed
    Handler broken = new BrokenAppender(lines);
    ResilientLlm throwing =
        client(
                () -> {
                  throw new AssertionError("a bug of the transport");
                })
            .build();
    logger.setLevel(Level.WARNING);
    logger.addHandler(broken);
    try {
      leave(throwing);
      assertThat(lines.await(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      logger.removeHandler(broken);
      logger.setLevel(null);
    }
    assertThatClocksRun();
  }

  private void assertThatClocksRun() throws Exception {
    ResilientLlm llm = client(() -> {}).build();
    List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(llm.chatAsync(ChatRequest.of("q")));
    }
    for (CompletableFuture<ChatResponse> call : calls) {
      assertThat(call.handle((answer, failure) -> failure).get(10, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              LlmException.class,
              e -> assertThat(e.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED));
    }
  }

  private static ResilientLlm.Builder client(Runnable atClose) {
    return ResilientLlm.with(new Silent(atClose)).retry(Retry.none()).deadline(DEADLINE);
  }

  private static void leave(ResilientLlm llm) {
    Iterator<ChatEvent> events = llm.stream("q").iterator();
    assertThat(events.next()).isInstanceOf(ChatEvent.TextDelta.class);
  }

  private void block() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  /** A handler as bad as they come. */
  private static final class BrokenAppender extends Handler {
    private final CountDownLatch lines;

    BrokenAppender(CountDownLatch lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord line) {
      lines.countDown();
      throw new IllegalStateException("the disk of the log is full");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** A vendor that says one word, and then nothing until it is closed. */
  private record Silent(Runnable atClose) implements LlmProvider {
    @Override
    public String vendor() {
      return "silent";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return new SilentCall(atClose);
    }
  }

  private static final class SilentCall implements ProviderCall {
    private final Runnable atClose;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean spoke;

    SilentCall(Runnable atClose) {
      this.atClose = atClose;
    }

    @Override
    public ChatEvent.@Nullable Delta next() {
      if (!spoke) {
        spoke = true;
        return new ChatEvent.TextDelta("It");
      }
      while (closed.getCount() > 0) { // as a socket, it notices no interrupt
        Time.system().park(Time.system().nanos() + 1_000_000);
      }
      throw new IllegalStateException("closed");
    }

    @Override
    public Completion completion() {
      return Completion.of(FinishReason.STOP, Usage.unknown());
    }

    @Override
    public void close() {
      closed.countDown();
      atClose.run();
    }
  }
}
