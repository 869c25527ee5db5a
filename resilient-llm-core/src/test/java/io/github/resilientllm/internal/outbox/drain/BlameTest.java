package io.github.resilientllm.internal.outbox.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.policy.Draining;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose fault it was, and what becomes of the item. */
class BlameTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  private final Course course = new Course(Draining.standard());
  private final OutboxItem item = OutboxItem.builder("a", "mail", "{}", NOON).build();

  /** Whatever says that a target is sick, locked or short of room, says nothing against an item. */
  @ParameterizedTest
  @EnumSource
  void anOutageIsNeverAnItemsFault(ErrorKind kind) {
    boolean isVendors =
        kind.countsAgainstTarget()
            || kind.locksOutTarget()
            || kind == ErrorKind.RATE_LIMITED
            || kind == ErrorKind.CIRCUIT_OPEN
            || kind == ErrorKind.LIMIT_EXCEEDED
            || kind == ErrorKind.DEADLINE_EXCEEDED;
    if (isVendors) {
      assertThat(Blame.of(kind, 0.5)).isIn(Blame.VENDOR, Blame.OVERLOAD);
      assertThat(Blame.of(kind, 1)).isNotEqualTo(Blame.ITEM);
    }
  }

  @Test
  void aWeekOfOutageLeavesAnItemWaitingAndTriesAgainWithinTwoMinutes() {
    OutboxItem now = item;
    for (int i = 0; i < 10_000; i++) {
      now = course.unanswered(now, Blame.VENDOR, "SERVER_ERROR", NOON);
      assertThat(now.state()).isEqualTo(ItemState.WAITING);
      assertThat(Duration.between(NOON, now.notBefore()))
          .isLessThanOrEqualTo(Duration.ofMinutes(2));
    }
    assertThat(now.attempts()).isZero();
    assertThat(now.setbacks()).isEqualTo(10_000);
  }

  @Test
  void itsOwnFaultsAreThreeAndDoubtsTen() {
    assertThat(delays(Blame.ITEM)).containsExactly(60L, 240L);
    assertThat(delays(Blame.DOUBT))
        .containsExactly(30L, 60L, 120L, 240L, 480L, 600L, 600L, 600L, 600L);
  }

  /** Seconds before each time but the first. */
  private List<Long> delays(Blame blame) {
    List<Long> delays = new ArrayList<>();
    OutboxItem now = course.unanswered(item, blame, "x", NOON);
    while (now.state() == ItemState.WAITING) {
      delays.add(Duration.between(NOON, now.notBefore()).toSeconds());
      now = course.unanswered(now, blame, "x", NOON);
    }
    assertThat(now.state()).isEqualTo(ItemState.DEAD);
    return delays;
  }

  @Test
  void nobodyIsDoubtedWhileLittleIsKnownOrOthersFailToo() {
    Health health = new Health();
    for (int i = 0; i < 9; i++) {
      health.answered(true);
    }
    assertThat(Blame.of(ErrorKind.TIMEOUT, health.share())).isEqualTo(Blame.OVERLOAD);
    health.answered(true);
    assertThat(Blame.of(ErrorKind.TIMEOUT, health.share())).isEqualTo(Blame.DOUBT);
    health.answered(false);
    health.answered(false);
    assertThat(Blame.of(ErrorKind.TIMEOUT, health.share())).isEqualTo(Blame.OVERLOAD);
  }

  @Test
  void anItemThatProcessesEndAtIsGivenUp() {
    OutboxItem taken = item.toBuilder().takes(5).build();
    assertThat(course.obstacle(taken)).isEmpty();
    assertThat(course.obstacle(taken.toBuilder().takes(6).build())).contains("taken 5 times");
  }
}
