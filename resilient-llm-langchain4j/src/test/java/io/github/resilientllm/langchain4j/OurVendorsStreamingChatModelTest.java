package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.common.StreamingMode;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's tests of a streaming model, over a client with a vendor of ours. */
class OurVendorsStreamingChatModelTest extends AbstractStreamingChatModelIT {
  private final LocalVendor vendor = WellReadVendor.start();
  private final LangChain4jModels models =
      LangChain4jModels.over(OurVendorsChatModelTest.client(vendor));

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
  protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
    return models.withDefaultParameters(parameters).streamingChatModel();
  }

  @Override
  public StreamingChatModel createModelWith(ChatModelListener listener) {
    return models.withListeners(List.of(listener)).streamingChatModel();
  }

  /** The targets of a client say which models are asked. */
  @Override
  protected boolean supportsModelNameParameter() {
    return false;
  }

  /** There are none of ours. */
  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return ChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  /** It waits 30 seconds for nothing to come; {@code CancelTest} has the same in a moment. */
  @Override
  protected boolean supportsStreamingCancellation() {
    return Boolean.getBoolean("resilientllm.slow");
  }
}
