package io.github.resilientllm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The cost of reading a streamed answer, per chunk, beside what one writes by hand with OkHttp and
 * Jackson.
 *
 * <p>An interceptor answers each request from memory, so that neither a socket nor a server is
 * measured: all readers see the same bytes in the same buffers. A call's own cost is spread over
 * its 500 chunks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ChunkedAnswer.CHUNKS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class StreamReadingBenchmark {
  private static final String URL = "http://localhost/v1/";
  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType EVENTS = MediaType.get("text/event-stream");
  private static final CallOptions STREAMING = CallOptions.streamed();

  private final OkHttpClient client =
      new OkHttpClient.Builder().addInterceptor(fromMemory(ChunkedAnswer.events())).build();
  private final ObjectMapper mapper = new ObjectMapper();
  private final LlmProvider provider =
      OpenAi.model("gpt-4.1-nano").baseUrl(URL).client(client).build();
  private final ResilientLlm llm = ResilientLlm.with(provider).build();
  private final ChatRequest request = ChatRequest.of("How long does delivery take?");

  /** The bytes and nothing else: what no reader can be faster than. */
  @Benchmark
  public long bytes() throws IOException {
    try (Response response = send()) {
      BufferedSource body = response.body().source();
      long sum = 0;
      while (!body.exhausted()) {
        sum += body.getBuffer().size();
        body.getBuffer().clear();
      }
      return sum;
    }
  }

  /** Line by line, each chunk as a tree: what one writes by hand. */
  @Benchmark
  public String plainTree(Blackhole blackhole) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Response response = send()) {
      BufferedSource body = response.body().source();
      for (String line = body.readUtf8Line(); line != null; line = body.readUtf8Line()) {
        if (!line.startsWith("data: ") || line.equals("data: [DONE]")) {
          continue;
        }
        String piece = contentOf(mapper.readTree(line.substring("data: ".length())));
        if (piece != null) {
          text.append(piece);
          blackhole.consume(piece);
        }
      }
    }
    return text.toString();
  }

  /** Through our provider, without the engine. */
  @Benchmark
  public String provider(Blackhole blackhole) throws ProviderException {
    StringBuilder text = new StringBuilder();
    try (ProviderCall call = provider.newCall(request, STREAMING)) {
      ChatEvent.Delta delta;
      while ((delta = call.next()) != null) {
        if (delta instanceof ChatEvent.TextDelta piece) {
          text.append(piece.text());
        }
        blackhole.consume(delta);
      }
    }
    return text.toString();
  }

  /** Through our provider and the engine by its defaults, as users have it. */
  @Benchmark
  public String resilient(Blackhole blackhole) {
    try (ChatStream stream = llm.stream(request)) {
      for (ChatEvent event : stream) {
        blackhole.consume(event);
      }
      return stream.response().text();
    }
  }

  private Response send() throws IOException {
    Request question =
        new Request.Builder()
            .url(URL + "chat/completions")
            .post(RequestBody.create("{\"stream\":true}", JSON))
            .build();
    return client.newCall(question).execute();
  }

  private static @Nullable String contentOf(JsonNode chunk) {
    JsonNode choice = chunk.path("choices").path(0);
    JsonNode content = choice.path("delta").path("content");
    return content.isTextual() ? content.textValue() : null;
  }

  private static Interceptor fromMemory(byte[] events) {
    Buffer all = new Buffer().write(events);
    return chain -> {
      Buffer copy = Objects.requireNonNull(all.clone()); // shares the bytes
      return new Response.Builder()
          .request(chain.request())
          .protocol(Protocol.HTTP_1_1)
          .code(200)
          .message("OK")
          .header("Content-Type", EVENTS.toString())
          .body(ResponseBody.create(copy, EVENTS, events.length))
          .build();
    };
  }
}
