package io.github.resilientllm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.resilientllm.policy.Fallback.ContextTooLong;
import io.github.resilientllm.policy.Fallback.MidStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies are values: what is set is seen, compared and shown, and nothing else changes. */
class PolicyValuesTest {

  static Stream<Supplier<List<Object>>> variants() {
    return Stream.of(
        () ->
            List.of(
                Breaker.standard(),
                Breaker.standard().withOpening(9, 20),
                Breaker.standard().withOpening(10, 21),
                Breaker.standard().withOpenFor(ms(1)),
                Breaker.standard().withLockedFor(ms(1)),
                Breaker.standard().withSlowAfter(ms(1)),
                Breaker.standard().ejectingLastTarget(),
                Breaker.none()),
        () ->
            List.of(
                Budget.standard(),
                Budget.standard().withCapacity(9),
                Budget.standard().withCosts(9, 2, 1),
                Budget.standard().withCosts(1, 9, 1),
                Budget.standard().withCosts(1, 2, 9),
                Budget.standard().withFailureCost(9),
                Budget.standard().withRefill(9),
                Budget.standard().withReserve(9),
                Budget.standard().withRefund(9),
                Budget.unlimited()),
        () ->
            List.of(
                Concurrency.atMost(5),
                Concurrency.atMost(5).withLimit(6),
                Concurrency.atMost(5).withWaiting(9, Duration.ofSeconds(10)),
                Concurrency.atMost(5).withWaiting(100, ms(1)),
                Concurrency.unlimited()),
        () ->
            List.of(
                RateLimit.of(60, ms(1000)),
                RateLimit.of(61, ms(1000)),
                RateLimit.of(60, ms(999)),
                RateLimit.of(60, ms(1000)).withBurst(9),
                RateLimit.of(60, ms(1000)).withMaxWait(ms(1)),
                RateLimit.of(60, ms(1000)).ignoringVendor(),
                RateLimit.unlimited()),
        () ->
            List.of(
                Hedge.extraLoad(0.1),
                Hedge.extraLoad(0.2),
                Hedge.extraLoad(0.1).withInitialDelay(ms(1)),
                Hedge.extraLoad(0.1).withMaxHedges(2),
                Hedge.extraLoad(0.1).onSameTarget(),
                Hedge.none()),
        () ->
            List.of(
                Fallback.standard(),
                Fallback.standard().withPatience(ms(1)),
                Fallback.standard().withContentFilterTried(),
                Fallback.standard().withRefusalsFinal(),
                Fallback.standard().withContextTooLong(ContextTooLong.ANY),
                Fallback.standard().withMidStream(MidStream.FAIL)),
        () ->
            List.of(
                Retry.upTo(3),
                Retry.upTo(4),
                Retry.upTo(3).withDelay(ms(1), ms(8000)),
                Retry.upTo(3).withDelay(ms(500), ms(501)),
                Retry.upTo(3).withThrottledDelay(ms(1)),
                Retry.upTo(3).withJitter(Retry.Jitter.NONE),
                Retry.upTo(3).withMaxServerDelay(ms(1)),
                Retry.upTo(3).withUnauthorizedRetried()),
        () ->
            List.of(
                Timeouts.standard(),
                Timeouts.standard().withDeadline(ms(1000)),
                Timeouts.standard().withAttempt(ms(1000)),
                Timeouts.standard().withFirstToken(ms(1000)),
                Timeouts.standard().withThinking(ms(60_000)),
                Timeouts.standard().withStall(ms(1000))));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void eachSettingIsComparedAndShown(Supplier<List<Object>> variants) {
    List<Object> once = variants.get();
    List<Object> again = variants.get();
    assertThat(once).isEqualTo(again).doesNotHaveDuplicates();
    assertThat(once.stream().map(Object::hashCode))
        .isEqualTo(again.stream().map(Object::hashCode).toList());
    assertThat(once.stream().map(Object::toString)).doesNotHaveDuplicates();
    assertThat(once.get(0)).isNotEqualTo("another type");
  }

  @ParameterizedTest
  @MethodSource("variants")
  void nothingPublicIsNullAndNobodyElseMakesOne(Supplier<List<Object>> variants) throws Exception {
    for (Object policy : variants.get()) {
      assertThat(policy.getClass().getConstructors()).isEmpty();
      assertThat(policy.getClass()).isFinal();
      for (Method method : policy.getClass().getDeclaredMethods()) {
        if (Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 0) {
          assertThat(method.invoke(policy)).as(method.toString()).isNotNull();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void nullIsRefused(Supplier<List<Object>> variants) throws Exception {
    Object policy = variants.get().get(0);
    for (Method method : policy.getClass().getDeclaredMethods()) {
      Class<?>[] types = method.getParameterTypes();
      if (Modifier.isPublic(method.getModifiers())
          && types.length == 1
          && !types[0].isPrimitive()
          && types[0] != Object.class) {
        assertThatNullPointerException()
            .as(method.toString())
            .isThrownBy(
                () -> {
                  try {
                    method.invoke(policy, new Object[1]);
                  } catch (ReflectiveOperationException e) {
                    throw (RuntimeException) e.getCause();
                  }
                });
      }
    }
  }

  @Test
  void clocksThatAreNotSetFollowTheDeadline() {
    Timeouts two = Timeouts.standard();
    assertThat(clocks(two)).containsExactly(s(120), s(60), s(12), s(90), s(20));
    assertThat(clocks(two.withDeadline(s(40))))
        .containsExactly(s(40), s(20), s(4), s(30), s(20 / 3.0));
    assertThat(clocks(two.withAttempt(s(6)))).containsExactly(s(120), s(6), s(6), s(6), s(6));
    assertThat(two.withFirstToken(s(100)).thinking()).isEqualTo(s(100));
    assertThat(two.withThinking(s(5)).firstToken()).isEqualTo(s(5));
    assertThat(two.attemptIfSet()).isEmpty();
    assertThat(two.withAttempt(s(6)).attemptIfSet()).isEqualTo(Optional.of(s(6)));
  }

  @Test
  void whoMayThinkInSilenceGetsMoreTimeForItsFirstContent() {
    Timeouts minds = Timeouts.standard().forThinking();
    assertThat(clocks(minds)).containsExactly(s(120), s(105), s(90), s(90), s(20));
    Timeouts set = Timeouts.standard().withAttempt(s(50)).withThinking(s(40)).forThinking();
    assertThat(clocks(set)).containsExactly(s(120), s(50), s(40), s(40), s(20));
    assertThat(Timeouts.deadline(Duration.ofNanos(1)).forThinking().thinking())
        .isLessThanOrEqualTo(Duration.ofNanos(1));
  }

  @Test
  void clocksThatCouldNeverEndAnythingAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timeouts.standard().withFirstToken(s(20)).withThinking(s(10)))
        .withMessageContaining("firstToken PT20S is longer than the thinking of PT10S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timeouts.standard().withAttempt(s(10)).withThinking(s(20)))
        .withMessageContaining("thinking PT20S is longer than the attempt of PT10S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timeouts.standard().withStall(s(10)).withDeadline(s(5)))
        .withMessageContaining("stall PT10S is longer than the deadline of PT5S");
  }

  @Test
  void delaysThatAreNotSetFitTheDeadline() {
    Retry fitting = Retry.upTo(3).within(ms(400));
    assertThat(fitting.baseDelay()).isEqualTo(ms(50));
    assertThat(fitting.throttledDelay()).isEqualTo(ms(100));
    assertThat(fitting.maxDelay()).isEqualTo(ms(200));
    assertThat(Retry.upTo(3).within(s(120))).isEqualTo(Retry.upTo(3));
    Retry set = Retry.upTo(3).withDelay(ms(500), ms(8000)).withThrottledDelay(ms(1000));
    assertThat(set.within(ms(400))).isEqualTo(set);
  }

  @Test
  void aHedgeThatIsNotSetFitsTheFirstTokensClock() {
    assertThat(Hedge.extraLoad(0.1).within(s(2)).initialDelay()).isEqualTo(s(1));
    assertThat(Hedge.extraLoad(0.1).within(s(12)).initialDelay()).isEqualTo(s(3));
    Hedge set = Hedge.extraLoad(0.1).withInitialDelay(s(3));
    assertThat(set.within(s(2))).isEqualTo(set);
  }

  private static List<Duration> clocks(Timeouts all) {
    return Arrays.asList(
        all.deadline(), all.attempt(), all.firstToken(), all.thinking(), all.stall());
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Duration s(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
