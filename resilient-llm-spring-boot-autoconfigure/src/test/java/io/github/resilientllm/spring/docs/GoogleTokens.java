package io.github.resilientllm.spring.docs;

import io.github.resilientllm.spring.LlmCredentials;
import java.time.Instant;

/** Tokens as Google's own library gives them. */
final class GoogleTokens {
  LlmCredentials.Token refreshed() {
    return new LlmCredentials.Token("ya29", Instant.MAX);
  }
}
