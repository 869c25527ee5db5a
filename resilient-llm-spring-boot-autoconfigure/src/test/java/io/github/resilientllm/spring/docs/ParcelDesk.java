package io.github.resilientllm.spring.docs;

import io.github.resilientllm.spring.LlmOptions;
import io.github.resilientllm.spring.LlmResult;
import io.github.resilientllm.spring.LlmService;

/** The documentation's example of a service with tools. */
@LlmService(tools = Parcels.class)
@LlmOptions(temperature = 0)
interface ParcelDesk {
  String answer(String question); // the model may look at parcels first

  @LlmOptions(maxOutputTokens = 100)
  LlmResult<Mood> mood(String mail); // the value, and who answered, tokens, attempts
}
