package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a vendor says about its limits paces calls before it refuses them. */
class VendorLimitTest {
  private static final ChatRequest INTERACTIVE = ChatRequest.of("now?");
  private static final ChatRequest BACKGROUND =
      ChatRequest.builder().user("some day?").background().build();

  private final VirtualTime time = new VirtualTime();

  @Test
  void aBurstDoesNotRunIntoTheVendorsLimit() throws Exception {
    LimitedVendor vendor = new LimitedVendor(20, Duration.ofSeconds(10), true);
    ResilientLlm llm = client(vendor).retry(Retry.none()).build();
    int answered = burst(llm, 60);
    assertThat(answered).isEqualTo(60);
    assertThat(vendor.refused).isZero();
    assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(41)); // 30 s are what 20 in 10 s take
  }

  @Test
  void withoutHeadersTheSameBurstDoes() throws Exception {
    LimitedVendor vendor = new LimitedVendor(20, Duration.ofSeconds(10), false);
    ResilientLlm llm = client(vendor).retry(Retry.none()).build();
    assertThat(burst(llm, 60)).isLessThan(60);
    assertThat(vendor.refused).isPositive();
  }

  @Test
  void withTheVendorsWordIgnoredItDoesAsWell() throws Exception {
    LimitedVendor vendor = new LimitedVendor(20, Duration.ofSeconds(10), true);
    ResilientLlm llm =
        client(vendor)
            .retry(Retry.none())
            .rateLimit(RateLimit.unlimited().ignoringVendor())
            .build();
    assertThat(burst(llm, 60)).isLessThan(60);
    assertThat(vendor.refused).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whenNothingIsLeftTheCallGoesToAnotherTargetOrWaits(Face face) throws Exception {
    Pacing spent = Pacing.nothing().withRequests(5, 0, Duration.ofSeconds(30));
    ScriptedProvider first = ScriptedProvider.of("first", time, telling(spent), answer("again"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm alone = VirtualClient.with(time, first).build();
    time.run(
        () -> {
          face.call(alone, time);
          assertThat(face.call(alone, time).text()).isEqualTo("again");
          // one is back after 6 s, if it comes back bit by bit; and those who wait are spread
          assertThat(time.elapsed()).isBetween(Duration.ofSeconds(6), Duration.ofMillis(6010));
        });
    ScriptedProvider spentFirst = ScriptedProvider.of("f", time, telling(spent), answer("again"));
    ResilientLlm patient = VirtualClient.with(time, spentFirst, next).build();
    time.run(
        () -> {
          face.call(patient, time);
          Duration before = time.elapsed();
          assertThat(face.call(patient, time).response().answeredBy()).isEqualTo("next/m");
          assertThat(time.elapsed()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anErrorTellsOfLimitsToo(Face face) throws Exception {
    Pacing spent = Pacing.nothing().withRequests(10, 0, Duration.ofSeconds(5));
    ProviderException failure =
        ProviderException.builder(ErrorKind.SERVER_ERROR, "scripted").pacing(spent).build();
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, script().fails(failure), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    // after what one takes to be back, if they come back bit by bit, and not after the backoff
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 505L);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theDelayOfARefusalIsObeyedThoughTheLimitIsCountedAnewMuchLater(Face face) throws Exception {
    Pacing spent = Pacing.nothing().withRequests(10, 0, Duration.ofSeconds(60));
    ProviderException failure =
        ProviderException.builder(ErrorKind.RATE_LIMITED, "scripted")
            .pacing(spent)
            .retryAfter(Duration.ofSeconds(1))
            .build();
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, script().fails(failure), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(vendor.startedAtMillis().get(1)).isBetween(1000L, 5000L);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void tokensThatAreNearlySpentPaceByWhatAnAnswerTakes(Face face) throws Exception {
    Pacing twoAnswers = Pacing.nothing().withTokens(100_000, 16, Duration.ofSeconds(30));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, telling(twoAnswers), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () -> {
          for (int i = 0; i < 3; i++) {
            assertThat(face.call(llm, time).failure()).isNull(); // 8 tokens each
          }
        });
    assertThat(vendor.startedAtMillis().get(1)).isZero();
    assertThat(vendor.startedAtMillis().get(2)).isBetween(14_000L, 16_000L);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whatWasReadFromACacheIsNotTakenFromTheLimit(Face face) throws Exception {
    Pacing twoAnswers = Pacing.nothing().withTokens(100_000, 16, Duration.ofSeconds(30));
    Usage cached = Usage.of(1003, 5).withCachedInput(1000); // 8 tokens
    Script told =
        script().says("told").done(Completion.of(FinishReason.STOP, cached).withPacing(twoAnswers));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, told, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () -> {
          face.call(llm, time);
          face.call(llm, time);
        });
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 0L);
  }

  @Test
  void interactiveCallsStartAheadOfBackgroundOnes() throws Exception {
    Pacing little = Pacing.nothing().withRequests(100, 30, Duration.ofSeconds(60));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, telling(little), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    List<String> order = new ArrayList<>();
    time.run(
        () -> {
          Face.BLOCKING.call(llm, INTERACTIVE, time);
          for (int i = 0; i < 4; i++) {
            time.execute(() -> order.add(called(llm, BACKGROUND)));
          }
          time.pass(Duration.ofMillis(1));
          for (int i = 0; i < 4; i++) {
            time.execute(() -> order.add(called(llm, INTERACTIVE)));
          }
          time.pass(Duration.ofSeconds(60));
        });
    assertThat(order).hasSize(8);
    assertThat(order.subList(1, 5)).containsOnly("interactive"); // one had begun before them
  }

  @Test
  void aPlaceThatComesFreeGoesToAnInteractiveCallFirst() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(2), "hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).concurrency(Concurrency.atMost(1)).build();
    List<String> order = new ArrayList<>();
    time.run(
        () -> {
          for (ChatRequest request :
              List.of(INTERACTIVE, BACKGROUND, BACKGROUND, INTERACTIVE, INTERACTIVE)) {
            time.execute(() -> order.add(called(llm, request)));
            time.pass(Duration.ofMillis(10));
          }
          time.pass(Duration.ofSeconds(10));
        });
    assertThat(order)
        .containsExactly("interactive", "interactive", "interactive", "background", "background");
  }

  private String called(ResilientLlm llm, ChatRequest request) {
    assertThat(Face.BLOCKING.call(llm, request, time).failure()).isNull();
    return request.background() ? "background" : "interactive";
  }

  /** How many of so many calls at once are answered. */
  private int burst(ResilientLlm llm, int calls) throws Exception {
    List<Boolean> ends = new ArrayList<>();
    time.run(
        () -> {
          Face.BLOCKING.call(llm, time); // the first answer tells of the limit
          for (int i = 1; i < calls; i++) {
            time.execute(() -> ends.add(Face.BLOCKING.call(llm, time).failure() == null));
          }
          while (ends.size() < calls - 1) {
            time.pass(Duration.ofMillis(100));
          }
        });
    return 1 + (int) ends.stream().filter(answered -> answered).count();
  }

  private ResilientLlm.Builder client(LlmProvider vendor) {
    return ResilientLlm.with(vendor).time(time).executor(time).random(() -> 0.5);
  }

  private static Script telling(Pacing pacing) {
    return script()
        .says("told")
        .done(Completion.of(FinishReason.STOP, Usage.of(3, 5)).withPacing(pacing));
  }

  /** A vendor with a limit by fixed windows, which it tells of or does not. */
  private final class LimitedVendor implements LlmProvider {
    private final int limit;
    private final long window;
    private final boolean tells;
    private long windowEnds;
    private int used;
    int refused;

    LimitedVendor(int limit, Duration window, boolean tells) {
      this.limit = limit;
      this.window = window.toNanos();
      this.tells = tells;
    }

    @Override
    public String vendor() {
      return "limited";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
      long now = time.nanos();
      if (now >= windowEnds) {
        windowEnds = now + window;
        used = 0;
      }
      if (used == limit) {
        refused++;
        throw new ProviderException(ErrorKind.RATE_LIMITED, "scripted");
      }
      used++;
      Completion completion = Completion.of(FinishReason.STOP, Usage.of(3, 5));
      if (tells) {
        Duration reset = Duration.ofNanos(windowEnds - now);
        completion =
            completion.withPacing(Pacing.nothing().withRequests(limit, limit - used, reset));
      }
      return ProviderCall.of(completion, new ChatEvent.TextDelta("hello"));
    }
  }
}
