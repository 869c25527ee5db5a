package io.github.resilientllm.springai;

import io.github.resilientllm.chat.Experimental;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.provider.LlmProvider;
import java.util.Objects;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * Spring AI's chat models as targets, a client as a chat model, and a chat memory on a journal.
 *
 * <pre>{@code
 * ResilientLlm llm =
 *     ResilientLlm.with(SpringAi.provider(openAiChatModel))
 *         .fallback(SpringAi.provider(anthropicChatModel))
 *         .fallbackPolicy(Fallback.standard().withMidStream(MidStream.CONTINUE))
 *         .build();
 * ChatModel model = SpringAi.chatModel(llm, openAiChatModel.getOptions());
 * }</pre>
 *
 * <p>In a Spring Boot application all of this is configured, and nobody needs to call it.
 */
@Experimental
public final class SpringAi {
  private SpringAi() {}

  /**
   * A chat model as a target. Prompts, chunks and responses of Spring AI go through it as they are;
   * a request that comes from elsewhere is translated.
   *
   * <p>The model's own retries are to be switched off ({@code spring.ai.openai.max-retries=0}, for
   * one). A stream that ends without a finish reason counts as broken.
   *
   * @param model safe for several threads
   */
  public static LlmProvider provider(ChatModel model) {
    return new SpringAiProvider(Objects.requireNonNull(model, "model"));
  }

  /**
   * The same for a model that was built with {@code http} among the interceptors of its HTTP
   * client: an attempt that is given up ends on the wire at once, also if the vendor has said
   * nothing yet.
   */
  public static LlmProvider provider(ChatModel model, WatchedHttp http) {
    return new SpringAiProvider(
        Objects.requireNonNull(model, "model"), Objects.requireNonNull(http, "http"));
  }

  /**
   * A client as a chat model, for {@code ChatClient} and all that stands on it.
   *
   * <p>A call that fails throws the client's {@code LlmException}, and a stream ends with it. A
   * stream that breaks off after its first chunk goes on with another target where the client's
   * policy is to continue; where the answer would begin again, which a {@code Flux} has no way to
   * say, the stream fails.
   *
   * @param options what prompts without options are asked with, and what those of a {@code
   *     ChatClient} start from: those of the model that is asked first
   */
  public static ChatModel chatModel(LlmClient client, ChatOptions options) {
    return new ResilientChatModel(
        Objects.requireNonNull(client, "client"), Objects.requireNonNull(options, "options"));
  }

  /** The same with options that say nothing, where the targets are all of this library. */
  public static ChatModel chatModel(LlmClient client) {
    return chatModel(client, ToolCallingChatOptions.builder().build());
  }

  /**
   * A chat memory on a journal, in files or in a database. Messages are kept before a method
   * returns, those of tools too, and only what is new is written.
   *
   * <p>A question without a whole answer, and what belongs to it, is kept but not found: the next
   * question takes its place. So a turn that failed is never part of a later prompt.
   *
   * <p>Its conversations are the journal's. Methods throw a {@code JournalException} if it fails.
   */
  public static ChatMemoryRepository memory(Journal journal) {
    return new JournalMemory(Objects.requireNonNull(journal, "journal"));
  }
}
