package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;

/** LangChain4j's OpenAI models at local vendors, alone and as our targets. */
final class Ladder {
  /** As in the table of what happens without us. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

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

  static OpenAiStreamingChatModel streaming(LocalVendor vendor) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(vendor.url())
        .apiKey("none")
        .modelName("local")
        .timeout(TIMEOUT)
        .build();
  }

  /** As our target, which does not retry by itself. */
  static Target target(String name, LocalVendor vendor) {
    OpenAiChatModel whole =
        OpenAiChatModel.builder()
            .baseUrl(vendor.url())
            .apiKey("none")
            .modelName("local")
            .timeout(TIMEOUT)
            .maxRetries(0)
            .build();
    return Target.of(LangChain4jProvider.of(whole, streaming(vendor))).named(name);
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
}
