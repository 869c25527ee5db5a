package io.github.resilientllm.examples.testing;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.okhttp.OpenAi;

/** The support of a web shop, which has two vendors. */
final class Support {
  private final ResilientLlm llm;

  Support(String first, String second) {
    llm =
        ResilientLlm.with(OpenAi.model("gpt-4.1-mini").baseUrl(first).build())
            .fallback(OpenAi.model("gpt-4.1-nano").baseUrl(second).build())
            .build();
  }

  String answer(String question) {
    try (ChatStream stream = llm.stream(question)) {
      return stream.response().text();
    }
  }
}
