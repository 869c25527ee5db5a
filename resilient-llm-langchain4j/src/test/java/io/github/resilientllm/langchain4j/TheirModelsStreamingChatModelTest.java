package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.common.StreamingMode;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's tests of a streaming model, over a client whose target is LangChain4j's own. */
class TheirModelsStreamingChatModelTest extends AbstractStreamingChatModelIT {
  private final LocalVendor vendor = WellReadVendor.start();
  private final LangChain4jModels models = LangChain4jModels.over(Ladder.over(vendor).build());

  @AfterAll
  void close() {
    vendor.close();
  }

  @Override
  protected List<StreamingMode> streamingModes() {
    return List.of(StreamingMode.HANDLER, StreamingMode.PUBLISHER);
  }

  @Override
  protected List<StreamingChatModel> baseModels() {
    return List.of(models.streamingChatModel());
  }

  @Override
  protected String customModelName() {
    return "another";
  }

  @Override
  protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
    return models.withDefaultParameters(parameters).streamingChatModel();
  }

  @Override
  public StreamingChatModel createModelWith(ChatModelListener listener) {
    return models.withListeners(List.of(listener)).streamingChatModel();
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return OpenAiChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  @Override
  protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(
      StreamingChatModel model) {
    return OpenAiChatResponseMetadata.class;
  }

  @Override
  protected Class<? extends TokenUsage> tokenUsageType(StreamingChatModel model) {
    return OpenAiTokenUsage.class;
  }

  /** It waits 30 seconds for nothing to come; {@code CancelTest} has the same in a moment. */
  @Override
  protected boolean supportsStreamingCancellation() {
    return Boolean.getBoolean("resilientllm.slow");
  }
}
