package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A handshake that cannot succeed is no outage: it is not tried again, and what is wrong is said.
 */
@Timeout(60)
class HandshakeTest {

  private static ResilientLlm.Builder client(OpenAi.Builder model) {
    return ResilientLlm.with(Target.of(model.build()).named("first"))
        .retry(Retry.upTo(3).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .hedge(Hedge.none());
  }

  private static void isRefused(OpenAi.Builder model, String why) throws Exception {
    LlmException failure = Face.BLOCKING.call(client(model).build(), Time.system()).error();
    assertThat(failure.kind()).isEqualTo(ErrorKind.FORBIDDEN);
    assertThat(failure.attempts()).hasSize(1);
    assertThat(failure).hasStackTraceContaining(why);
  }

  @ParameterizedTest
  @CsvSource({"expired, has expired", "name, for another name", "unknown, is not trusted"})
  void theMessageSaysWhatIsWrongWithTheCertificate(String what, String why) throws Exception {
    Certificate certificate =
        switch (what) {
          case "expired" -> Certificate.expired();
          case "name" -> Certificate.ofAnotherName();
          default -> Certificate.good();
        };
    try (FaultServer server = FaultServer.start(certificate, Faults::healthy)) {
      OpenAi.Builder model = OpenAi.model("m").baseUrl(server.url());
      if (!what.equals("unknown")) {
        model.client(certificate.client().build());
      }
      isRefused(model, why);
      assertThat(server.requests()).isEmpty();
    }
  }

  /** What a server says that speaks only TLS 1.0, or none of the client's ciphers. */
  @ParameterizedTest
  @CsvSource({"70, speaks no version of TLS", "40, speaks no version of TLS"})
  void anOldVersionOfTlsIsSaid(int alert, String why) throws Exception {
    try (Alerting server = new Alerting(alert)) {
      isRefused(OpenAi.model("m").baseUrl(server.url()), why);
      assertThat(server.connections.get()).isEqualTo(1);
    }
  }

  @Test
  void anAlertThatMayPassIsAnOutage() throws Exception {
    try (Alerting server = new Alerting(80)) { // internal_error
      LlmException failure =
          Face.BLOCKING
              .call(client(OpenAi.model("m").baseUrl(server.url())).build(), Time.system())
              .error();
      assertThat(failure.kind()).isEqualTo(ErrorKind.NETWORK);
      assertThat(failure.attempts()).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theNextTargetIsAskedAtOnce(Face face) throws Exception {
    Certificate certificate = Certificate.expired();
    try (FaultServer sick = FaultServer.start(certificate, Faults::healthy);
        FaultServer well =
            FaultServer.start(
                face == Face.STREAM
                    ? Faults::healthy
                    : x ->
                        x.respond(
                            200,
                            "{\"choices\":[{\"message\":{\"content\":\"Hello\"},"
                                + "\"finish_reason\":\"stop\"}]}"))) {
      ResilientLlm llm =
          client(OpenAi.model("m").baseUrl(sick.url()).client(certificate.client().build()))
              .fallback(Target.of(OpenAi.model("m").baseUrl(well.url()).build()).named("second"))
              .build();
      Face.End end = face.call(llm, Time.system());
      assertThat(end.text()).isEqualTo("Hello");
      assertThat(end.response().attempts()).hasSize(2);
    }
  }

  /** Says an alert of TLS to whoever comes. */
  private static final class Alerting implements AutoCloseable {
    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    Alerting(int alert) throws Exception {
      Thread thread =
          new Thread(
              () -> {
                while (!socket.isClosed()) {
                  try (Socket connection = socket.accept()) {
                    connections.incrementAndGet();
                    connection.getInputStream().read(new byte[4096]);
                    connection
                        .getOutputStream()
                        .write(new byte[] {21, 3, 1, 0, 2, 2, (byte) alert});
                  } catch (IOException e) {
                    // closed, or the client is gone
                  }
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    String url() {
      return "https://127.0.0.1:" + socket.getLocalPort() + "/v1";
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
