package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.hang;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A provider's {@code close()} must not block, and one that does delays nobody who has no need of
 * it: not the winner of a race, and not whoever cancels.
 */
class CloseThatBlocksTest {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final VirtualTime time = new VirtualTime();
  private final ScriptedProvider healthy =
      ScriptedProvider.of("healthy", time, answerAfter(Duration.ofMillis(100), "hello"));

  @ParameterizedTest
  @EnumSource(Face.class)
  void aLoserThatIsSlowToCloseDoesNotDelayTheWinner(Face face) throws Exception {
    ScriptedProvider slow = ScriptedProvider.of("slow", time, hang());
    ResilientLlm llm =
        client(slow).hedge(Hedge.extraLoad(1).withInitialDelay(Duration.ofMillis(50))).build();
    answersWithin(Duration.ofMillis(200), llm, face, slow);
  }

  @Test
  void aLoserHoldsItsPlaceUntilItIsClosed() throws Exception {
    ScriptedProvider slow = ScriptedProvider.of("slow", time, hang());
    ResilientLlm llm =
        client(slow)
            .hedge(Hedge.extraLoad(1).withInitialDelay(Duration.ofMillis(50)))
            .concurrency(Concurrency.atMost(1))
            .build();
    time.run(
        () -> {
          llm.chat("Hi");
          llm.chat("Hi"); // the first target has no place for it
          time.pass(CLOSING);
          llm.chat("Hi");
        });
    assertThat(slow.attempts()).isEqualTo(2);
    assertThat(slow.mostOpen()).isEqualTo(1);
  }

  @Test
  void norDoesItDelayWhoCancels() throws Exception {
    ScriptedProvider slow = ScriptedProvider.of("slow", time, hang());
    ResilientLlm llm = client(slow).build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> future = llm.chatAsync(ChatRequest.of("Hi"));
          time.pass(Duration.ofMillis(10));
          future.cancel(true);
          assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(10));
        });
    assertThat(slow.open()).isZero();
  }

  private ResilientLlm.Builder client(ScriptedProvider first) {
    return ResilientLlm.with(Target.of(new SlowToClose(first)).named("first"))
        .fallback(Target.of(healthy))
        .retry(Retry.none())
        .time(time)
        .executor(time)
        .random(() -> 0.5);
  }

  private void answersWithin(Duration most, ResilientLlm llm, Face face, ScriptedProvider beaten)
      throws Exception {
    time.run(
        () -> {
          ChatResponse response = face.call(llm, time).response();
          assertThat(response).isNotNull();
          assertThat(response.answeredBy()).isEqualTo("healthy/m");
          assertThat(time.elapsed()).isLessThan(most);
        });
    assertThat(beaten.open()).isZero();
  }

  /** A provider whose calls take their time to close. */
  private final class SlowToClose implements LlmProvider {
    private final ScriptedProvider provider;

    SlowToClose(ScriptedProvider provider) {
      this.provider = provider;
    }

    @Override
    public String vendor() {
      return provider.vendor();
    }

    @Override
    public String model() {
      return provider.model();
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
      ProviderCall call = provider.newCall(request, options);
      return new ProviderCall() {
        @Override
        public ChatEvent.@Nullable Delta next() throws ProviderException {
          return call.next();
        }

        @Override
        public Completion completion() {
          return call.completion();
        }

        @Override
        public void close() {
          time.pass(CLOSING);
          call.close();
        }
      };
    }
  }
}
