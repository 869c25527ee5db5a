package io.github.resilientllm.test.judge;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.test.OurAttempts;
import io.github.resilientllm.test.Timeline;
import java.util.List;

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
    return new Judged(building.build(setting));
  }

  private static final class Judged implements Client {
    private final LlmClient llm;
    private List<Timeline.Attempt> attempts = List.of();

    Judged(LlmClient llm) {
      this.llm = llm;
    }

    @Override
    public Said ask(String question, boolean streaming) {
      try {
        ChatResponse response = ask(ChatRequest.of(question), streaming);
        attempts = OurAttempts.told(response.attempts());
        return said(response);
      } catch (LlmException failed) {
        attempts = OurAttempts.told(failed.attempts());
        throw failed;
      }
    }

    @Override
    public List<Timeline.Attempt> attempts() {
      return attempts;
    }

    private ChatResponse ask(ChatRequest request, boolean streaming) {
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
}
