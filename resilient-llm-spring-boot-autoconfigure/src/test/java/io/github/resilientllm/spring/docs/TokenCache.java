package io.github.resilientllm.spring.docs;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tokens that expire, as an application keeps them; here, each asking finds the last one expired.
 */
final class TokenCache {
  private final AtomicInteger asked = new AtomicInteger();

  String token() {
    return "token-" + asked.incrementAndGet();
  }
}
