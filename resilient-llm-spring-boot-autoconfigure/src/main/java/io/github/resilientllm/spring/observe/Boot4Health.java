package io.github.resilientllm.spring.observe;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Health where Boot 4 has it. */
record Boot4Health(HealthView view) implements HealthIndicator {
  @Override
  public Health health() {
    HealthView.Said said = view.now();
    return new Health.Builder().status(said.status()).withDetails(said.details()).build();
  }
}
