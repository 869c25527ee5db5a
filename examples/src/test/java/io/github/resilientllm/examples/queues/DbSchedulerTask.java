package io.github.resilientllm.examples.queues;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.LlmException;
import java.time.Duration;
import java.time.Instant;

/** A task of db-scheduler that waits out an outage. */
final class DbSchedulerTask {
  private DbSchedulerTask() {}

  static CustomTask<String> reply(ResilientLlm llm, Replies replies) {
    return Tasks.custom("reply", String.class)
        .execute(
            (mail, context) -> {
              Duration closed = Gate.closedFor(llm);
              if (!closed.isZero()) {
                return later(closed);
              }
              try {
                ChatRequest request =
                    ChatRequest.builder().user(mail.getData()).background().build();
                replies.send(mail.getId(), llm.chat(request).text());
              } catch (LlmException e) {
                if (Gate.isOutage(e)) {
                  return later(Duration.ofSeconds(10));
                }
                replies.giveUp(mail.getId(), e.kind());
              }
              return new CompletionHandler.OnCompleteRemove<>();
            });
  }

  /** Not a failure: that would count, and in three hours of outage all would be given up. */
  private static CompletionHandler<String> later(Duration delay) {
    long jitter = (long) (Math.random() * 30_000); // or all of them come at once
    return (done, operations) ->
        operations.reschedule(done, Instant.now().plus(delay).plusMillis(jitter));
  }
}
