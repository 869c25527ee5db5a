package io.github.resilientllm.spring.observe;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** Health where Boot 3.5 has it. */
record Boot3Health(HealthView view) implements HealthIndicator {
  @Override
  public Health health() {
    HealthView.Said said = view.now();
    return new Health.Builder().status(said.status()).withDetails(said.details()).build();
  }
}
