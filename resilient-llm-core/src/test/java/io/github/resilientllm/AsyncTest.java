package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Async calls and the threads they wait for. */
class AsyncTest {
  private final VirtualTime time = new VirtualTime();
  private final Queue<Runnable> queue = new ArrayDeque<>(); // of an executor without threads

  @Test
  void aCallThatWaitsForItsThreadEndsAtItsDeadline() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .executor(queue::add)
            .deadline(Duration.ofSeconds(30))
            .build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> call = llm.chatAsync(ChatRequest.of("q"));
          assertThat(Face.await(call, time).error().kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(30));
          queue.remove().run(); // its thread comes after all
        });
    assertThat(vendor.attempts()).isZero();
    assertThat(time.watched()).isZero();
  }

  @Test
  void theTimeInTheQueueCountsForTheDeadline() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(20), "hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .executor(queue::add)
            .deadline(Duration.ofSeconds(30))
            .build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> call = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofSeconds(15));
          time.execute(queue.remove());
          assertThat(Face.await(call, time).error().kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(30));
        });
    assertThat(vendor.attempts()).isOne();
    assertThat(time.watched()).isZero();
  }

  @Test
  void aTurnThatWaitsForItsThreadEndsAtItsDeadlineAndLeavesTheConversationAsItWas()
      throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .executor(queue::add)
            .deadline(Duration.ofSeconds(30))
            .journal(new MemoryJournal())
            .build();
    time.run(
        () -> {
          Conversation chat = llm.conversation("c");
          CompletableFuture<ChatResponse> turn = chat.sayAsync("q");
          assertThat(Face.await(turn, time).error().kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(30));
          queue.remove().run(); // its thread comes after all
          assertThat(chat.history()).isEmpty();
          assertThat(chat.say("q").text()).isEqualTo("hello");
        });
    assertThat(vendor.attempts()).isOne();
  }

  @Test
  void aCallCancelledInTheQueueEndsAtOnceAndLeavesNoClock() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).executor(queue::add).build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> call = llm.chatAsync(ChatRequest.of("q"));
          call.cancel(true);
          assertThat(time.watched()).isZero();
          queue.remove().run();
        });
    assertThat(vendor.attempts()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void asManyAsComeAtOnceAreAnswered(boolean hedged) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    ResilientLlm.Builder builder =
        ResilientLlm.with(new Answering(asked)).breaker(Breaker.none()); // for 5,000 late ones
    ResilientLlm llm = (hedged ? builder.hedge(Hedge.extraLoad(0.5)) : builder).build();
    List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      calls.add(llm.chatAsync(ChatRequest.of("q")));
    }
    assertThat(calls.stream().filter(CompletableFuture::isCompletedExceptionally)).isEmpty();
    asked.countDown();
    for (CompletableFuture<ChatResponse> call : calls) {
      assertThat(call.get(60, TimeUnit.SECONDS).text()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theThreadsInheritNothingFromTheCaller(boolean hedged) throws Exception {
    InheritableThreadLocal<String> secret = new InheritableThreadLocal<>();
    secret.set("a request's own");
    Thread me = Thread.currentThread();
    ClassLoader before = me.getContextClassLoader();
    ClassLoader application = new ClassLoader(before) {};
    AtomicReference<@Nullable String> seen = new AtomicReference<>("nothing has run");
    AtomicReference<@Nullable ClassLoader> loader = new AtomicReference<>(application);
    LlmProvider looking =
        new Answering(new CountDownLatch(0)) {
          @Override
          public ProviderCall newCall(ChatRequest request, CallOptions options) {
            seen.set(secret.get());
            loader.set(Thread.currentThread().getContextClassLoader());
            return super.newCall(request, options);
          }
        };
    ResilientLlm.Builder builder = ResilientLlm.with(looking);
    ResilientLlm llm = (hedged ? builder.hedge(Hedge.extraLoad(0.5)) : builder).build();
    me.setContextClassLoader(application);
    try {
      assertThat(llm.chatAsync(ChatRequest.of("q")).get(10, TimeUnit.SECONDS).text())
          .isEqualTo("hello");
    } finally {
      me.setContextClassLoader(before);
      secret.remove();
    }
    assertThat(seen.get()).isNull();
    assertThat(loader.get()).isNotSameAs(application);
  }

  /** A vendor that answers as soon as it may. */
  private static class Answering implements LlmProvider {
    private final CountDownLatch asked;

    Answering(CountDownLatch asked) {
      this.asked = asked;
    }

    @Override
    public String vendor() {
      return "v";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return new AnsweringCall(asked);
    }
  }

  private static final class AnsweringCall implements ProviderCall {
    private final CountDownLatch asked;
    private boolean spoke;

    AnsweringCall(CountDownLatch asked) {
      this.asked = asked;
    }

    @Override
    public ChatEvent.@Nullable Delta next() {
      if (spoke) {
        return null;
      }
      spoke = true;
      try {
        asked.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new ChatEvent.TextDelta("hello");
    }

    @Override
    public Completion completion() {
      return Completion.of(FinishReason.STOP, Usage.unknown());
    }

    @Override
    public void close() {}
  }
}
