package io.github.resilientllm.spring.chaos;

import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code resilient-llm.chaos.*} says.
 *
 * @param enabled Whether the endpoint resilientllmchaos may make faults on purpose. Needs
 *     resilient-llm-test.
 * @param alsoIn The profiles of production in which it may be all the same.
 */
@ConfigurationProperties("resilient-llm.chaos")
public record ChaosProperties(
    @DefaultValue("false") boolean enabled, @DefaultValue Set<String> alsoIn) {
  /** What applications call production. */
  static final List<String> PRODUCTION = List.of("prod", "production", "live");

  /** Copies the profiles. */
  public ChaosProperties {
    alsoIn = Set.copyOf(alsoIn);
  }
}
