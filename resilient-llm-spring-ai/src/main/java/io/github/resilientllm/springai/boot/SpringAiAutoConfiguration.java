package io.github.resilientllm.springai.boot;

import io.github.resilientllm.Target;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.springai.SpringAi;
import java.util.Optional;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Primary;

/** The client as the chat model that is injected, and the journal as the memory of chats. */
@AutoConfiguration(
    beforeName = {
      "org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration",
      "org.springframework.ai.model.chat.memory.autoconfigure.ChatMemoryAutoConfiguration"
    },
    afterName = {
      "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
      "org.springframework.ai.model.chat.memory.redis.autoconfigure.RedisChatMemoryAutoConfiguration",
      "org.springframework.ai.model.chat.memory.repository.cassandra.autoconfigure.CassandraChatMemoryRepositoryAutoConfiguration",
      "org.springframework.ai.model.chat.memory.repository.jdbc.autoconfigure.JdbcChatMemoryRepositoryAutoConfiguration",
      "org.springframework.ai.model.chat.memory.repository.mongo.autoconfigure.MongoChatMemoryAutoConfiguration",
      "org.springframework.ai.model.chat.memory.repository.neo4j.autoconfigure.Neo4jChatMemoryRepositoryAutoConfiguration",
      "org.springframework.ai.model.chat.memory.repository.redis.autoconfigure.RedisChatMemoryRepositoryAutoConfiguration"
    })
@ConditionalOnClass({ChatModel.class, LlmClients.class})
@ConditionalOnBean(LlmClients.class)
@ConditionalOnBooleanProperty(name = "resilient-llm.spring-ai.enabled", matchIfMissing = true)
final class SpringAiAutoConfiguration {

  /** Follows an {@code @LlmFallback} around the call, as the client does that it is made of. */
  @Bean(ChatModelBeans.OURS)
  @Primary
  @Conditional(OnNoPrimaryChatModel.class)
  ChatModel resilientChatModel(LlmClients clients, ObjectProvider<ChatModelBeans> models) {
    LlmClient client = clients.client();
    ChatModelBeans known = models.getIfAvailable();
    if (known == null) {
      return SpringAi.chatModel(client);
    }
    for (Target.State target : clients.resilient(clients.defaultPolicy()).targets()) {
      Optional<ChatOptions> options = known.options(target.vendor(), target.model());
      if (options.isPresent()) {
        return SpringAi.chatModel(client, options.get());
      }
    }
    return SpringAi.chatModel(client);
  }

  @Bean
  @ConditionalOnSingleCandidate(Journal.class)
  @ConditionalOnMissingBean(ChatMemoryRepository.class)
  ChatMemoryRepository resilientChatMemoryRepository(Journal journal) {
    return SpringAi.memory(journal);
  }
}
