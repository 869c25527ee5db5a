package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.ChatStream;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;

/** What support says when no model can be reached. */
class SupportOffline implements Support {
  @Override
  public String where(String ticket, String company, String number) {
    return "We will write to you about " + number + ".";
  }

  @Override
  public Delivery extract(String mail) {
    return new Delivery("", "");
  }

  @Override
  public ChatStream tell(String question) {
    throw new IllegalStateException("offline");
  }

  @Override
  public CompletableFuture<Mood> mood(String mail) {
    return CompletableFuture.completedFuture(Mood.CALM);
  }

  @Override
  public Flux<String> words(String question) {
    return Flux.just("offline");
  }
}
