package dev.langchain4j.service.spring;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;

/** What LangChain4j's starter makes an {@code @AiService} by, as far as our beans meet it. */
public final class AiServiceFactory {
  private ChatModel chatModel;
  private StreamingChatModel streamingChatModel;

  /** The model that the service asks. */
  public ChatModel chatModel() {
    return chatModel;
  }

  public StreamingChatModel streamingChatModel() {
    return streamingChatModel;
  }

  public void setChatModel(ChatModel model) {
    this.chatModel = model;
  }

  public void setStreamingChatModel(StreamingChatModel model) {
    this.streamingChatModel = model;
  }
}
