package io.github.resilientllm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Map;
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

/**
 * The cost of writing a request and handing it to OkHttp, beside the same body written by hand as a
 * tree of Jackson's. Both read a short answer from memory, whose cost is in both.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class RequestWritingBenchmark {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final CallOptions WHOLE = CallOptions.whole();

  /** Whose request it is. */
  @Param public Vendor vendor = Vendor.OPENAI;

  /** How many messages it has. */
  @Param({"1", "21", "201"})
  public int messages;

  private final ObjectMapper mapper = new ObjectMapper();
  private OkHttpClient client = new OkHttpClient();
  private LlmProvider provider = vendor.provider(client);
  private ChatRequest request = ChatRequest.of("Hi");
  private JsonNode body = mapper.nullNode();

  /** Has the provider write a body, for the other side to write the same. */
  @Setup
  public void setUp() throws IOException, ProviderException {
    request = Vendor.conversation(messages);
    FromMemory first = new FromMemory(vendor.answer(1), /* keeps= */ true);
    try (ProviderCall call = vendor.provider(first.client()).newCall(request, WHOLE)) {
      call.next();
    }
    body = mapper.readTree(first.sent().toByteArray());
    client = new FromMemory(vendor.answer(1), /* keeps= */ false).client();
    provider = vendor.provider(client);
  }

  /** By hand: a tree of the request, written as bytes. */
  @Benchmark
  public String tree() throws IOException {
    Request question =
        new Request.Builder()
            .url("http://localhost/")
            .header("Authorization", "Bearer sk-benchmark-0123456789")
            .post(RequestBody.create(mapper.writeValueAsBytes(built(body)), JSON))
            .build();
    try (Response response = client.newCall(question).execute()) {
      return mapper.readTree(response.body().byteStream()).at(vendor.textAt()).textValue();
    }
  }

  /** Through our provider, without the engine. */
  @Benchmark
  public void provider(Blackhole blackhole) throws ProviderException {
    try (ProviderCall call = provider.newCall(request, WHOLE)) {
      ChatEvent.Delta delta;
      while ((delta = call.next()) != null) {
        blackhole.consume(delta);
      }
    }
  }

  /** The tree again, node by node, as one builds it. */
  private JsonNode built(JsonNode node) {
    if (node.isObject()) {
      ObjectNode object = mapper.createObjectNode();
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        object.set(field.getKey(), built(field.getValue()));
      }
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = mapper.createArrayNode();
      node.forEach(item -> array.add(built(item)));
      return array;
    }
    return node.isTextual() ? mapper.getNodeFactory().textNode(node.textValue()) : node;
  }
}
