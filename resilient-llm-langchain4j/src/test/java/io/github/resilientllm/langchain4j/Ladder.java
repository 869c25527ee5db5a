package io.github.resilientllm.langchain4j;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.LlmProvider;
import java.net.http.HttpClient;
import java.time.Duration;

/** LangChain4j's OpenAI models at local vendors, alone and as our targets. */
final class Ladder {
  /** As in the table of what happens without us. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Duration QUICK = Duration.ofMillis(700);

  /** For a vendor that says nothing. */
  static final Timeouts SHORT =
      Timeouts.deadline(Duration.ofSeconds(15))
          .withFirstToken(Duration.ofSeconds(1))
          .withStall(Duration.ofSeconds(1));

  private Ladder() {}

  /** As an application builds it today. */
  static OpenAiChatModel whole(String url) {
    return OpenAiChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT)
        .build();
  }

  /** One that neither retries nor waits long: what it does at its defaults, but sooner. */
  static OpenAiChatModel quick(String url) {
    return OpenAiChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName("local")
        .timeout(QUICK)
        .maxRetries(0)
        .build();
  }

  static OpenAiStreamingChatModel quickStreaming(String url) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName("local")
        .timeout(QUICK)
        .build();
  }

  static OpenAiStreamingChatModel streaming(String url) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT)
        .build();
  }

  /** One whose HTTP client tells attempts how to end it. */
  static OpenAiStreamingChatModel watched(String url) {
    return OpenAiStreamingChatModel.builder()
        .httpClientBuilder(
            JdkHttpClient.builder().httpClientBuilder(WatchedHttp.over(HttpClient.newBuilder())))
        .baseUrl(url)
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT.multipliedBy(6))
        .build();
  }

  /** As our target, which does not retry by itself. */
  static Target target(String name, String url) {
    return Target.of(LangChain4jProvider.of(once(url), streaming(url))).named(name);
  }

  /** A model that does not retry by itself. */
  static OpenAiChatModel once(String url) {
    return OpenAiChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT)
        .maxRetries(0)
        .build();
  }

  /**
   * With a short clock over pieces, and a long one over the first: classes may have to be loaded.
   */
  static ResilientLlm.Builder over(String first, String... others) {
    ResilientLlm.Builder ladder = ResilientLlm.with(target("first", first));
    for (int i = 0; i < others.length; i++) {
      ladder.fallback(target("other" + i, others[i]));
    }
    return ladder
        .retry(Retry.none())
        .timeouts(
            Timeouts.deadline(Duration.ofSeconds(15))
                .withFirstToken(Duration.ofSeconds(8))
                .withStall(Duration.ofSeconds(1)))
        .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE));
  }

  /** A client with a vendor of ours. */
  static ResilientLlm ours(String url) {
    return ResilientLlm.with(our("local", url)).build();
  }

  /** The same with another one behind it. */
  static ResilientLlm ours(String first, String other) {
    return ResilientLlm.with(our("local", first))
        .fallback(our("other", other))
        .retry(Retry.none())
        .build();
  }

  private static LlmProvider our(String model, String url) {
    return OpenAi.model(model)
        .baseUrl(url)
        .apiKey(ApiKey.of("none"))
        .allowKeyOverPlainHttp()
        .build();
  }
}
