package io.github.resilientllm.examples.desk;

import io.github.resilientllm.chat.ChatStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The answers on their way to browsers, each on a thread of its own and no more than so many. */
@Component
class AnswerStreams {
  /** Longer than any call may take: its own deadline ends it before. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final AsyncTaskExecutor threads;
  private final Semaphore free;
  private final Set<RunningAnswer> running = ConcurrentHashMap.newKeySet();

  AnswerStreams(
      @Qualifier("applicationTaskExecutor") AsyncTaskExecutor threads,
      @Value("${desk.answers-at-once}") int answersAtOnce) {
    this.threads = threads;
    this.free = new Semaphore(answersAtOnce);
  }

  /**
   * Sends an answer as it is written.
   *
   * @throws ResponseStatusException if too many are under way
   */
  SseEmitter send(ChatStream stream) {
    if (!free.tryAcquire()) {
      stream.close();
      throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "Everybody is busy");
    }
    SseEmitter emitter = new SseEmitter(TIMEOUT.toMillis());
    RunningAnswer answer = new RunningAnswer(stream, emitter);
    running.add(answer);
    try {
      threads.execute(() -> run(answer));
    } catch (RuntimeException refused) {
      end(answer);
      throw refused;
    }
    return emitter;
  }

  private void run(RunningAnswer answer) {
    try {
      answer.run();
    } finally {
      end(answer);
    }
  }

  private void end(RunningAnswer answer) {
    answer.close();
    running.remove(answer);
    free.release();
  }

  /** That a browser is gone shows only when something is sent to it. */
  @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
  void feelForBrowsers() {
    running.forEach(RunningAnswer::feelForBrowser);
  }
}
