package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.LlmProvider;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that never stops sending is cut off. */
@Timeout(60)
class EndlessServerTest {
  private static LlmProvider provider(FaultServer server) {
    return OpenAi.model("m").baseUrl(server.url()).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndlessBodyIsCutOff(boolean streaming) throws Exception {
    byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    try (FaultServer server =
        FaultServer.start(
            x -> x.head(200, "Content-Length: 1073741824").send("{\"a\":").endless(spaces))) {
      Collected got = Collected.from(provider(server), streaming);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(got.failure).hasMessageContaining("longer than");
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  @Test
  void endlessCommentsAreCutOff() throws Exception {
    byte[] comments = ": keep-alive\n\n".repeat(4096).getBytes(StandardCharsets.US_ASCII);
    try (FaultServer server =
        FaultServer.start(x -> x.head(200, "Content-Type: text/event-stream").endless(comments))) {
      Collected got = Collected.from(provider(server), true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  @Test
  void anEndlessErrorIsReadOnlyAtItsBeginning() throws Exception {
    byte[] page = "<p>sorry".repeat(8192).getBytes(StandardCharsets.US_ASCII);
    try (FaultServer server = FaultServer.start(x -> x.head(503).endless(page))) {
      assertThat(Collected.from(provider(server), true).failure.kind())
          .isEqualTo(ErrorKind.OVERLOADED);
      assertThat(server.awaitClientGone()).isTrue();
    }
  }
}
