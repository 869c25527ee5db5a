package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server ends its idle connections when it likes, and no call fails of it. Each test makes its
 * calls without retries, so that nothing but the transport helps.
 */
@Timeout(60)
class IdleConnectionTest {
  private static final int CALLS = 30;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong clock = new AtomicLong();

  private static ResilientLlm client(OpenAi.Builder model) {
    return ResilientLlm.with(model.apiKey(ApiKey.of("sk-secret")).build())
        .retry(Retry.none())
        .hedge(Hedge.none())
        .build();
  }

  /** Between two looks at the clock more time passes than any connection is trusted for unseen. */
  private OpenAi.Builder at(FaultServer server) {
    return OpenAi.model("m").baseUrl(server.url()).clock(() -> clock.addAndGet(SECOND));
  }

  private static void callsBetweenWhichAllConnectionsEnd(
      FaultServer server, ResilientLlm llm, Face face) throws Exception {
    for (int i = 0; i < CALLS; i++) {
      ChatResponse response = face.call(llm, Time.system()).response();
      assertThat(response).as("call %s", i).isNotNull();
      assertThat(response.text()).isEqualTo("Hello");
      assertThat(response.attempts()).as("nothing counts against anybody").hasSize(1);
      server.closeConnections();
    }
    assertThat(server.requests()).as("nothing is processed twice").hasSize(CALLS);
  }

  private static void answer(FaultServer.Exchange x) throws java.io.IOException {
    x.respond(
        200,
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hello\"},"
            + "\"finish_reason\":\"stop\"}]}");
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aServerThatClosesItsIdleConnectionsFailsNoCall(Face face) throws Exception {
    FaultServer.Script script = face == Face.STREAM ? Faults::healthy : IdleConnectionTest::answer;
    try (FaultServer server = FaultServer.start(script)) {
      callsBetweenWhichAllConnectionsEnd(server, client(at(server)), face);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void norByTls(Face face) throws Exception {
    Certificate certificate = Certificate.good();
    FaultServer.Script script = face == Face.STREAM ? Faults::healthy : IdleConnectionTest::answer;
    try (FaultServer server = FaultServer.start(certificate, script)) {
      OkHttpClient client = certificate.client().build();
      callsBetweenWhichAllConnectionsEnd(server, client(at(server).client(client)), face);
    }
  }

  @Test
  void norOnAUsersOwnClient() throws Exception {
    try (FaultServer server = FaultServer.start(IdleConnectionTest::answer)) {
      OkHttpClient client = new OkHttpClient();
      callsBetweenWhichAllConnectionsEnd(server, client(at(server).client(client)), Face.BLOCKING);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "4, 1", "6, 3", "1000, 3"})
  void onlyAConnectionThatWasIdleForAWhileIsLookedAt(long idleMillis, int looks) throws Exception {
    LookedAt sockets = new LookedAt();
    try (FaultServer server = FaultServer.start(IdleConnectionTest::answer)) {
      OkHttpClient client = new OkHttpClient.Builder().socketFactory(sockets).build();
      AtomicLong now = new AtomicLong();
      ResilientLlm llm =
          client(OpenAi.model("m").baseUrl(server.url()).client(client).clock(now::get));
      for (int i = 0; i < 3; i++) {
        llm.chat("Hi");
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(idleMillis));
      }
      assertThat(sockets.looks)
          .as("with the first one, at what others may have used")
          .hasValue(looks);
    }
  }

  /** Sockets that count how often they are read for a millisecond. */
  private static final class LookedAt extends SocketFactory {
    final AtomicInteger looks = new AtomicInteger();

    @Override
    public Socket createSocket() {
      return new Socket() {
        @Override
        public synchronized void setSoTimeout(int millis) throws SocketException {
          super.setSoTimeout(millis);
          if (millis == 1) {
            looks.incrementAndGet();
          }
        }
      };
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aDozenIdleConnectionsThatHaveEndedFailNoCallEither() throws Exception {
    CountDownLatch allThere = new CountDownLatch(12);
    FaultServer.Script together =
        x -> {
          allThere.countDown();
          try {
            assertThat(allThere.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new java.io.IOException(e);
          }
          answer(x);
        };
    try (FaultServer server = FaultServer.start(together)) {
      ResilientLlm llm = client(at(server));
      List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        calls.add(llm.chatAsync(io.github.resilientllm.chat.ChatRequest.of("Hi")));
      }
      for (CompletableFuture<ChatResponse> call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS).text()).isEqualTo("Hello");
      }
      server.closeConnections();
      assertThat(llm.chat("Hi").attempts()).hasSize(1);
      assertThat(server.requests()).hasSize(13);
    }
  }

  /** HAProxy and others say so before they close; the next request is not what it was about. */
  @Test
  void theFarewellOfAnIdleConnectionIsNoAnswer() throws Exception {
    FaultServer.Script farewell =
        x -> {
          answer(x);
          x.head(408, "Connection: close", "Content-Length: 0").cut();
        };
    try (FaultServer server = FaultServer.start(farewell)) {
      ResilientLlm llm = client(at(server));
      for (int i = 0; i < 5; i++) {
        assertThat(llm.chat("Hi").attempts()).hasSize(1);
      }
      assertThat(server.requests()).hasSize(5);
    }
  }

  /** A body that the server has not had to its end is none that it has processed. */
  @ParameterizedTest
  @ValueSource(ints = {8 << 20})
  void aBodyThatIsCutOnAUsedConnectionIsSentAgain(int size) throws Exception {
    // The second request is met by a server that ends the connection at its head.
    try (HeadCutter server = new HeadCutter()) {
      ResilientLlm llm = client(OpenAi.model("m").baseUrl(server.url()));
      assertThat(llm.chat("Hi").text()).isEqualTo("Hello");
      assertThat(llm.chat("x".repeat(size)).attempts()).hasSize(1);
      assertThat(server.processed()).isEqualTo(2);
    }
  }
}
