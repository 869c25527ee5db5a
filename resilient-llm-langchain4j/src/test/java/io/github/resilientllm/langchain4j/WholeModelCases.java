package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.test.vendor.LocalVendor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's own tests of a model, over a client that asks a local vendor. */
abstract class WholeModelCases extends AbstractChatModelIT {
  private final LocalVendor vendor = WellReadVendor.start();
  private final LangChain4jModels models;

  WholeModelCases(Function<String, ResilientLlm> client) {
    this.models = LangChain4jModels.over(client.apply(vendor.baseUrl()));
  }

  @AfterAll
  void close() {
    vendor.close();
  }

  @Override
  protected List<ChatModel> models() {
    return List.of(models.chatModel());
  }

  @Override
  protected ChatModel createModelWith(ChatRequestParameters parameters) {
    return models.withDefaultParameters(parameters).chatModel();
  }

  @Override
  protected boolean supportsChatAsync() {
    return true;
  }
}
