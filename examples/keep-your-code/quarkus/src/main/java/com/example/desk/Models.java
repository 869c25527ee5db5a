package com.example.desk;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.langchain4j.JournalChatMemoryStore;
import io.github.resilientllm.langchain4j.LangChain4jModels;
import io.quarkiverse.langchain4j.ModelName;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The two named models of Quarkus's as targets of one that keeps trying, and the memory. */
public class Models {

  /** For whole answers. */
  @Singleton
  @Unremovable // for only an annotation names it
  public static class Whole implements Supplier<ChatModel> {
    @Inject
    @ModelName("main")
    ChatModel main;

    @Inject
    @ModelName("backup")
    ChatModel backup;

    @Override
    public ChatModel get() {
      return LangChain4jModels.whole(main, backup);
    }
  }

  /** For streamed ones. */
  @Singleton
  @Unremovable
  public static class Streamed implements Supplier<StreamingChatModel> {
    @Inject
    @ModelName("main")
    StreamingChatModel main;

    @Inject
    @ModelName("backup")
    StreamingChatModel backup;

    @Override
    public StreamingChatModel get() {
      return LangChain4jModels.streaming(main, backup);
    }
  }

  @Produces
  @Singleton
  ChatMemoryStore store() {
    return JournalChatMemoryStore.on(FileJournal.at(Path.of("chats")));
  }
}
