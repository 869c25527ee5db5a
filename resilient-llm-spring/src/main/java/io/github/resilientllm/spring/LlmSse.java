package io.github.resilientllm.spring;

import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.internal.SseAnswer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Sends answers to browsers as they are written, as server-sent events of Spring MVC: texts, seams,
 * and an end, see {@link LlmAnswerEvent}. An application that wants it makes it a bean:
 *
 * <pre>{@code
 * @Bean
 * LlmSse answers(@Qualifier("applicationTaskExecutor") AsyncTaskExecutor threads) {
 *   return new LlmSse(threads, 64);
 * }
 *
 * @PostMapping("/questions")
 * SseEmitter ask(@RequestBody Question question) {
 *   return answers.send(agent.answer(question));
 * }
 * }</pre>
 *
 * <p>When the browser goes away, the call on the wire ends, within two seconds also where nothing
 * is said. A call that fails before its first event is an event, too, for the response has begun.
 * Safe for several threads.
 */
public final class LlmSse implements AutoCloseable {
  private static final long NO_TIMEOUT = 0; // a call's own deadline ends it

  private final Executor threads;
  private final Semaphore free;
  private final Set<SseAnswer> running = ConcurrentHashMap.newKeySet();
  private @Nullable ScheduledExecutorService feeling; // for browsers that are gone

  /**
   * Creates it.
   *
   * @param threads what the answers are read on, one thread for each
   * @param atOnce the most answers under way, 1 or more
   * @throws IllegalArgumentException if there could be none
   */
  public LlmSse(Executor threads, int atOnce) {
    if (atOnce < 1) {
      throw new IllegalArgumentException("1 answer at once or more, not " + atOnce);
    }
    this.threads = threads;
    this.free = new Semaphore(atOnce);
  }

  /**
   * Sends an answer, from now on; it closes the stream.
   *
   * @return what a controller returns
   * @throws LlmException of {@link ErrorKind#LIMIT_EXCEEDED} if too many are under way, or the
   *     executor has no thread
   */
  public SseEmitter send(ChatStream stream) {
    if (!free.tryAcquire()) {
      stream.close();
      throw tooMany(null);
    }
    SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
    SseAnswer answer = new SseAnswer(stream, emitter);
    running.add(answer);
    try {
      feel();
      threads.execute(() -> run(answer));
    } catch (RuntimeException refused) {
      end(answer);
      throw tooMany(refused);
    }
    return emitter;
  }

  private void run(SseAnswer answer) {
    try {
      answer.run();
    } finally {
      end(answer);
    }
  }

  private void end(SseAnswer answer) {
    answer.close();
    running.remove(answer);
    free.release();
  }

  private static LlmException tooMany(@Nullable RuntimeException refused) {
    return new LlmException(
        ErrorKind.LIMIT_EXCEEDED, "too many answers are being sent", List.of(), "", null, refused);
  }

  /** That a browser is gone shows only when something is sent to it. */
  private synchronized void feel() {
    if (feeling == null) {
      feeling =
          Executors.newSingleThreadScheduledExecutor(
              work -> {
                Thread thread = new Thread(work, "resilient-llm-sse");
                thread.setDaemon(true);
                return thread;
              });
      var unused =
          feeling.scheduleWithFixedDelay(
              () -> running.forEach(SseAnswer::feelForBrowser), 1, 1, TimeUnit.SECONDS);
    }
  }

  /** Ends all answers under way. */
  @Override
  public synchronized void close() {
    if (feeling != null) {
      feeling.shutdownNow();
    }
    running.forEach(SseAnswer::close);
  }
}
