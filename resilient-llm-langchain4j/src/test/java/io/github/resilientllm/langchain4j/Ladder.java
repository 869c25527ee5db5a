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
  static OpenAiChatModel whole(LocalVendor vendor) {
    return OpenAiChatModel.builder()
        .baseUrl(vendor.url())
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT)
        .build();
  }

  /** One that neither retries nor waits long: what it does at its defaults, but sooner. */
  static OpenAiChatModel quick(LocalVendor vendor) {
    return OpenAiChatModel.builder()
        .baseUrl(vendor.url())
        .apiKey("none")
        .modelName("local")
        .timeout(QUICK)
        .maxRetries(0)
        .build();
  }

  static OpenAiStreamingChatModel quickStreaming(LocalVendor vendor) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(vendor.url())
        .apiKey("none")
        .modelName("local")
        .timeout(QUICK)
        .build();
  }

  static OpenAiStreamingChatModel streaming(LocalVendor vendor) {
    return streaming(vendor.url());
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
  static OpenAiStreamingChatModel watched(LocalVendor vendor) {
    return OpenAiStreamingChatModel.builder()
        .httpClientBuilder(
            JdkHttpClient.builder().httpClientBuilder(WatchedHttp.over(HttpClient.newBuilder())))
        .baseUrl(vendor.url())
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT.multipliedBy(6))
        .build();
  }

  /** As our target, which does not retry by itself. */
  static Target target(String name, LocalVendor vendor) {
    return Target.of(LangChain4jProvider.of(once(vendor), streaming(vendor))).named(name);
  }

  /** A model that does not retry by itself. */
  static OpenAiChatModel once(LocalVendor vendor) {
    return OpenAiChatModel.builder()
        .baseUrl(vendor.url())
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT)
        .maxRetries(0)
        .build();
  }

  /**
   * With a short clock over pieces, and a long one over the first: classes may have to be loaded.
   */
  static ResilientLlm.Builder over(LocalVendor first, LocalVendor... others) {
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
  static ResilientLlm ours(LocalVendor vendor) {
    return ResilientLlm.with(
            OpenAi.model("local")
                .baseUrl(vendor.url())
                .apiKey(ApiKey.of("none"))
                .allowKeyOverPlainHttp()
                .build())
        .build();
  }
}
