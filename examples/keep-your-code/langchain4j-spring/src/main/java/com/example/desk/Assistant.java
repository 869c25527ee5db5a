package com.example.desk;

import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.spring.AiService;

/** Answers questions about orders: streamed, with a memory for each chat. */
@AiService
public interface Assistant {
  @SystemMessage("You are the support desk of a shop. Be brief.")
  TokenStream answer(@MemoryId String chat, @UserMessage String question);
}
