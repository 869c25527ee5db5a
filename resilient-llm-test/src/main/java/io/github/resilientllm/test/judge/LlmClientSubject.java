package io.github.resilientllm.test.judge;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;

/** Judges a {@link LlmClient}, such as a {@code ResilientLlm}. Needs {@code resilient-llm-api}. */
public final class LlmClientSubject implements Subject {
  /** Sets up a client for a scenario. */
  @FunctionalInterface
  public interface Building {
    /** Sets up a client. */
    LlmClient build(Setting setting);
  }

  private final String name;
  private final Building building;

  private LlmClientSubject(String name, Building building) {
    this.name = name;
    this.building = building;
  }

  /** A subject of that name. */
  public static LlmClientSubject of(String name, Building building) {
    return new LlmClientSubject(name, building);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Client open(Setting setting) {
    LlmClient llm = building.build(setting);
    return (question, streaming) -> said(ask(llm, ChatRequest.of(question), streaming));
  }

  private static ChatResponse ask(LlmClient llm, ChatRequest request, boolean streaming) {
    if (!streaming) {
      return llm.chat(request);
    }
    try (ChatStream stream = llm.stream(request)) {
      return stream.response();
    }
  }

  private static Said said(ChatResponse response) {
    return new Said(
        response.text(),
        response.vendorFinishReason(),
        response.model(),
        response.usage().outputTokens().orElse(-1));
  }
}
