package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call that is cancelled, interrupted or out of time at the very instant at which its attempt
 * begins to speak: between the race and the reading nobody must lose that attempt.
 */
class LeftAtFirstWordTest {
  private static final Script SLOW_WORDS =
      script().after(Duration.ofSeconds(1)).says("a").after(Duration.ofSeconds(1)).says("b").done();

  private final VirtualTime time = new VirtualTime();
  private final List<CallEvent> heard = new ArrayList<>();
  private final AtomicReference<Runnable> atFirstWord = new AtomicReference<>(() -> {});

  private ResilientLlm.Builder client(boolean hedged, ScriptedProvider... vendors) {
    return VirtualClient.with(time, vendors)
        .hedge(hedged ? Hedge.extraLoad(0.1) : Hedge.none())
        .concurrency(Concurrency.atMost(1))
        .retry(Retry.none())
        .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(10)))
        .listener(heard::add)
        .listener(
            event -> {
              if (event instanceof CallEvent.FirstToken) {
                atFirstWord.get().run();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStreamThatAListenerClosesAtItsFirstTokenLeavesNothing(boolean hedged) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, SLOW_WORDS);
    ResilientLlm llm = client(hedged, vendor).build();
    ChatStream stream = llm.stream("q");
    atFirstWord.set(stream::close);
    time.run(
        () -> {
          try {
            stream.response();
            throw new AssertionError("answered");
          } catch (LlmException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
          }
          assertNothingIsLeft(llm, vendor);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFutureThatIsCancelledAsTheVendorSpeaksLeavesNothing(boolean hedged) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, SLOW_WORDS);
    ResilientLlm llm = speaking(hedged, vendor);
    time.run(
        () -> {
          CompletableFuture<ChatResponse> future = llm.chatAsync(ChatRequest.of("q"));
          atFirstWord.set(() -> future.cancel(true));
          time.pass(Duration.ofSeconds(5));
          assertThat(future).isCancelled();
          assertNothingIsLeft(llm, vendor);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallThatIsInterruptedAsTheVendorSpeaksLeavesNothing(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, SLOW_WORDS);
    ResilientLlm llm = speaking(false, vendor);
    atFirstWord.set(() -> Thread.currentThread().interrupt());
    time.run(
        () -> {
          if (face == Face.ASYNC) {
            CompletableFuture<ChatResponse> unused = llm.chatAsync(ChatRequest.of("q"));
          } else {
            time.execute(() -> face.call(llm, time));
          }
          time.pass(Duration.ofSeconds(10));
          assertThat(heard)
              .filteredOn(CallEvent.CallEnded.class::isInstance)
              .extracting(event -> ((CallEvent.CallEnded) event).error().orElseThrow())
              .containsExactly(ErrorKind.CANCELLED);
          assertNothingIsLeft(llm, vendor);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallWhoseTimeIsUpAsTheVendorSpeaksLeavesNothing(Face face) throws Exception {
    for (boolean hedged : new boolean[] {false, true}) {
      ScriptedProvider vendor = ScriptedProvider.of("v", time, SLOW_WORDS);
      ResilientLlm llm = speaking(hedged, vendor);
      atFirstWord.set(() -> time.pass(Duration.ofMinutes(3)));
      time.run(
          () -> {
            assertThat(face.call(llm, time).error().kind())
                .isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED);
            time.pass(Duration.ofMinutes(3));
            assertNothingIsLeft(llm, vendor);
          });
    }
  }

  @Test
  void aProbeThatIsLeftAtItsFirstTokenGivesItsSlotBack() throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of("first", time, fail(ErrorKind.NETWORK), SLOW_WORDS, answer("back"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = client(false, first, next).build();
    time.run(
        () -> {
          assertThat(Face.STREAM.call(llm, time).text()).isEqualTo("hello");
          time.pass(Duration.ofSeconds(10));
          ChatStream stream = llm.stream("q");
          atFirstWord.set(stream::close);
          try {
            stream.response();
          } catch (LlmException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
          }
          atFirstWord.set(() -> {});
          assertNothingIsLeft(llm, first);
          assertThat(Face.STREAM.call(llm, time).text()).isEqualTo("back");
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
        });
  }

  /** A client of a vendor between whose first word and its reader something happens. */
  private ResilientLlm speaking(boolean hedged, ScriptedProvider vendor) {
    LlmProvider speaking =
        new LlmProvider() {
          @Override
          public String vendor() {
            return vendor.vendor();
          }

          @Override
          public String model() {
            return vendor.model();
          }

          @Override
          public ProviderCall newCall(ChatRequest request, CallOptions options) {
            ProviderCall call = vendor.newCall(request, options);
            return new ProviderCall() {
              @Override
              public ChatEvent.@Nullable Delta next() throws ProviderException {
                ChatEvent.Delta piece = call.next();
                atFirstWord.get().run();
                return piece;
              }

              @Override
              public Completion completion() {
                return call.completion();
              }

              @Override
              public void close() {
                call.close();
              }
            };
          }
        };
    return ResilientLlm.with(speaking)
        .time(time)
        .executor(time)
        .random(() -> 0.5)
        .hedge(hedged ? Hedge.extraLoad(0.1) : Hedge.none())
        .concurrency(Concurrency.atMost(1))
        .retry(Retry.none())
        .listener(heard::add)
        .build();
  }

  private void assertNothingIsLeft(ResilientLlm llm, ScriptedProvider vendor) {
    time.pass(Duration.ofNanos(1)); // it is closed at once, on a thread of its own
    assertThat(vendor.open()).as("attempts open on the wire").isZero();
    assertThat(time.watched()).as("watches").isZero();
    assertThat(llm.engine().targets())
        .allMatch(target -> target.standing().freePlaces() == 1, "has its place back");
    long started = heard.stream().filter(CallEvent.AttemptStarted.class::isInstance).count();
    long ended = heard.stream().filter(CallEvent.AttemptEnded.class::isInstance).count();
    assertThat(ended).as("attempts that ended, of those that began").isEqualTo(started);
  }
}
