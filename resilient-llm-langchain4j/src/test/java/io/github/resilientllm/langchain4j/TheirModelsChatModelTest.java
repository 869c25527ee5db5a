package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's tests of a model, over a client whose target is LangChain4j's OpenAI model. */
class TheirModelsChatModelTest extends AbstractChatModelIT {
  private final LocalVendor vendor = WellReadVendor.start();
  private final LangChain4jModels models = LangChain4jModels.over(Ladder.over(vendor).build());

  @AfterAll
  void close() {
    vendor.close();
  }

  @Override
  protected List<ChatModel> models() {
    return List.of(models.chatModel());
  }

  @Override
  protected String customModelName() {
    return "another";
  }

  @Override
  protected ChatModel createModelWith(ChatRequestParameters parameters) {
    return models.withDefaultParameters(parameters).chatModel();
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return OpenAiChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  @Override
  protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(ChatModel model) {
    return OpenAiChatResponseMetadata.class;
  }

  @Override
  protected Class<? extends TokenUsage> tokenUsageType(ChatModel model) {
    return OpenAiTokenUsage.class;
  }

  @Override
  protected boolean supportsChatAsync() {
    return true;
  }
}
