package com.example.desk;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;

/** Answers questions about orders: streamed, with a memory for each chat. */
@Service
public class Support {
  private final ChatClient client;

  Support(ChatClient.Builder builder, ChatMemory memory, Orders orders) {
    this.client =
        builder
            .defaultSystem("You are the support desk of a shop. Be brief.")
            .defaultTools(orders)
            .defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build())
            .build();
  }

  public Flux<String> answer(String chat, String question) {
    return client
        .prompt(question)
        .advisors(advisors -> advisors.param(ChatMemory.CONVERSATION_ID, chat))
        .stream()
        .content();
  }
}
