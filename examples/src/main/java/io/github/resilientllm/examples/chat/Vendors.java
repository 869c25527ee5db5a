package io.github.resilientllm.examples.chat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** The vendors that a command line asks for. */
final class Vendors {
  static final String DEFAULT_MODEL = "gpt-4.1-mini";
  private static final String DEFAULT_KEY_ENV = "OPENAI_API_KEY";

  private Vendors() {}

  static ResilientLlm.Builder offline(String baseUrl) {
    LlmProvider local = OpenAi.model("words").dialect(Dialect.COMPATIBLE).baseUrl(baseUrl).build();
    return ResilientLlm.with(Target.of(local).named("offline"));
  }

  static ResilientLlm.Builder fromArguments(Arguments arguments, Map<String, String> environment)
      throws UsageException {
    Optional<String> url = arguments.value("--base-url");
    String keyEnv = arguments.value("--key-env").orElse(DEFAULT_KEY_ENV);
    boolean keyNeeded = url.isEmpty() || arguments.has("--key-env");
    // OpenAI's key is not shown to a server of another address, unless it is named for it.
    Optional<ApiKey> key = keyNeeded ? key(keyEnv, environment) : Optional.empty();
    ResilientLlm.Builder llm =
        ResilientLlm.with(target(arguments.value("--model").orElse(DEFAULT_MODEL), url, key));
    Optional<String> fallbackUrl = arguments.value("--fallback-base-url");
    if (fallbackUrl.isPresent() && arguments.values("--fallback").isEmpty()) {
      throw new UsageException("--fallback-base-url needs a model: --fallback NAME");
    }
    if (fallbackUrl.isPresent()) {
      // One vendor's key is not shown to another: without --fallback-key-env none is sent.
      Optional<String> fallbackEnv = arguments.value("--fallback-key-env");
      key = fallbackEnv.isEmpty() ? Optional.empty() : key(fallbackEnv.get(), environment);
      url = fallbackUrl;
    }
    for (String model : arguments.values("--fallback")) {
      llm.fallback(target(model, url, key));
    }
    return llm;
  }

  /** A server of one's own is named with its address: two may serve the same model. */
  private static Target target(String model, Optional<String> url, Optional<ApiKey> key)
      throws UsageException {
    try {
      OpenAi.Builder builder = OpenAi.model(model);
      key.ifPresent(builder::apiKey);
      if (url.isEmpty()) {
        return Target.of(builder.build());
      }
      LlmProvider provider = builder.dialect(Dialect.COMPATIBLE).baseUrl(url.get()).build();
      return Target.of(provider).named(model + "@" + URI.create(url.get()).getAuthority());
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
  }

  private static Optional<ApiKey> key(String variable, Map<String, String> environment)
      throws UsageException {
    String key = environment.getOrDefault(variable, "").strip();
    if (key.isEmpty()) {
      throw new UsageException(
          "no key: set "
              + variable
              + ", name another variable with --key-env, or try \"chat --offline\", which needs none");
    }
    try {
      return Optional.of(ApiKey.of(key));
    } catch (IllegalArgumentException notAKey) {
      throw new UsageException(variable + ": " + notAKey.getMessage());
    }
  }
}
