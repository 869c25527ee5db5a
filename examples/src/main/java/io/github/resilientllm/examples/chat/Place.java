package io.github.resilientllm.examples.chat;

import io.github.resilientllm.Target;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.provider.LlmProvider;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where a vendor's models are asked.
 *
 * @param url the address, if not the vendor's own
 * @param key what this address may see; empty for none
 */
record Place(Vendor vendor, Optional<String> url, Optional<ApiKey> key) {

  /** One of its models; a server of one's own is in the name, as two may serve the same model. */
  Target target(String model, Map<String, String> environment) throws UsageException {
    LlmProvider provider = vendor.provider(model, url, key, environment);
    if (url.isEmpty()) {
      return Target.of(provider);
    }
    try {
      return Target.of(provider).named(model + "@" + URI.create(url.get()).getAuthority());
    } catch (IllegalArgumentException notAUrl) {
      throw new UsageException("the base URL is malformed: " + notAUrl.getMessage());
    }
  }

  /** Whether its models may be called anything, other vendors' names and slashes included. */
  boolean takesAnyName() {
    return url.isPresent() || vendor == Vendor.OPENROUTER || vendor.keyVariable().isEmpty();
  }
}
