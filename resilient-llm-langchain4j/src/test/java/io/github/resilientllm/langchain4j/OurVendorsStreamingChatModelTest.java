package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequestParameters;

/** LangChain4j's tests of a streaming model, over a client with a vendor of ours. */
class OurVendorsStreamingChatModelTest extends StreamedModelCases {
  OurVendorsStreamingChatModelTest() {
    super(Ladder::ours);
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
}
