package io.github.resilientllm.okhttp.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.FaultServer;
import io.github.resilientllm.okhttp.Faults;
import io.github.resilientllm.okhttp.internal.connection.Clients;
import io.github.resilientllm.okhttp.internal.connection.Transport;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.waiting.Elapsed;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call writes a request once for each target, however often it sends it. */
@Timeout(60)
class OneWritingTest {
  private static final ChatRequest LONG =
      ChatRequest.builder().system("Be brief.").user("Why? ".repeat(5000)).build();

  private final Time time = Time.system();

  /** OpenAI's protocol, counting. */
  private static final class Counted implements Protocol {
    private final Protocol protocol = Collected.protocol(Dialect.OPENAI);
    private final AtomicInteger writings = new AtomicInteger();

    LlmProvider at(FaultServer server) {
      HttpUrl url = HttpUrl.get(server.url() + "/chat/completions");
      Headers none = Headers.of();
      Endpoint endpoint =
          new Endpoint(
              Clients.connections(Transport.STANDARD, url, Elapsed::nanos),
              url,
              url,
              none,
              null,
              Duration.ofSeconds(1));
      return new HttpProvider("openai", "model", endpoint, this);
    }

    int writings() {
      return writings.get();
    }

    @Override
    public Optional<String> cannotServe(ChatRequest request) {
      return protocol.cannotServe(request);
    }

    @Override
    public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
      writings.incrementAndGet();
      return protocol.write(request, streaming);
    }

    @Override
    public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
        throws IOException {
      return protocol.read(head, body, streaming);
    }

    @Override
    public ProviderException failure(ResponseHead head, byte[] body) {
      return protocol.failure(head, body);
    }
  }

  private static ResilientLlm.Builder client(LlmProvider provider) {
    return ResilientLlm.with(Target.of(provider).named("t"))
        .retry(Retry.upTo(3).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .hedge(Hedge.extraLoad(0.01).withInitialDelay(Duration.ofSeconds(10)));
  }

  private static String bodyOf(String request) {
    return request.substring(request.indexOf("\r\n\r\n"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void retriesSendTheSameBytes(Face face) throws Exception {
    Counted protocol = new Counted();
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(503, "busy"), x -> x.respond(500, "broken"), Faults::healthy)) {
      ResilientLlm llm = client(protocol.at(server)).build();
      assertThat(face.call(llm, LONG, time).text()).isEqualTo("Hello");
      List<String> requests = server.requests();
      assertThat(requests).hasSize(3);
      assertThat(requests.stream().map(OneWritingTest::bodyOf).distinct()).hasSize(1);
      assertThat(bodyOf(requests.get(0))).contains("Why? Why? ").contains("\"stream\":true");
      assertThat(protocol.writings()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aHedgeSendsThemWhileTheFirstAttemptWaits(Face face) throws Exception {
    Counted protocol = new Counted();
    try (FaultServer server = FaultServer.start(FaultServer.Exchange::hang, Faults::healthy)) {
      ResilientLlm llm =
          client(protocol.at(server))
              .hedge(Hedge.extraLoad(0.5).withInitialDelay(Duration.ofMillis(100)).onSameTarget())
              .build();
      assertThat(face.call(llm, LONG, time).text()).isEqualTo("Hello");
      assertThat(server.requests().stream().map(OneWritingTest::bodyOf).distinct()).hasSize(1);
      assertThat(protocol.writings()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatIsCheckedIsAskedForWithThemToo(Face face) throws Exception {
    Counted protocol = new Counted();
    ChatRequest json = LONG.toBuilder().responseFormat(ResponseFormat.json()).build();
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(503, "busy"),
            x -> x.stream().chunk(Faults.word("{}")).chunk(Faults.finish("stop")).endChunks())) {
      ResilientLlm llm = client(protocol.at(server)).build();
      assertThat(face.call(llm, json, time).text()).isEqualTo("{}");
      assertThat(protocol.writings()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whatContinuesAnAnswerIsAnotherRequest(Face face) throws Exception {
    String begun = "The capital of Norway has been called ";
    Counted protocol = new Counted();
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(Faults.word(begun)).endChunks(),
            x -> x.stream().chunk(Faults.word("Oslo.")).chunk(Faults.finish("stop")).endChunks())) {
      ResilientLlm llm =
          client(protocol.at(server))
              .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE))
              .build();
      assertThat(face.call(llm, LONG, time).text()).isEqualTo(begun + "Oslo.");
      assertThat(bodyOf(server.requests().get(1))).contains("\"content\":\"" + begun.strip());
      assertThat(protocol.writings()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anotherTargetAndAnotherCallHaveTheirOwn(Face face) throws Exception {
    Counted sick = new Counted();
    Counted well = new Counted();
    try (FaultServer first = FaultServer.start(x -> x.respond(401, "no"));
        FaultServer second = FaultServer.start(Faults::healthy)) {
      ResilientLlm llm =
          client(sick.at(first)).fallback(Target.of(well.at(second)).named("u")).build();
      assertThat(face.call(llm, LONG, time).text()).isEqualTo("Hello");
      assertThat(face.call(llm, LONG, time).text()).isEqualTo("Hello");
      assertThat(well.writings()).isEqualTo(2);
    }
  }

  @Test
  void eachFormOfAPreparedRequestIsWrittenOnce() throws Exception {
    Counted protocol = new Counted();
    try (FaultServer server = FaultServer.start(Faults::healthy)) {
      PreparedRequest prepared = protocol.at(server).prepare(LONG);
      assertThat(protocol.writings()).isZero();
      try (ProviderCall whole = prepared.newCall(CallOptions.whole());
          ProviderCall stream = prepared.newCall(CallOptions.streamed());
          ProviderCall again = prepared.newCall(CallOptions.streamed())) {
        assertThat(protocol.writings()).isEqualTo(2);
        assertThat(List.of(whole, stream, again)).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void aBeginningAnswerLetsGoOfTheBytes() throws Exception {
    Counted protocol = new Counted();
    try (FaultServer server = FaultServer.start(Faults::healthy, Faults::healthy)) {
      PreparedRequest prepared = protocol.at(server).prepare(LONG);
      try (ProviderCall first = prepared.newCall(CallOptions.streamed())) {
        assertThat(first.next()).isNotNull();
      }
      try (ProviderCall second = prepared.newCall(CallOptions.streamed())) {
        assertThat(second.next()).isNotNull();
      }
      assertThat(protocol.writings()).isEqualTo(2);
      assertThat(server.requests().stream().map(OneWritingTest::bodyOf).distinct()).hasSize(1);
    }
  }
}
