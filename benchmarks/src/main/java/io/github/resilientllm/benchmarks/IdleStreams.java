package io.github.resilientllm.benchmarks;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * What streams cost that say nothing: the CPU of the watchdog while threads are blocked in them.
 *
 * <p>{@code IdleStreams 10000 virtual 20}: how many, on which threads ({@code virtual} or {@code
 * platform}), and for how many seconds.
 */
final class IdleStreams {
  private static final String WATCHDOG = "resilient-llm-watchdog";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private IdleStreams() {}

  /** Runs it and prints milliseconds of CPU in a second. */
  public static void main(String[] args) throws Exception {
    int streams = Integer.parseInt(args[0]);
    Executor readers = args[1].equals("virtual") ? virtual() : IdleStreams::startThread;
    int seconds = Integer.parseInt(args[2]);
    CountDownLatch speaking = new CountDownLatch(streams);
    ResilientLlm llm =
        ResilientLlm.with(new SilentProvider(speaking))
            .timeouts(Timeouts.deadline(Duration.ofMinutes(10)).withStall(Duration.ofMinutes(5)))
            .build();
    for (int i = 0; i < streams; i++) {
      readers.execute(() -> read(llm));
    }
    speaking.await();
    Thread.sleep(2_000); // the compiler's threads are done, and all readers are blocked
    long watchdog = THREADS.getThreadCpuTime(watchdog());
    long began = System.nanoTime();
    Thread.sleep(seconds * 1_000L);
    double cpu = THREADS.getThreadCpuTime(watchdog()) - watchdog;
    System.out.printf(
        "%d idle streams on %s threads: %.2f ms of CPU a second%n",
        streams, args[1], cpu / (System.nanoTime() - began) * 1_000);
    System.exit(0); // the readers are blocked for good
  }

  private static void startThread(Runnable task) {
    Thread thread = new Thread(null, task, "reader", 256 * 1024, false);
    thread.setDaemon(true);
    thread.start();
  }

  private static Executor virtual() throws ReflectiveOperationException { // compiled for 17
    return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private static void read(ResilientLlm llm) {
    try (ChatStream stream = llm.stream(ChatRequest.of("Where is my parcel?"))) {
      stream.iterator().forEachRemaining(event -> {});
    }
  }

  private static long watchdog() {
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().equals(WATCHDOG)) {
        return thread.getThreadId();
      }
    }
    throw new IllegalStateException("No thread is called " + WATCHDOG);
  }

  /** A vendor that says one word and then nothing. */
  private record SilentProvider(CountDownLatch speaking) implements LlmProvider {
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
      return new SilentCall(speaking);
    }
  }

  private static final class SilentCall implements ProviderCall {
    private final CountDownLatch speaking;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean spoke;

    SilentCall(CountDownLatch speaking) {
      this.speaking = speaking;
    }

    @Override
    public ChatEvent.@Nullable Delta next() {
      if (!spoke) {
        spoke = true;
        return new ChatEvent.TextDelta("It");
      }
      speaking.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return null;
    }

    @Override
    public Completion completion() {
      return Completion.of(FinishReason.STOP, Usage.of(12, 1));
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
