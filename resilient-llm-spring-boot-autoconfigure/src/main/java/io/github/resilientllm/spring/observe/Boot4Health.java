package io.github.resilientllm.spring.observe;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Health where Boot 4 has it. */
record Boot4Health(ClientHealth clients) implements HealthIndicator {
  @Override
  public Health health() {
    return new Health.Builder().status(clients.status()).withDetails(clients.details()).build();
  }
}
