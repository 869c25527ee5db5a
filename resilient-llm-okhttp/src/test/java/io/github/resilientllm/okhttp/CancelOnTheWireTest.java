package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Hedge;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller who no longer wants an answer ends it at the vendor, whichever way he asked. */
@Timeout(30)
class CancelOnTheWireTest {
  private static final String WORD =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"}}]}\n\n";

  private static ResilientLlm client(FaultServer server, boolean hedged) {
    return ResilientLlm.with(
            OpenAi.model("m").apiKey(ApiKey.of("sk-secret")).baseUrl(server.url()).build())
        .hedge(hedged ? Hedge.extraLoad(0.01) : Hedge.none())
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancellingAFuture(boolean hedged) throws Exception {
    try (FaultServer server = FaultServer.start(FaultServer.Exchange::hang)) {
      CompletableFuture<ChatResponse> future =
          client(server, hedged).chatAsync(ChatRequest.of("q"));
      assertThat(server.awaitRequest()).isTrue();
      future.cancel(true);
      assertThat(server.awaitClientGone()).isTrue();
      assertThat(future).isCancelled();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptingABlockedCaller(boolean hedged) throws Exception {
    try (FaultServer server = FaultServer.start(FaultServer.Exchange::hang)) {
      AtomicReference<ErrorKind> kind = new AtomicReference<>();
      AtomicReference<Boolean> stillInterrupted = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  client(server, hedged).chat("q");
                } catch (LlmException e) {
                  kind.set(e.kind());
                  stillInterrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      assertThat(server.awaitRequest()).isTrue();
      caller.interrupt();
      assertThat(server.awaitClientGone()).isTrue();
      caller.join(TimeUnit.SECONDS.toMillis(10));
      assertThat(kind).hasValue(ErrorKind.CANCELLED);
      assertThat(stillInterrupted).hasValue(true);
    }
  }

  @Test
  void closingAStreamBetweenTwoPieces() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.stream().chunk(WORD).hang())) {
      try (ChatStream stream = client(server, false).stream("q")) {
        assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("word"));
      }
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  @Test
  void closingAStreamThatAnotherThreadReads() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    try (FaultServer server = FaultServer.start(x -> x.stream().chunk(WORD).hang())) {
      ChatStream stream = client(server, false).stream("q");
      CompletableFuture<Void> reader =
          CompletableFuture.runAsync(() -> stream.forEach(event -> first.countDown()));
      assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
      stream.close();
      assertThat(server.awaitClientGone()).isTrue();
      assertThatThrownBy(() -> reader.get(10, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              LlmException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
                assertThat(e.partialText()).isEqualTo("word");
              });
    }
  }
}
