package io.github.resilientllm.examples.judge;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.judge.LlmClientSubject;
import io.github.resilientllm.test.judge.Setting;
import io.github.resilientllm.test.judge.Subject;
import java.time.Duration;

/** Our client by its defaults, which are shortened by the pace of the scenario. */
final class Ours {
  private Ours() {}

  static Subject subject() {
    return LlmClientSubject.of("resilient-llm", Ours::client);
  }

  private static LlmClient client(Setting setting) {
    ResilientLlm.Builder builder = ResilientLlm.with(target(setting.first(), Setting.FIRST_MODEL));
    setting.fallback().ifPresent(b -> builder.fallback(target(b, Setting.FALLBACK_MODEL)));
    setting.timeout().ifPresent(builder::deadline);
    if (setting.pace() < 1) {
      if (setting.timeout().isEmpty()) {
        builder.deadline(setting.scaled(Duration.ofMinutes(2)));
      }
      builder
          .retry(
              Retry.upTo(3)
                  .withDelay(
                      setting.scaled(Duration.ofMillis(500)), setting.scaled(Duration.ofSeconds(8)))
                  .withThrottledDelay(setting.scaled(Duration.ofSeconds(1))))
          .breaker(Breaker.standard().withOpenFor(setting.scaled(Duration.ofSeconds(10))))
          .fallbackPolicy(Fallback.standard().withPatience(setting.scaled(Duration.ofSeconds(3))));
    }
    return builder.build();
  }

  private static Target target(Vendor vendor, String model) {
    return Target.of(
            OpenAi.model(model).apiKey(ApiKey.of(Setting.KEY)).baseUrl(vendor.baseUrl()).build())
        .named(vendor.name());
  }
}
