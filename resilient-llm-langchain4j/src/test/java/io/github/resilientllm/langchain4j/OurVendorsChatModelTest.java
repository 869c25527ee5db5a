package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's tests of a model, over a client with a vendor of ours. */
class OurVendorsChatModelTest extends AbstractChatModelIT {
  private final LocalVendor vendor = WellReadVendor.start();
  private final LangChain4jModels models = LangChain4jModels.over(client(vendor));

  static ResilientLlm client(LocalVendor vendor) {
    return ResilientLlm.with(
            OpenAi.model("local")
                .baseUrl(vendor.url())
                .apiKey(ApiKey.of("none"))
                .allowKeyOverPlainHttp()
                .build())
        .build();
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

  @Override
  protected boolean supportsChatAsync() {
    return true;
  }
}
