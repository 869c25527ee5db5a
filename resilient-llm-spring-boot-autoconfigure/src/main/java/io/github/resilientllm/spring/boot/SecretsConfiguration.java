package io.github.resilientllm.spring.boot;

import java.util.regex.Pattern;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Keeps keys and headers out of the actuator's endpoints, even where they show all values. */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class SecretsConfiguration {
  private static final Pattern SECRET =
      Pattern.compile(
          "resilient[._-]?llm[._]providers.*(api[._-]?key|headers|proxy[._-]?password).*",
          Pattern.CASE_INSENSITIVE);

  @Bean
  SanitizingFunction resilientLlmSecretsSanitizer() {
    return data -> isSecret(data.getKey()) ? data.withValue(SanitizableData.SANITIZED_VALUE) : data;
  }

  /** Whether it is one, as a property or as an environment variable. */
  static boolean isSecret(String key) {
    return SECRET.matcher(key).matches();
  }
}
