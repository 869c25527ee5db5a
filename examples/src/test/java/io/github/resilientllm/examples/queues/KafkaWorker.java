package io.github.resilientllm.examples.queues;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.LlmException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Answers what stands in a topic.
 *
 * @param consumer with {@code max.poll.records=1} and {@code enable.auto.commit=false}
 */
record KafkaWorker(Consumer<String, String> consumer, ResilientLlm llm, Replies replies) {

  /** One turn of the worker's loop. It goes on polling in an outage, so that it stays a member. */
  void turn() {
    if (Gate.closedFor(llm).isZero()) {
      consumer.resume(consumer.paused());
    } else {
      consumer.pause(consumer.assignment());
    }
    for (ConsumerRecord<String, String> mail : consumer.poll(Duration.ofSeconds(1))) {
      TopicPartition partition = new TopicPartition(mail.topic(), mail.partition());
      try {
        ChatRequest request = ChatRequest.builder().user(mail.value()).background().build();
        replies.send(mail.key(), llm.chat(request).text());
      } catch (LlmException e) {
        if (Gate.isOutage(e)) {
          consumer.seek(partition, mail.offset()); // the same again, when the gate is open
          return;
        }
        replies.giveUp(mail.key(), e.kind());
      }
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(mail.offset() + 1)));
    }
  }
}
