package com.example.desk;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import io.github.resilientllm.examples.rehearsal.Rehearsal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A support desk: each line of the console is a question in one chat. */
public final class Desk {

  /** Answers questions about orders: streamed, with a memory for each chat. */
  interface Assistant {
    @SystemMessage("You are the support desk of a shop. Be brief.")
    TokenStream answer(@MemoryId String chat, @UserMessage String question);
  }

  /** The shop's orders. */
  static final class Orders {
    @Tool("Says where an order is")
    String find(@P("the order's number") String number) {
      return "order " + number + ": left on Monday, in Leipzig, due on Tuesday";
    }
  }

  private Desk() {}

  public static void main(String[] args) throws IOException {
    Rehearsal.of(args); // vendors on this machine, if --outage=... says so
    Assistant assistant = assistant();
    BufferedReader console =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = console.readLine(); line != null; line = console.readLine()) {
      try {
        show(assistant.answer("console", line), System.out::print).join();
        System.out.println();
      } catch (CompletionException e) {
        System.out.println(" [" + e.getCause().getMessage() + "]");
      }
    }
  }

  static Assistant assistant() {
    ChatMemoryStore store = new InMemoryChatMemoryStore();
    return AiServices.builder(Assistant.class)
        .streamingChatModel(model("openai"))
        .chatMemoryProvider(
            chat ->
                MessageWindowChatMemory.builder()
                    .id(chat)
                    .maxMessages(50)
                    .chatMemoryStore(store)
                    .build())
        .tools(new Orders())
        .build();
  }

  private static StreamingChatModel model(String vendor) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(System.getProperty(vendor + ".url"))
        .apiKey(System.getProperty(vendor + ".key", "none"))
        .modelName(System.getProperty(vendor + ".model", "gpt-4.1"))
        .build();
  }

  /** Shows an answer piece by piece; ends as it does, with the whole text. */
  static CompletableFuture<String> show(TokenStream answer, Consumer<String> screen) {
    CompletableFuture<String> end = new CompletableFuture<>();
    answer
        .onPartialResponse(screen)
        .onCompleteResponse(response -> end.complete(response.aiMessage().text()))
        .onError(end::completeExceptionally)
        .start();
    return end;
  }
}
