package io.github.resilientllm.langchain4j.boot;

import java.net.http.HttpClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What a native image has to keep of LangChain4j and the vendors' SDKs, which is asked by name. */
final class LangChain4jHints implements RuntimeHintsRegistrar {
  /** Exceptions that carry a status. */
  private static final List<String> ERRORS =
      List.of(
          "com.openai.errors.OpenAIServiceException",
          "software.amazon.awssdk.core.exception.SdkServiceException");

  private static final List<String> PACKAGES =
      List.of("anthropic", "azure", "googleai", "mistralai", "ollama", "openai");

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    for (String type : ERRORS) {
      hints
          .reflection()
          .registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_METHODS);
    }
    for (String known : OwnRetries.PREFIXES.keySet()) {
      for (String vendor : PACKAGES) {
        hints
            .reflection()
            .registerTypeIfPresent(
                classLoader,
                "dev.langchain4j.model." + vendor + "." + known,
                type -> type.withField(OwnRetries.FIELD));
      }
    }
    hints.proxies().registerJdkProxy(HttpClient.Builder.class); // of WatchedHttp
  }
}
