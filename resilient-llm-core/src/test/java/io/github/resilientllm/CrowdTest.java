package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of async calls at once, on the executor that a client has by default. */
@Timeout(180)
class CrowdTest {
  private static final Hedge FIVE_PERCENT = Hedge.extraLoad(0.05);

  private final CountDownLatch all = new CountDownLatch(1);
  private final Slow vendor = new Slow();

  @Test
  void fiveThousandCallsAtOnceAreAllAnswered() {
    assertThat(failuresOf(5_000, ResilientLlm.with(vendor))).isEmpty();
  }

  @Test
  void fiveThousandCallsThatMayBeHedgedAreAllAnswered() {
    assertThat(failuresOf(5_000, ResilientLlm.with(vendor).hedge(FIVE_PERCENT))).isEmpty();
  }

  @Test
  void fiftyThousandCallsAtOnceAreAllAnsweredWithinTheirDeadline() {
    assertThat(failuresOf(50_000, ResilientLlm.with(vendor))).isEmpty();
    assertThat(vendor.open).hasValue(0);
  }

  /** Makes so many calls before the first one is answered; counts how they fail. */
  private Map<ErrorKind, Integer> failuresOf(int calls, ResilientLlm.Builder client) {
    ResilientLlm llm = client.build();
    List<CompletableFuture<ChatResponse>> futures = new ArrayList<>(calls);
    for (int i = 0; i < calls; i++) {
      futures.add(llm.chatAsync(ChatRequest.of("q")));
    }
    all.countDown();
    Map<ErrorKind, Integer> failures = new EnumMap<>(ErrorKind.class);
    for (CompletableFuture<ChatResponse> future : futures) {
      try {
        assertThat(future.join().text()).isEqualTo("hello");
      } catch (CompletionException e) {
        failures.merge(((LlmException) e.getCause()).kind(), 1, Integer::sum);
      }
    }
    return failures;
  }

  /** Answers nobody before everybody has asked. */
  private final class Slow implements LlmProvider {
    private final AtomicInteger open = new AtomicInteger();

    @Override
    public String vendor() {
      return "slow";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      open.incrementAndGet();
      return new ProviderCall() {
        private final AtomicInteger closed = new AtomicInteger();
        private boolean said;

        @Override
        public ChatEvent.@Nullable Delta next() throws ProviderException {
          try {
            all.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderException(ErrorKind.NETWORK, "interrupted");
          }
          if (said) {
            return null;
          }
          said = true;
          return new ChatEvent.TextDelta("hello");
        }

        @Override
        public Completion completion() {
          return Completion.of(FinishReason.STOP, Usage.unknown());
        }

        @Override
        public void close() {
          if (closed.getAndIncrement() == 0) {
            open.decrementAndGet();
          }
        }
      };
    }
  }
}
