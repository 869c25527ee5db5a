package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A resolver, or a supplier of keys, that hangs or fails: no call waits for it past its end. */
@Timeout(60)
class NamesTest {
  private static final String HELLO =
      "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  private final CountDownLatch testEnds = new CountDownLatch(1);
  private final Semaphore asked = new Semaphore(0);

  @AfterEach
  void letTheHangingGo() {
    testEnds.countDown();
  }

  private List<InetAddress> hang() {
    asked.release();
    while (true) {
      try {
        testEnds.await();
        return List.of();
      } catch (InterruptedException e) {
        // the system's resolver does not hear it either
      }
    }
  }

  private static List<InetAddress> here() {
    return List.of(InetAddress.getLoopbackAddress());
  }

  private static OpenAi.Builder named(FaultServer server, Dns dns) {
    // Nothing is kept idle, so that each call needs the name.
    ConnectionPool none = new ConnectionPool(0, 1, TimeUnit.SECONDS);
    return OpenAi.model("m")
        .baseUrl("http://vendor.example:" + server.port() + "/v1")
        .client(new OkHttpClient.Builder().dns(dns).connectionPool(none).build());
  }

  private static ResilientLlm.Builder once(OpenAi.Builder model) {
    return ResilientLlm.with(Target.of(model.build()).named("first"))
        .retry(Retry.none())
        .hedge(Hedge.none())
        .deadline(DEADLINE);
  }

  private static void endsInTime(Face face, ResilientLlm llm) {
    long before = System.nanoTime();
    LlmException failure = face.call(llm, Time.system()).error();
    assertThat(failure.kind()).isIn(ErrorKind.DEADLINE_EXCEEDED, ErrorKind.TIMEOUT);
    assertThat(System.nanoTime() - before).isLessThan(DEADLINE.multipliedBy(3).toNanos());
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aHangingResolverHoldsNoCallPastItsDeadline(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      endsInTime(face, once(named(server, host -> hang())).build());
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void andTheNextTargetIsAsked(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(Faults::healthy, x -> x.respond(200, HELLO))) {
      FaultServer.Script script =
          face == Face.STREAM ? Faults::healthy : x -> x.respond(200, HELLO);
      try (FaultServer well = FaultServer.start(script)) {
        ResilientLlm llm =
            once(named(server, host -> hang()))
                .fallback(Target.of(OpenAi.model("m").baseUrl(well.url()).build()).named("second"))
                .deadline(Duration.ofSeconds(4))
                .build();
        assertThat(face.call(llm, Time.system()).text()).isEqualTo("Hello");
      }
    }
  }

  @Test
  void theLastGoodAddressesServeWhileTheResolverHangsOrFails() throws Exception {
    AtomicReference<Dns> now = new AtomicReference<>(host -> here());
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      ResilientLlm llm =
          once(named(server, host -> now.get().lookup(host)))
              .deadline(Duration.ofSeconds(20))
              .build();
      assertThat(llm.chat("Hi").text()).isEqualTo("Hello");
      now.set(
          host -> {
            throw new UnknownHostException(host);
          });
      assertThat(llm.chat("Hi").text()).isEqualTo("Hello");
      now.set(host -> hang());
      assertThat(llm.chat("Hi").text()).isEqualTo("Hello");
      assertThat(llm.chat("Hi").text()).isEqualTo("Hello");
      assertThat(asked.drainPermits()).as("who hangs is asked once").isEqualTo(1);
    }
  }

  @Test
  void anInterruptEndsTheWaitForAName() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      ResilientLlm llm =
          once(named(server, host -> hang())).deadline(Duration.ofSeconds(50)).build();
      AtomicReference<ErrorKind> kind = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  llm.chat("Hi");
                } catch (LlmException e) {
                  kind.set(e.kind());
                }
              });
      caller.start();
      assertThat(asked.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      caller.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(kind).hasValue(ErrorKind.CANCELLED);
    }
  }

  @Test
  void aCancelledCallWaitsForNoName() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      ResilientLlm llm =
          once(named(server, host -> hang())).deadline(Duration.ofSeconds(50)).build();
      CompletableFuture<ChatResponse> call = llm.chatAsync(ChatRequest.of("Hi"));
      assertThat(asked.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
      call.cancel(true);
      assertThatThrownBy(() -> call.get(1, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aHangingSupplierOfKeysHoldsNoCallPastItsDeadline(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      ApiKey key =
          ApiKey.supplied(
              () -> {
                hang();
                return "sk-secret";
              });
      endsInTime(face, once(OpenAi.model("m").baseUrl(server.url()).apiKey(key)).build());
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void aSupplierSeesTheClassLoaderOfItsCaller() throws Exception {
    ClassLoader mine = new ClassLoader(getClass().getClassLoader()) {};
    AtomicReference<ClassLoader> seen = new AtomicReference<>();
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      ApiKey key =
          ApiKey.supplied(
              () -> {
                seen.set(Thread.currentThread().getContextClassLoader());
                return "sk-secret";
              });
      ClassLoader before = Thread.currentThread().getContextClassLoader();
      Thread.currentThread().setContextClassLoader(mine);
      try {
        Collected.from(OpenAi.model("m").baseUrl(server.url()).apiKey(key).build(), false);
      } finally {
        Thread.currentThread().setContextClassLoader(before);
      }
      assertThat(seen).hasValue(mine);
    }
  }
}
