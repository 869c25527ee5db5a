package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.testing.Face;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections that die without a word: the call that finds out goes on over a new one, by its own
 * deadline, however many dead ones lie in the pool.
 */
@Timeout(120)
class SilentConnectionTest {
  private static final String HELLO =
      "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";

  /** Without haste, so that a slow machine's first handshake is not what is measured. */
  private static ResilientLlm patient(LlmProvider provider) {
    return ResilientLlm.with(provider).hedge(Hedge.none()).build();
  }

  private static ResilientLlm client(LlmProvider provider) {
    return ResilientLlm.with(provider)
        .retry(Retry.upTo(2).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .hedge(Hedge.none())
        .timeouts(
            Timeouts.deadline(Duration.ofSeconds(20))
                .withAttempt(Duration.ofMillis(2500))
                .withFirstToken(Duration.ofMillis(2500)))
        .build();
  }

  /** Answers when so many requests are there, so that each has a connection of its own. */
  private static FaultServer.Script together(CountDownLatch all, boolean streaming) {
    return x -> {
      all.countDown();
      try {
        all.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (streaming) {
        Faults.healthy(x);
      } else {
        x.respond(200, HELLO);
      }
    };
  }

  private static void answeredOverANewConnection(
      OpenAi.Builder model, Face face, Relay relay, int connections) throws Exception {
    LlmProvider provider = model.apiKey(ApiKey.of("sk-secret")).build();
    List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
    for (int i = 1; i < connections; i++) {
      calls.add(patient(provider).chatAsync(ChatRequest.of("Hi")));
    }
    assertThat(face.call(patient(provider), Time.system()).text()).isEqualTo("Hello");
    for (CompletableFuture<ChatResponse> call : calls) {
      assertThat(call.get(30, TimeUnit.SECONDS).text()).isEqualTo("Hello");
    }
    assertThat(relay.connections()).isEqualTo(connections);

    relay.forgetFlows();

    ResilientLlm llm = client(provider);
    ChatResponse response = face.call(llm, Time.system()).response();
    assertThat(response).isNotNull();
    assertThat(response.text()).isEqualTo("Hello");
    assertThat(response.attempts()).as("one clock, whatever is in the pool").hasSize(2);
    assertThat(face.call(llm, Time.system()).response().attempts()).hasSize(1);
    assertThat(relay.connections()).isEqualTo(connections + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "BLOCKING, 1, false", "ASYNC, 1, false", "STREAM, 1, false", "BLOCKING, 1, true",
    "ASYNC, 1, true", "STREAM, 1, true", "BLOCKING, 12, false", "ASYNC, 12, true"
  })
  void overHttp1(Face face, int connections, boolean tls) throws Exception {
    Certificate certificate = Certificate.good();
    FaultServer.Script script =
        together(new CountDownLatch(connections), face == Face.STREAM && connections == 1);
    try (FaultServer server =
            tls ? FaultServer.start(certificate, script) : FaultServer.start(script);
        Relay relay = new Relay(server.port())) {
      String url = (tls ? "https" : "http") + "://127.0.0.1:" + relay.port() + "/v1";
      OpenAi.Builder model = OpenAi.model("m").baseUrl(url);
      if (tls) {
        model.client(certificate.client().build());
      }
      answeredOverANewConnection(model, face, relay, connections);
    }
  }

  /** A hedge to the same target has a connection of its own. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void withAHedge(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(Faults::healthy);
        Relay relay = new Relay(server.port())) {
      ResilientLlm llm =
          ResilientLlm.with(
                  OpenAi.model("m").baseUrl("http://127.0.0.1:" + relay.port() + "/v1").build())
              .hedge(Hedge.extraLoad(1).withInitialDelay(Duration.ofMillis(300)))
              .retry(Retry.none())
              .build();
      assertThat(face.call(llm, Time.system()).text()).isEqualTo("Hello");
      relay.forgetFlows();
      assertThat(face.call(llm, Time.system()).text()).isEqualTo("Hello");
      assertThat(relay.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Face.class,
      names = {"BLOCKING", "ASYNC"})
  void overHttp2ByTls(Face face) throws Exception {
    Certificate certificate = Certificate.good();
    try (Http2Server server = new Http2Server(certificate.serverSockets());
        Relay relay = new Relay(server.port())) {
      OpenAi.Builder model =
          OpenAi.model("m")
              .baseUrl("https://127.0.0.1:" + relay.port() + "/v1")
              .client(certificate.client().build())
              .http2(Duration.ofMinutes(10)); // so that it is not the ping that helps
      answeredOverANewConnection(model, face, relay, 1);
    }
  }

  @Test
  void aUsersClientWithAPingKeepsHttp2AndLosesADeadConnectionOfIt() throws Exception {
    try (Http2Server server = new Http2Server(ServerSocketFactory.getDefault());
        Relay relay = new Relay(server.port())) {
      OkHttpClient http2 =
          new OkHttpClient.Builder()
              .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
              .pingInterval(Duration.ofMinutes(10))
              .build();
      OpenAi.Builder model =
          OpenAi.model("m").baseUrl("http://127.0.0.1:" + relay.port() + "/v1").client(http2);
      answeredOverANewConnection(model, Face.BLOCKING, relay, 1);
    }
  }

  @Test
  void thePingFindsADeadConnectionBeforeAnyClock() throws Exception {
    try (Http2Server server = new Http2Server(ServerSocketFactory.getDefault());
        Relay relay = new Relay(server.port())) {
      OkHttpClient http2 =
          new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
      ResilientLlm llm =
          ResilientLlm.with(
                  OpenAi.model("m")
                      .baseUrl("http://127.0.0.1:" + relay.port() + "/v1")
                      .client(http2.newBuilder().pingInterval(Duration.ofMillis(200)).build())
                      .build())
              .hedge(Hedge.none())
              .retry(Retry.upTo(2).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
              .build();
      assertThat(llm.chat("Hi").text()).isEqualTo("Hello");
      relay.forgetFlows();
      assertThat(llm.chat("Hi").text()).isEqualTo("Hello"); // its clock is a minute
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Face.class,
      names = {"BLOCKING", "ASYNC"})
  void aRefusedStreamWasNotProcessedAndIsSentAgainAtOnce(Face face) throws Exception {
    try (Http2Server server = new Http2Server(ServerSocketFactory.getDefault())) {
      server.refuse(2);
      OkHttpClient http2 =
          new OkHttpClient.Builder()
              .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
              .pingInterval(Duration.ofMinutes(10))
              .build();
      ResilientLlm llm =
          ResilientLlm.with(
                  OpenAi.model("m")
                      .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
                      .client(http2)
                      .build())
              .retry(Retry.none())
              .hedge(Hedge.none())
              .build();
      for (int i = 0; i < 3; i++) {
        ChatResponse response = face.call(llm, Time.system()).response();
        assertThat(response).isNotNull();
        assertThat(response.attempts()).hasSize(1);
      }
      assertThat(server.processed()).isEqualTo(3);
    }
  }
}
