package io.github.resilientllm.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.OpenAi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole call over loopback, with a vendor that answers at once: what one writes by hand with
 * OkHttp and Jackson, and the library by its defaults.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls start() first
public class CallBenchmark {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final String MODEL = "gpt-4.1-nano";
  private static final String ANSWER =
      "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1760000000,"
          + "\"model\":\"gpt-4.1-nano-2025-04-14\",\"choices\":[{\"index\":0,\"message\":{"
          + "\"role\":\"assistant\",\"content\":\"Two to three working days.\",\"refusal\":null,"
          + "\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{"
          + "\"prompt_tokens\":15,\"completion_tokens\":8,\"total_tokens\":23,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
          + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
          + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}},"
          + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1\"}";

  /** How long the conversation is. */
  @Param({"1", "20", "200"})
  public int messages;

  private LoopbackVendor vendor;
  private OkHttpClient client;
  private ObjectMapper mapper;
  private ResilientLlm llm;
  private ChatRequest request;

  /** Starts the vendor and both clients. */
  @Setup
  public void start() throws IOException {
    vendor = new LoopbackVendor("application/json", ANSWER.getBytes(StandardCharsets.UTF_8));
    client = new OkHttpClient();
    mapper = new ObjectMapper();
    llm = ResilientLlm.with(OpenAi.model(MODEL).baseUrl(vendor.url()).build()).build();
    request = Histories.of(messages);
  }

  /** Stops the vendor. */
  @TearDown
  public void stop() throws IOException {
    vendor.close();
  }

  /** The tree of the request written, the tree of the answer read. */
  @Benchmark
  public String raw() throws IOException {
    Request post =
        new Request.Builder()
            .url(vendor.url() + "chat/completions")
            .post(RequestBody.create(Histories.tree(mapper, MODEL, request), JSON))
            .build();
    try (Response response = client.newCall(post).execute()) {
      return mapper
          .readTree(response.body().byteStream())
          .at("/choices/0/message/content")
          .asText();
    }
  }

  /** The same through the library: retry, budget, breaker, deadline. */
  @Benchmark
  public String resilient() {
    return llm.chat(request).text();
  }
}
