package org.springframework.samples.clinic;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.spring.LlmHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bean that takes answers, of an application whose package begins as Spring's do. */
public class Secretary {
  private final List<String> sent = new CopyOnWriteArrayList<>();

  /** Takes an answer. */
  @LlmHandler("reply")
  public void reply(Delivery done) {
    sent.add(done.text());
  }

  /** What was taken. */
  public List<String> sent() {
    return sent;
  }
}
