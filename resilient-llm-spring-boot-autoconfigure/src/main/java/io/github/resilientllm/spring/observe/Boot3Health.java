package io.github.resilientllm.spring.observe;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** Health where Boot 3.5 has it. */
record Boot3Health(ClientHealth clients) implements HealthIndicator {
  @Override
  public Health health() {
    return new Health.Builder().status(clients.status()).withDetails(clients.details()).build();
  }
}
