package io.github.resilientllm.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The cost of reading an answer that comes whole, beside a tree of it. No socket is measured. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class ResponseReadingBenchmark {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final CallOptions WHOLE = CallOptions.whole();

  /** Whose answer it is. */
  @Param public Vendor vendor = Vendor.OPENAI;

  /** How many sentences it has: 80 characters, or 80,000. */
  @Param({"1", "1000"})
  public int sentences;

  private final ObjectMapper mapper = new ObjectMapper();
  private final ChatRequest request = Vendor.conversation(1);
  private OkHttpClient client = new OkHttpClient();
  private LlmProvider provider = vendor.provider(client);

  /** Sets the answer. */
  @Setup
  public void setUp() {
    client = new FromMemory(vendor.answer(sentences), /* keeps= */ false).client();
    provider = vendor.provider(client);
  }

  /** By hand: a tree of the answer. */
  @Benchmark
  public String tree() throws IOException {
    Request question =
        new Request.Builder()
            .url("http://localhost/")
            .header("Authorization", "Bearer sk-benchmark-0123456789")
            .post(RequestBody.create("{\"stream\":false}", JSON))
            .build();
    try (Response response = client.newCall(question).execute()) {
      return mapper.readTree(response.body().byteStream()).at(vendor.textAt()).textValue();
    }
  }

  /** Through our provider, without the engine; it also writes a request of one message. */
  @Benchmark
  public void provider(Blackhole blackhole) throws ProviderException {
    try (ProviderCall call = provider.newCall(request, WHOLE)) {
      ChatEvent.Delta delta;
      while ((delta = call.next()) != null) {
        blackhole.consume(delta);
      }
      blackhole.consume(call.completion());
    }
  }
}
