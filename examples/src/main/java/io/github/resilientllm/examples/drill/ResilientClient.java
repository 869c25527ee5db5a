package io.github.resilientllm.examples.drill;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.examples.chat.Vendor;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.LlmProvider;
import java.util.Map;
import java.util.Optional;

/** resilient-llm with two vendors: its defaults, with every clock scaled to the drill's. */
final class ResilientClient implements Contender {
  private final LlmClient llm;

  private ResilientClient(LlmClient llm) {
    this.llm = llm;
  }

  static ResilientClient of(String primaryUrl, String fallbackUrl, Settings settings, Ledger ledger)
      throws UsageException {
    LlmProvider primary = vendor(settings.first(), primaryUrl);
    LlmProvider fallback = vendor(settings.second(), fallbackUrl);
    return new ResilientClient(
        ResilientLlm.with(Target.of(primary).named(Drill.PRIMARY))
            .fallback(Target.of(fallback).named(Drill.FALLBACK))
            .timeouts(Timeouts.deadline(settings.deadline()).withAttempt(settings.attempt()))
            .retry(Retry.upTo(3).withDelay(settings.pause(), settings.attempt()))
            .breaker(
                Breaker.standard()
                    .withOpenFor(settings.breakerOpen())
                    .withLockedFor(settings.breakerOpen()))
            .fallbackPolicy(Fallback.standard().withPatience(settings.pause()))
            .listener(
                event -> {
                  if (event instanceof CallEvent.BreakerChanged changed) {
                    ledger.turn(changed.target(), changed.to());
                  }
                })
            .build());
  }

  private static LlmProvider vendor(Vendor vendor, String baseUrl) throws UsageException {
    Optional<ApiKey> key = Optional.of(ApiKey.of(Drill.KEY));
    return vendor.provider(Drill.MODEL, Optional.of(baseUrl), key, Map.of());
  }

  @Override
  public Heard ask(Ask ask) {
    if (!ask.streaming()) {
      ChatResponse answer = llm.chat(ask.question());
      return new Heard(answer.text(), answer.answeredBy());
    }
    StringBuilder shown = new StringBuilder();
    String by = "";
    try (ChatStream stream = llm.stream(ask.question())) {
      for (ChatEvent event : stream) {
        if (event instanceof ChatEvent.TextDelta delta) {
          shown.append(delta.text());
        } else if (event instanceof ChatEvent.Restarted) {
          shown.setLength(0);
        } else if (event instanceof ChatEvent.Finished finished) {
          by = finished.response().answeredBy();
        }
      }
    }
    return new Heard(shown.toString(), by);
  }
}
