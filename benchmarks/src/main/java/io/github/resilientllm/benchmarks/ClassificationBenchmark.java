package io.github.resilientllm.benchmarks;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
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
 * What it costs to understand a vendor's error: an attempt that is refused, beside taking the same
 * response without a look at it. An interceptor answers from memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class ClassificationBenchmark {
  private static final String URL = "http://localhost/v1/";
  private static final MediaType JSON = MediaType.get("application/json");

  /** The error that the vendor answers with. */
  public enum Refusal {
    RATE_LIMIT(
        429,
        ErrorKind.RATE_LIMITED,
        "{\"error\":{\"message\":\"Rate limit reached for requests\",\"type\":\"requests\","
            + "\"param\":null,\"code\":\"rate_limit_exceeded\"}}"),
    QUOTA(
        429,
        ErrorKind.QUOTA_EXHAUSTED,
        "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":"
            + "\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_quota\"}}"),
    GATEWAY(502, ErrorKind.SERVER_ERROR, "<html><body><h1>502 Bad Gateway</h1></body></html>");

    private final int status;
    private final ErrorKind kind;
    private final String body;

    Refusal(int status, ErrorKind kind, String body) {
      this.status = status;
      this.kind = kind;
      this.body = body;
    }
  }

  /** The error of this run. */
  @Param public Refusal refusal = Refusal.RATE_LIMIT;

  private final ChatRequest request = ChatRequest.of("How long does delivery take?");
  private final OkHttpClient client =
      new OkHttpClient.Builder().addInterceptor(chain -> refused(chain.request())).build();
  private final LlmProvider provider =
      OpenAi.model("gpt-4.1-nano").baseUrl(URL).client(client).build();

  /** Refuses to measure what is not understood. */
  @Setup
  public void check() {
    if (classified() != refusal.kind) {
      throw new IllegalStateException(refusal + " is taken for " + classified());
    }
  }

  /** The attempt, and what its failure means. */
  @Benchmark
  public ErrorKind classified() {
    try (ProviderCall call = provider.newCall(request, CallOptions.whole())) {
      call.next();
      throw new IllegalStateException("answered");
    } catch (ProviderException e) {
      return e.kind();
    }
  }

  /** The same response, its body taken as text. */
  @Benchmark
  public String taken() throws IOException {
    Request question = new Request.Builder().url(URL).post(RequestBody.create("{}", JSON)).build();
    try (Response response = client.newCall(question).execute()) {
      return response.body().string();
    }
  }

  private Response refused(Request request) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(refusal.status)
        .message("No")
        .header("Retry-After", "3")
        .body(ResponseBody.create(refusal.body, JSON))
        .build();
  }
}
