package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who cancels ends the exchange with the vendor, and hears nothing more. */
class CancelTest {
  private static final Duration PROMISED = Duration.ofMillis(100);

  /** What a busy machine is given where one cancel is judged. */
  private static final Duration ATMOST = Duration.ofSeconds(2);

  private final Vendor vendor = Vendor.start("vendor").says("one two three");

  CancelTest() {
    vendor.streams(2).thenIsSilent();
  }

  @AfterEach
  void close() {
    vendor.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("a handle's cancel ends the connection, with a target of theirs and of ours")
  void handle(boolean theirs) throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    Reply reply =
        new Reply(
            context -> {
              context.streamingHandle().cancel();
              assertThat(context.streamingHandle().isCancelled()).isTrue();
              cancelled.countDown();
            });

    models(theirs).streamingChatModel().chat("Count", reply);

    assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(vendor.awaitClientLeft(ATMOST)).isTrue();
    assertThat(reply.shown()).isEqualTo("one");
    assertThat(reply.ends).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName(
      "the connection ends within 100 ms, by the quickest of a few: the machine may be busy")
  void quickly(boolean theirs) throws Exception {
    Duration quickest = untilItLeft(theirs);
    for (int more = 0; more < 9 && quickest.compareTo(PROMISED) > 0; more++) {
      Duration next = untilItLeft(theirs);
      quickest = next.compareTo(quickest) < 0 ? next : quickest;
    }
    assertThat(quickest).isLessThanOrEqualTo(PROMISED);
  }

  private static Duration untilItLeft(boolean theirs) throws Exception {
    try (Vendor silent = Vendor.start("silent")) {
      silent.streams(2).thenIsSilent();
      CompletableFuture<Long> cancelled = new CompletableFuture<>();
      Reply reply =
          new Reply(
              context -> {
                if (!cancelled.isDone()) {
                  cancelled.complete(System.nanoTime());
                  context.streamingHandle().cancel();
                }
              });
      models(theirs, silent).streamingChatModel().chat("Count", reply);
      long begun = cancelled.get(20, TimeUnit.SECONDS);
      assertThat(silent.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
      return Duration.ofNanos(System.nanoTime() - begun);
    }
  }

  @Test
  @DisplayName("an attempt that has said nothing is ended on the wire with the clock that ends it")
  void silentStream() throws Exception {
    Vendor silent = Vendor.start("silent");
    silent.is(Trouble.SILENT);
    ResilientLlm llm =
        ResilientLlm.with(LangChain4jProvider.of(Ladder.watched(silent.baseUrl())))
            .timeouts(Timeouts.deadline(Duration.ofMillis(300)))
            .build();
    Reply reply = new Reply();

    LangChain4jModels.over(llm).streamingChatModel().chat("Count", reply);

    assertThat(reply.await().error()).isInstanceOf(TimeoutException.class);
    assertThat(silent.awaitClientLeft(ATMOST)).isTrue();
    silent.close();
  }

  @Test
  @DisplayName("a stream of the client's that is closed before its first piece ends the connection")
  void silentStreamOfTheClient() throws Exception {
    Vendor silent = Vendor.start("silent");
    silent.streams(0).thenIsSilent();
    ResilientLlm llm =
        ResilientLlm.with(LangChain4jProvider.of(Ladder.watched(silent.baseUrl()))).build();
    ChatStream stream = llm.stream("Count");
    CompletableFuture<Boolean> reading =
        CompletableFuture.supplyAsync(() -> stream.iterator().hasNext());
    while (silent.requests().isEmpty()) {
      Thread.onSpinWait();
    }

    long begun = System.nanoTime();
    stream.close();

    assertThat(silent.awaitClientLeft(ATMOST)).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ATMOST);
    assertThat(reading.handle((done, failure) -> true).get(10, TimeUnit.SECONDS)).isTrue();
    silent.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("since-1.20")
  @DisplayName("cancelling a future ends the connection")
  void future(boolean theirs) throws Exception {
    CompletableFuture<ChatResponse> answer =
        models(theirs)
            .chatModel()
            .chatAsync(ChatRequest.builder().messages(UserMessage.from("Count")).build());
    while (vendor.requests().isEmpty()) {
      Thread.onSpinWait();
    }

    answer.cancel(true);

    assertThat(vendor.awaitClientLeft(ATMOST)).isTrue();
  }

  @ParameterizedTest(name = "a target of theirs: {0}, heard by a listener: {1}")
  @CsvSource({"true,false", "true,true", "false,false", "false,true"})
  @Tag("since-1.20")
  @DisplayName("and so does a future that has a time-out of its own")
  void futureOutOfTime(boolean theirs, boolean heard) throws Exception {
    CompletableFuture<ChatResponse> answer =
        models(theirs)
            .withListeners(heard ? List.of(new ChatModelListener() {}) : List.of())
            .chatModel()
            .chatAsync(ChatRequest.builder().messages(UserMessage.from("Count")).build());
    while (vendor.requests().isEmpty()) {
      Thread.onSpinWait();
    }

    answer.orTimeout(1, TimeUnit.MILLISECONDS);

    assertThat(vendor.awaitClientLeft(ATMOST)).isTrue();
    assertThat(answer).isCompletedExceptionally();
  }

  @Test
  @DisplayName("interrupting a caller ends the connection and leaves the interrupt set")
  void interrupt() throws Exception {
    LangChain4jModels models = models(true);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                models.chatModel().chat("Count");
              } catch (RuntimeException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    caller.start();
    while (vendor.requests().isEmpty()) {
      Thread.onSpinWait();
    }

    caller.interrupt();

    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(vendor.awaitClientLeft(ATMOST)).isTrue();
  }

  @Test
  @DisplayName("an attempt that is closed does not leave its interrupt with the caller")
  void noInterruptLeft() {
    ResilientLlm llm =
        Ladder.over(vendor.baseUrl()).timeouts(Timeouts.deadline(Duration.ofSeconds(1))).build();

    try {
      LangChain4jModels.over(llm).chatModel().chat("Count");
    } catch (TimeoutException e) {
      // its deadline
    }

    assertThat(Thread.interrupted()).isFalse();
  }

  private LangChain4jModels models(boolean theirs) {
    return models(theirs, vendor);
  }

  private static LangChain4jModels models(boolean theirs, Vendor vendor) {
    return LangChain4jModels.over(
        theirs ? Ladder.over(vendor.baseUrl()).build() : Ladder.ours(vendor.baseUrl()));
  }
}
