package io.github.resilientllm.spring.observe;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code resilient-llm.health.*} says.
 *
 * @param statusWhenExhausted The health when every target of a policy is open. A vendor's outage
 *     then takes the application out of service, unless it is UP.
 */
@ConfigurationProperties("resilient-llm.health")
public record HealthProperties(@DefaultValue("UP") WhenExhausted statusWhenExhausted) {}
