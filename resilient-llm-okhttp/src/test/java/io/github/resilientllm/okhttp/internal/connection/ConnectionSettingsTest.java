package io.github.resilientllm.okhttp.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.FaultServer;
import io.github.resilientllm.okhttp.OpenAi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections are made, and which of a user's settings are kept. */
@Timeout(60)
class ConnectionSettingsTest {
  private static final String HELLO =
      "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";

  private static Transport of(OkHttpClient users) {
    return new Transport(users, null, null, null, Transport.KEEP_ALIVE, null);
  }

  @Test
  void http1IsSpokenUnlessHttp2IsAskedForWithAPing() {
    assertThat(Clients.client(of(new OkHttpClient())).protocols())
        .containsExactly(Protocol.HTTP_1_1);
    Duration ping = Duration.ofSeconds(20);
    for (OkHttpClient users : new OkHttpClient[] {null, new OkHttpClient()}) {
      OkHttpClient asked =
          Clients.client(new Transport(users, null, null, null, Transport.KEEP_ALIVE, ping));
      assertThat(asked.protocols()).contains(Protocol.HTTP_2);
      assertThat(asked.pingIntervalMillis()).isEqualTo(20_000);
    }
    OkHttpClient pings = new OkHttpClient.Builder().pingInterval(Duration.ofSeconds(7)).build();
    assertThat(Clients.client(of(pings)).protocols()).contains(Protocol.HTTP_2);
    assertThat(Clients.client(of(pings)).pingIntervalMillis()).isEqualTo(7_000);
  }

  @Test
  void aUsersSettingsAreKeptWhereTheyAreNotDangerous() {
    SocketFactory sockets = new NoDelaySockets();
    OkHttpClient users =
        new OkHttpClient.Builder()
            .socketFactory(sockets)
            .connectTimeout(Duration.ofSeconds(4))
            .retryOnConnectionFailure(false)
            .readTimeout(Duration.ofSeconds(33))
            .build();
    OkHttpClient ours = Clients.client(of(users));
    assertThat(ours.connectionPool()).isSameAs(users.connectionPool());
    assertThat(ours.socketFactory()).isSameAs(sockets);
    assertThat(ours.connectTimeoutMillis()).isEqualTo(4_000);
    assertThat(ours.retryOnConnectionFailure()).isTrue();
    assertThat(ours.readTimeoutMillis()).isZero();
    assertThat(Clients.client(of(ours)).networkInterceptors()).as("not twice").hasSize(1);
    OkHttpClient patient = new OkHttpClient.Builder().connectTimeout(Duration.ZERO).build();
    assertThat(Clients.client(of(patient)).connectTimeoutMillis()).isEqualTo(10_000);
  }

  @Test
  void socketsShowASignOfLife() throws Exception {
    try (Socket socket = new NoDelaySockets().createSocket()) {
      assertThat(socket.getKeepAlive()).isTrue();
      for (var option : socket.supportedOptions()) {
        if (option.name().equals("TCP_KEEPIDLE")) {
          assertThat(socket.getOption(option)).isEqualTo(60);
        }
      }
    }
  }

  /** A dead address is one that drops what is sent there, as this queue does that is full. */
  @Test
  void aSecondAddressIsTriedWhenTheFirstIsDead() throws Exception {
    InetAddress dead = InetAddress.getByName("127.0.0.2");
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO));
        ServerSocket full = new ServerSocket(server.port(), 1, dead)) {
      List<Socket> queue = fill(full);
      try {
        OkHttpClient client =
            new OkHttpClient.Builder()
                .dns(host -> List.of(dead, InetAddress.getLoopbackAddress()))
                .build();
        long before = System.nanoTime();
        Collected got =
            Collected.from(
                OpenAi.model("m")
                    .baseUrl("http://vendor.example:" + server.port() + "/v1")
                    .client(client)
                    .build(),
                false);
        assertThat(got.failure).isNull();
        assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(5).toNanos());
      } finally {
        for (Socket socket : queue) {
          socket.close();
        }
      }
    }
  }

  private static List<Socket> fill(ServerSocket server) throws Exception {
    List<Socket> queue = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Socket socket = new Socket();
      queue.add(socket);
      try {
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
      } catch (SocketTimeoutException e) {
        return queue;
      }
    }
    Assumptions.abort("skipped: this system's queues do not fill");
    return queue;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://vendor.example/v1", "http://10.1.2.3/v1", "http://localhost.example/v1"})
  void noKeyGoesOverPlainHttpToAnotherMachine(String url) {
    OpenAi.Builder model = OpenAi.model("m").baseUrl(url).apiKey(ApiKey.of("sk-secret"));
    assertThatThrownBy(model::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("plain http://")
        .hasMessageContaining("allowKeyOverPlainHttp()");
    assertThat(model.allowKeyOverPlainHttp().build()).isNotNull();
    assertThat(OpenAi.model("m").baseUrl(url).build()).as("without a key").isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:1/v1",
        "http://127.0.0.1/v1",
        "http://[::1]/v1",
        "http://a.localhost/v1"
      })
  void itGoesToThisMachine(String url) {
    assertThat(OpenAi.model("m").baseUrl(url).apiKey(ApiKey.of("sk-secret")).build()).isNotNull();
  }

  @Test
  void timesThatCannotBeMeantAreRefused() {
    for (Duration time : new Duration[] {Duration.ZERO, Duration.ofDays(2)}) {
      assertThatThrownBy(() -> OpenAi.model("m").keepAlive(time)).hasMessageContaining("keepAlive");
      assertThatThrownBy(() -> OpenAi.model("m").http2(time)).hasMessageContaining("pingInterval");
    }
  }

  @Test
  void aConnectionIsNotUsedLongerThanItsServerKeepsIt() throws Exception {
    long second = 1_000_000_000L;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket other = server.accept()) {
      assertThat(other.isConnected()).isTrue();
      Flow flow = new Flow(false, 0);
      flow.use();
      assertThat(flow.isDead(socket, 29 * second, -1, 30 * second, false)).isFalse();
      assertThat(flow.isDead(socket, 31 * second, -1, 30 * second, false)).isTrue();
      flow.hint("max=100, timeout=5");
      assertThat(flow.isDead(socket, 3 * second, -1, 30 * second, false)).isFalse();
      assertThat(flow.isDead(socket, 5 * second, -1, 30 * second, false)).isTrue();
      flow.hint("timeout=nonsense");
      flow.hint("timeout=99999999999999999999");
      assertThat(flow.isDead(socket, 31 * second, -1, 30 * second, false)).isTrue();
    }
  }
}
