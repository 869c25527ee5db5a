package io.github.resilientllm.benchmarks.load;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.load.Contestant;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import java.util.ArrayList;
import java.util.List;

/** This library by its defaults, but for what the scenario sets. */
final class Resilient implements Contestant {
  private final LlmClient llm;

  private Resilient(Setup setup) {
    ResilientLlm.Builder client =
        ResilientLlm.with(Target.of(vendor(setup.url())).named("first"))
            .retry(Retry.upTo(setup.maxAttempts()))
            .budget(setup.guarded() ? Budget.standard() : Budget.unlimited())
            .breaker(
                setup.guarded() ? Breaker.standard().withOpenFor(setup.probe()) : Breaker.none())
            .deadline(setup.timeout());
    if (setup.hedges()) {
      client.hedge(Hedge.extraLoad(0.055).withMaxHedges(2).onSameTarget());
    }
    if (!setup.fallbackUrl().isEmpty()) {
      client.fallback(Target.of(vendor(setup.fallbackUrl())).named("second"));
    }
    llm = client.build();
  }

  private static LlmProvider vendor(String url) {
    return OpenAi.model("gpt-4.1-nano").baseUrl(url).apiKey(ApiKey.of("load")).build();
  }

  @Override
  public String chat(List<String> messages) {
    return llm.chat(request(messages)).text();
  }

  @Override
  public String stream(List<String> messages, Runnable piece) {
    try (ChatStream stream = llm.stream(request(messages))) {
      for (ChatEvent event : stream) {
        if (event instanceof ChatEvent.TextDelta) {
          piece.run();
        }
      }
      return stream.response().text();
    }
  }

  private static ChatRequest request(List<String> messages) {
    List<Message> history = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String text = messages.get(i);
      boolean asks = (messages.size() - i) % 2 == 1;
      history.add(asks ? Message.user(text) : Message.assistant(text));
    }
    return ChatRequest.of(history);
  }

  /** Makes it. */
  public static final class Factory implements Contestant.Factory {
    @Override
    public String name() {
      return "resilient-llm";
    }

    @Override
    public Contestant create(Setup setup) {
      return new Resilient(setup);
    }
  }
}
