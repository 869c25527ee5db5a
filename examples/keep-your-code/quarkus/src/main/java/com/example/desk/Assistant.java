package com.example.desk;

import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.UserMessage;
import io.quarkiverse.langchain4j.RegisterAiService;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;

/** Answers questions about orders: streamed, with a memory for each chat. */
@ApplicationScoped
@RegisterAiService(
    chatLanguageModelSupplier = Models.Whole.class,
    streamingChatLanguageModelSupplier = Models.Streamed.class,
    tools = Orders.class)
public interface Assistant {
  @SystemMessage("You are the support desk of a shop. Be brief.")
  Multi<String> answer(@MemoryId String chat, @UserMessage String question);
}
