package io.github.resilientllm.langchain4j.boot;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.langchain4j.JournalChatMemoryStore;
import io.github.resilientllm.langchain4j.LangChain4jModels;
import io.github.resilientllm.spring.LlmClients;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** The client as the models that are injected, and the journal as the store of memories. */
@AutoConfiguration(
    afterName = {
      "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
      "dev.langchain4j.spring.LangChain4jAutoConfig",
      "dev.langchain4j.spring.LangChain4jAutoConfiguration"
    })
@ConditionalOnClass({ChatModel.class, LlmClients.class})
@ConditionalOnBean(LlmClients.class)
@ConditionalOnBooleanProperty(name = "resilient-llm.langchain4j.enabled", matchIfMissing = true)
final class LangChain4jAutoConfiguration {
  private static final String MODELS = "resilientLlmLangChain4jModels";

  @Bean
  static PrimaryModels resilientLlmPrimaryModels() {
    return new PrimaryModels(MODELS);
  }

  @Bean(MODELS)
  Models resilientLlmLangChain4jModels(LlmClients clients) {
    return new Models(clients);
  }

  @Bean
  @ConditionalOnSingleCandidate(Journal.class)
  @ConditionalOnMissingBean(ChatMemoryStore.class)
  ChatMemoryStore resilientChatMemoryStore(Journal journal) {
    return JournalChatMemoryStore.on(journal);
  }

  /** Follow an {@code @LlmFallback} around the call, as the client does that they are made of. */
  static final class Models {
    private final LangChain4jModels models;

    Models(LlmClients clients) {
      this.models =
          LangChain4jModels.over(
              clients.client(), clients.policies().stream().map(clients::resilient).toList());
    }

    ChatModel whole() {
      return models.chatModel();
    }

    StreamingChatModel streaming() {
      return models.streamingChatModel();
    }
  }
}
