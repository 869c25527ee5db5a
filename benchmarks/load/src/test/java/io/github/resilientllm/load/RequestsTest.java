package io.github.resilientllm.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the vendor reads from a connection. */
class RequestsTest {
  private Socket client;
  private Socket accepted;
  private Requests requests;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      client = new Socket(server.getInetAddress(), server.getLocalPort());
      accepted = server.accept();
      requests = new Requests(accepted);
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    accepted.close();
  }

  @Test
  void requestsAreReadOneAfterTheOther() throws IOException {
    String stream = "{\"stream\": true,\"q\":\"call-7 \"}";
    String plain = "{\"q\":\"call-12 \"}";
    send(
        "POST /tail/v1/chat HTTP/1.1\r\ncontent-LENGTH: %d\r\n\r\n%s"
                .formatted(stream.length(), stream)
            + "POST /fixed-50/v1/chat HTTP/1.1\r\nHost: x\r\nContent-Length:%d\r\n\r\n%s"
                .formatted(plain.length(), plain));
    assertThat(requests.read()).isEqualTo("tail");
    assertThat(requests.isStreaming()).isTrue();
    assertThat(requests.callNumber()).isEqualTo(7);
    assertThat(requests.read()).isEqualTo("fixed-50");
    assertThat(requests.isStreaming()).isFalse();
    assertThat(requests.callNumber()).isEqualTo(12);
  }

  @Test
  void aBodyMayComeInChunks() throws IOException {
    send("POST /tail/v1/chat HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    send(chunk("{\"q\":\"call") + chunk("-34 \"}") + chunk(""));
    send("POST /short/v1/chat HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    assertThat(requests.read()).isEqualTo("tail");
    assertThat(requests.callNumber()).isEqualTo(34);
    assertThat(requests.read()).isEqualTo("short");
    assertThat(requests.callNumber()).isEqualTo(-1);
  }

  @Test
  void aBodyThatIsLargerThanTheBufferIsReadWhole() throws Exception {
    String body = "{\"q\":\"" + "x".repeat(300_000) + "call-5 \"}";
    Thread sender =
        new Thread(
            () ->
                send("POST /a/b HTTP/1.1\r\nContent-Length: " + body.length() + "\r\n\r\n" + body));
    sender.start();
    assertThat(requests.read()).isEqualTo("a");
    assertThat(requests.callNumber()).isEqualTo(5);
    sender.join();
  }

  @Test
  void aClientThatSendsTheNextRequestHasNotGone() throws IOException {
    assertThat(requests.isGone()).isFalse();
    send("POST /a/b HTTP/1.1\r\n\r\n");
    assertThat(requests.isGone()).isFalse();
    assertThat(requests.read()).isEqualTo("a");
    client.close();
    assertThat(requests.isGone()).isTrue();
    assertThat(requests.read()).isNull();
  }

  private static String chunk(String text) {
    return "%x\r\n%s\r\n".formatted(text.length(), text);
  }

  private void send(String text) {
    try {
      OutputStream out = client.getOutputStream();
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
