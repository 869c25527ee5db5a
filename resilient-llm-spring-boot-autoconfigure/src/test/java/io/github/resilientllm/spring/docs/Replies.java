package io.github.resilientllm.spring.docs;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.Work;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.LlmOutbox;
import org.springframework.stereotype.Service;

/** The documentation's example of work that waits. */
@Service
class Replies {
  private final LlmOutbox outbox;
  private final Mail mail;

  Replies(LlmOutbox outbox, Mail mail) {
    this.outbox = outbox;
    this.mail = mail;
  }

  void question(String mailId, String from, String question) {
    outbox.submit(
        Work.of(question)
            .handler("reply")
            .attribute("to", from)
            .key(mailId) // submitted twice, it is kept once
            .priority(Priority.CRITICAL));
  }

  @LlmHandler("reply")
  public void reply(Delivery done) {
    mail.send(done.attribute("to"), done.text(), done.key());
  }
}
