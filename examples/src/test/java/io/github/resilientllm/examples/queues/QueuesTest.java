package io.github.resilientllm.examples.queues;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.time.TestTime;
import io.github.resilientllm.test.time.VirtualModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The recipes of docs/outbox.md, through an outage in virtual time. */
class QueuesTest implements Replies {
  private static final TopicPartition MAILS = new TopicPartition("mails", 0);

  private final List<String> told = new ArrayList<>();

  @Override
  public void send(String id, String text) {
    told.add(id);
  }

  @Override
  public void giveUp(String id, ErrorKind why) {
    told.add(id + " " + why);
  }

  @Test
  void aTopicWaitsOutAnOutageAndIsAnsweredInItsOrder() throws Exception {
    TestTime.run(
        1,
        time -> {
          VirtualModel gpt = time.model("gpt");
          gpt.fails(ErrorKind.SERVER_ERROR).lasting(Duration.ofHours(1));
          MockConsumer<String, String> consumer = consumer();
          KafkaWorker worker = new KafkaWorker(consumer, time.client(ResilientLlm.with(gpt)), this);
          while (time.elapsed().compareTo(Duration.ofMinutes(70)) < 0) {
            publish(consumer, "mail-1", "mail-2", "mail-3");
            worker.turn();
            time.pass(Duration.ofSeconds(1));
            if (time.elapsed().compareTo(Duration.ofMinutes(59)) < 0) {
              assertThat(told).isEmpty();
            }
          }
          assertThat(told).containsExactly("mail-1", "mail-2", "mail-3");
          assertThat(consumer.committed(Set.of(MAILS)).get(MAILS).offset()).isEqualTo(3);
          assertThat(gpt.asked().size()).as("in 3,600 turns").isLessThan(600);
        });
  }

  @Test
  void nothingIsTakenWhileTheOnlyTargetIsForcedOpen() throws Exception {
    TestTime.run(
        1,
        time -> {
          ResilientLlm llm = time.client(ResilientLlm.with(time.model("gpt")));
          String gpt = llm.targets().get(0).name();
          llm.forceOpen(gpt);
          assertThat(Gate.closedFor(llm)).isEqualTo(Duration.ofMinutes(1));
          llm.reset(gpt);
          assertThat(Gate.closedFor(llm)).isZero();
        });
  }

  @Test
  void whatFailsByItsOwnFaultHoldsUpNoOther() throws Exception {
    TestTime.run(
        1,
        time -> {
          VirtualModel gpt = time.model("gpt");
          gpt.fails(ErrorKind.CONTENT_FILTERED).lasting(Duration.ofSeconds(1));
          MockConsumer<String, String> consumer = consumer();
          KafkaWorker worker = new KafkaWorker(consumer, time.client(ResilientLlm.with(gpt)), this);
          for (int turn = 0; turn < 3; turn++) {
            publish(consumer, "mail-1", "mail-2");
            worker.turn();
            time.pass(Duration.ofSeconds(2));
          }
          assertThat(told).containsExactly("mail-1 CONTENT_FILTERED", "mail-2");
        });
  }

  @Test
  void aTaskIsPutOffInAnOutageAndNoFailure() throws Exception {
    TestTime.run(
        1,
        time -> {
          VirtualModel gpt = time.model("gpt");
          gpt.fails(ErrorKind.SERVER_ERROR).lasting(Duration.ofMinutes(1));
          ResilientLlm llm =
              time.client(
                  ResilientLlm.with(gpt).retry(Retry.none()).breaker(Breaker.opensAfter(1, 2)));
          assertThat(run(llm)).as("asked, in vain").isFalse();
          int asked = gpt.asked().size();
          assertThat(run(llm)).as("not asked").isFalse();
          assertThat(gpt.asked()).hasSize(asked);
          time.pass(Duration.ofMinutes(2));
          assertThat(run(llm)).isTrue();
          assertThat(told).containsExactly("mail-1");
        });
  }

  /** Whether the task is done, and not put off; throws if it failed. */
  private boolean run(ResilientLlm llm) {
    CompletionHandler<String> next =
        DbSchedulerTask.reply(llm, this)
            .execute(new TaskInstance<>("reply", "mail-1", "How long?"), null);
    return next instanceof CompletionHandler.OnCompleteRemove;
  }

  private static MockConsumer<String, String> consumer() {
    MockConsumer<String, String> consumer = new MockConsumer<>("earliest");
    consumer.setMaxPollRecords(1);
    consumer.assign(List.of(MAILS));
    consumer.updateBeginningOffsets(Map.of(MAILS, 0L));
    return consumer;
  }

  /** The next poll gets what a broker would give; the mock itself forgets what it gave. */
  private static void publish(MockConsumer<String, String> consumer, String... keys) {
    consumer.schedulePollTask(
        () -> {
          int offset = (int) consumer.position(MAILS);
          if (consumer.paused().isEmpty() && offset < keys.length) {
            consumer.addRecord(new ConsumerRecord<>("mails", 0, offset, keys[offset], "How long?"));
          }
        });
  }
}
