package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.provider.LlmProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token whose end is known: when it is asked for, and what serves meanwhile. */
@Timeout(60)
class ExpiringTokenTest {
  private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
  private static final String HELLO =
      "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";

  private volatile Instant now = START;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean failing;

  private final ApiKey key =
      ApiKey.expiring(
          () -> {
            int number = asked.incrementAndGet();
            CountDownLatch mine = gate;
            try {
              mine.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            if (failing) {
              throw new IllegalStateException("the identity service is down");
            }
            return new ApiKey.Token("token-" + number, now.plus(Duration.ofHours(1)));
          },
          (InstantSource) () -> now,
          nanos::get);

  private String value() throws ExecutionException, InterruptedException {
    return key.secret().value().get();
  }

  private void at(int minutes) {
    now = START.plus(Duration.ofMinutes(minutes));
  }

  @Test
  void oneTokenServesManyAttempts() throws Exception {
    assertThat(value()).isEqualTo("token-1");
    at(54);
    assertThat(value()).isEqualTo("token-1");
    assertThat(asked).hasValue(1);
  }

  @Test
  void theNextOneIsAskedForFiveMinutesBeforeTheEndWhileTheOldOneServes() throws Exception {
    assertThat(value()).isEqualTo("token-1");
    at(56);
    gate = new CountDownLatch(1);
    CompletableFuture<String> meanwhile = key.secret().value();
    assertThat(meanwhile).isCompletedWithValue("token-1");
    at(61);
    CompletableFuture<String> waiting = key.secret().value();
    assertThat(waiting).isNotDone();
    gate.countDown();
    assertThat(waiting.get()).isEqualTo("token-2");
    assertThat(asked).hasValue(2);
  }

  @Test
  void thoseWhoNeedItAtOnceAskOnce() throws Exception {
    gate = new CountDownLatch(1);
    List<CompletableFuture<String>> all =
        List.of(key.secret().value(), key.secret().value(), key.secret().value());
    gate.countDown();
    for (CompletableFuture<String> one : all) {
      assertThat(one.get()).isEqualTo("token-1");
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void anOutageOfTheIdentityServiceIsNoneWhileTheOldTokenIsGood() throws Exception {
    assertThat(value()).isEqualTo("token-1");
    failing = true;
    gate = new CountDownLatch(1);
    at(56);
    assertThat(value()).isEqualTo("token-1");
    at(61); // a moment at which one waits, to hear that the failure was noted
    CompletableFuture<String> waiting = key.secret().value();
    at(57);
    gate.countDown();
    assertThatThrownBy(waiting::get).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(value()).isEqualTo("token-1");
    assertThat(asked).as("left alone for a while").hasValue(2);
    at(58);
    assertThat(value()).isEqualTo("token-1");
    while (asked.get() < 3) {
      Thread.onSpinWait(); // asked by a thread of its own
    }
    failing = false;
    at(62);
    CompletableFuture<String> next =
        key.secret().value().exceptionallyCompose(e -> key.secret().value());
    assertThat(next.get()).startsWith("token-");
  }

  @Test
  void withoutAnOldOneTheFailureIsTold() {
    failing = true;
    assertThatThrownBy(this::value).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneThatHangsIsAskedOnceMore() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    gate = never;
    CompletableFuture<String> first = key.secret().value();
    nanos.set(TimeUnit.SECONDS.toNanos(29));
    assertThat(key.secret().value()).isNotDone();
    while (asked.get() < 1) {
      Thread.onSpinWait();
    }
    gate = new CountDownLatch(0);
    nanos.set(TimeUnit.SECONDS.toNanos(31));
    assertThat(value()).isEqualTo("token-2");
    assertThat(first).isNotDone();
    never.countDown();
  }

  @Test
  void azureIsGivenTheNextOneAfterItRefusedOne() throws Exception {
    Iterator<String> tokens = List.of("entra-1", "entra-2").iterator();
    Instant far = Instant.now().plus(Duration.ofHours(1));
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(401, "{\"error\":{\"code\":\"401\",\"message\":\"expired\"}}"),
            x -> x.respond(200, HELLO))) {
      LlmProvider azure =
          AzureOpenAi.deployment("gpt")
              .endpoint(server.url().replace("/v1", ""))
              .entraToken(ApiKey.expiring(() -> new ApiKey.Token(tokens.next(), far)))
              .build();
      ResilientLlm client = ResilientLlm.with(azure).build();
      assertThat(client.chat("Hi").text()).isEqualTo("Hello");
      assertThat(client.chat("Hi").text()).isEqualTo("Hello");
      assertThat(server.requests().get(0)).contains("Authorization: Bearer entra-1");
      assertThat(server.requests().get(1)).contains("Authorization: Bearer entra-2");
      assertThat(server.requests().get(2)).contains("Authorization: Bearer entra-2");
    }
  }

  @Test
  void aTokenIsNotShown() {
    assertThat(new ApiKey.Token("ya29-secret", START))
        .hasToString("Token[hidden, expires 2026-11-30T12:00:00Z]");
  }
}
