package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.spring.ConversationId;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.UserMessage;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;

/** The documentation's example of a service. */
@LlmService(policy = "support", fallback = SupportOffline.class)
interface Support {
  @SystemMessage("You are a support agent of {{company}}.")
  @UserMessage("Where is parcel {{number}}?")
  String where(@ConversationId String ticket, String company, String number);

  Delivery extract(String mail); // a record

  ChatStream tell(String question);

  CompletableFuture<Mood> mood(String mail); // an enum, later

  Flux<String> words(String question); // with Reactor
}
