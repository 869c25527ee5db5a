package io.github.resilientllm.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of writing a request's body, for each vendor, beside a Jackson tree. Nothing is sent.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class RequestWritingBenchmark {
  private static final CallOptions WHOLE = new CallOptions(false);
  private static final ApiKey KEY = ApiKey.of("benchmark");

  /** Whose request; {@code tree} is the one by hand. */
  @Param({"tree", "openai", "anthropic", "gemini", "bedrock"})
  public String vendor;

  /** How long the conversation is. */
  @Param({"1", "20", "200"})
  public int messages;

  private final ObjectMapper mapper = new ObjectMapper();
  private LlmProvider provider;
  private ChatRequest request;

  /** Makes the request and who writes it. */
  @Setup
  public void prepare() {
    request = Histories.of(messages);
    provider =
        switch (vendor) {
          case "anthropic" -> Anthropic.model("claude-sonnet-4-5").apiKey(KEY).build();
          case "gemini" -> Gemini.model("gemini-2.5-flash").apiKey(KEY).build();
          case "bedrock" ->
              Bedrock.model("eu.amazon.nova-lite-v1:0").region("eu-central-1").apiKey(KEY).build();
          default -> OpenAi.model("gpt-4.1-nano").apiKey(KEY).build();
        };
  }

  /** One body. */
  @Benchmark
  public Object write() throws IOException, ProviderException {
    if (vendor.equals("tree")) {
      return Histories.tree(mapper, "gpt-4.1-nano", request);
    }
    ProviderCall call = provider.newCall(request, WHOLE); // has the body; is never sent
    call.close();
    return call;
  }
}
