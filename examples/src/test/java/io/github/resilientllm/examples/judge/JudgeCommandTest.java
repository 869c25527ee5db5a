package io.github.resilientllm.examples.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeCommandTest {
  private final Terminal terminal = Terminal.piped();

  @Test
  void thisLibraryIsJudgedBesideAPlainClient(@TempDir Path directory) throws Exception {
    Path report = directory.resolve("card.html");
    int code = judge("--only", "04,T01,T11", "--pace", "0.1", "--report", report.toString());
    assertThat(code).isZero();
    assertThat(terminal.out())
        .contains("| resilient-llm | plain HttpClient |")
        .containsPattern("T01 .* pass . FAIL: it took for an answer")
        .contains("| 3 of 3 | 1 of 3 |");
    assertThat(Files.readString(report)).contains("<svg");

    Path lines = directory.resolve("other.tsv");
    Files.writeString(lines, "another\t04\tSAFE\tit ended with an error\n");
    Terminal second = Terminal.piped();
    new CommandLine("test", List.of(JudgeCommand.withEnvironment(Map.of())))
        .run(
            List.of("judge", "--only", "04", "--pace", "0.1", "--beside", lines.toString()),
            second.screen());
    assertThat(second.out()).contains("| another |", "| safe: it ended with an error |");
  }

  @Test
  void aGatewayIsJudgedByWhatItDoesWithItsTargets() throws Exception {
    int port = twoFreePorts();
    HttpClient http = HttpClient.newHttpClient();
    HttpServer gateway =
        gateway(
            exchange -> {
              byte[] question = exchange.getRequestBody().readAllBytes();
              HttpResponse<byte[]> answer = forward(http, port, question);
              answer = answer.statusCode() == 200 ? answer : forward(http, port + 1, question);
              respond(exchange, answer.statusCode(), answer.body());
            });
    int code = judge("--base-url", url(gateway), "--port", "" + port, "--only", "04,12,13");
    gateway.stop(0);
    assertThat(terminal.err()).isEmpty();
    assertThat(terminal.out())
        .containsPattern("04 .* pass")
        .containsPattern("12 .* pass")
        .containsPattern("13 .* partial: it asked another vendor what one had refused");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void aGatewayThatAsksNobodyIsNotJudged() throws Exception {
    HttpServer gateway = gateway(exchange -> respond(exchange, 503, new byte[0]));
    int port = twoFreePorts();
    int code = judge("--base-url", url(gateway), "--port", "" + port, "--only", "04");
    gateway.stop(0);
    assertThat(terminal.out()).contains("not reached: ").contains("| 0 of 1 |");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void aMistakeIsNamed() {
    assertThat(judge("--only", "99")).isEqualTo(2);
    assertThat(judge("--base-url", "localhost")).isEqualTo(2);
    assertThat(judge("--base-url", "http://localhost/v1", "--key-variable", "NO_KEY")).isEqualTo(2);
    assertThat(judge("--key", "sk-secret")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("\"99\"", "not \"localhost\"", "NO_KEY, which is not set", "use --key-variable")
        .doesNotContain("sk-secret");
  }

  private int judge(String... words) {
    List<String> all = new ArrayList<>(List.of("judge"));
    all.addAll(List.of(words));
    return new CommandLine("test", List.of(JudgeCommand.withEnvironment(Map.of())))
        .run(all, terminal.screen());
  }

  /** What a gateway does with a request. */
  private interface Forwarding {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private static HttpServer gateway(Forwarding forwarding) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try {
            forwarding.handle(exchange);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    server.start();
    return server;
  }

  private static HttpResponse<byte[]> forward(HttpClient http, int port, byte[] question)
      throws IOException, InterruptedException {
    URI target = URI.create("http://127.0.0.1:" + port + "/v1/chat/completions");
    return http.send(
        HttpRequest.newBuilder(target)
            .POST(HttpRequest.BodyPublishers.ofByteArray(question))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** Two in a row, below those that outgoing connections take while no vendor listens. */
  private static int twoFreePorts() {
    for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); ; port += 2) {
      try (ServerSocket one = new ServerSocket(port);
          ServerSocket two = new ServerSocket(port + 1)) {
        return Math.min(one.getLocalPort(), two.getLocalPort());
      } catch (IOException taken) {
        assertThat(port).isLessThan(32_000);
      }
    }
  }
}
