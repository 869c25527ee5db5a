package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.common.StreamingMode;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.test.vendor.LocalVendor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's own tests of a streaming model, over a client that asks a local vendor. */
abstract class StreamedModelCases extends AbstractStreamingChatModelIT {
  private final LocalVendor vendor = WellReadVendor.start();
  private final LangChain4jModels models;

  StreamedModelCases(Function<String, ResilientLlm> client) {
    this.models = LangChain4jModels.over(client.apply(vendor.baseUrl()));
  }

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

  /** It waits 30 seconds for nothing to come; {@code CancelTest} has the same in a moment. */
  @Override
  protected boolean supportsStreamingCancellation() {
    return Boolean.getBoolean("resilientllm.slow");
  }
}
