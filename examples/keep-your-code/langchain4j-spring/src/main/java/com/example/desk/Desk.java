package com.example.desk;

import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.github.resilientllm.examples.rehearsal.Rehearsal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** A support desk: each line of the console is a question in one chat. */
@SpringBootApplication
public class Desk {

  public static void main(String[] args) throws IOException {
    Rehearsal.of(args); // vendors on this machine, if --outage=... says so
    try (ConfigurableApplicationContext context = SpringApplication.run(Desk.class, args)) {
      Assistant assistant = context.getBean(Assistant.class);
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
  }

  @Bean
  ChatMemoryProvider memories(ChatMemoryStore store) {
    return chat ->
        MessageWindowChatMemory.builder().id(chat).maxMessages(50).chatMemoryStore(store).build();
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
