package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/** Models and handlers that do what nobody expects. */
class HostileTest {
  private final Vendor healthy = Vendor.start("healthy").says("one two three");

  @AfterEach
  void close() {
    healthy.close();
  }

  /** A model that answers a handler as a script says. */
  interface Scripted extends StreamingChatModel {
    void answer(StreamingChatResponseHandler handler);

    @Override
    default void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
      answer(handler);
    }
  }

  static Stream<Arguments> streams() {
    ChatResponse whole = response("one ");
    return Stream.of(
        row(
            "a checked exception that nobody declared",
            handler -> HostileTest.<RuntimeException>sneak(new IOException("x"))),
        row(
            "an error of the JVM",
            handler -> HostileTest.<RuntimeException>sneak(new NoClassDefFoundError("gone/Class"))),
        row(
            "an exception without anything",
            handler -> HostileTest.<RuntimeException>sneak(new RuntimeException())),
        row("a failure that is null", handler -> handler.onError(null)),
        row("an answer that is null", handler -> handler.onCompleteResponse(null)),
        row(
            "an answer without a finish reason",
            handler -> handler.onCompleteResponse(response(""))),
        row(
            "an error, and then an answer",
            handler -> {
              handler.onError(new RuntimeException("x"));
              handler.onCompleteResponse(whole);
            }),
        row(
            "an error, and then an exception",
            handler -> {
              handler.onError(new RuntimeException("x"));
              sneak(new IOException("y"));
            }),
        row("an exception that causes itself", handler -> handler.onError(new Ring())));
  }

  private static Arguments row(String name, Scripted model) {
    return Arguments.of(name, model);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  @DisplayName("whatever a model does, the next one answers, and the stream ends once")
  void nextTarget(String name, Scripted hostile) throws Exception {
    Reply reply = new Reply();

    LangChain4jModels.streaming(hostile, Ladder.streaming(healthy.baseUrl())).chat("Count", reply);

    assertThat(reply.await().response().aiMessage().text()).isEqualTo("one two three");
    assertThat(reply.ends).hasSize(1);
  }

  @Test
  @DisplayName("a whole model that throws what nobody declared is left for the next one")
  void checked() {
    ChatModel hostile =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            throw HostileTest.<RuntimeException>sneak(new IOException("x"));
          }
        };

    assertThat(LangChain4jModels.whole(hostile, Ladder.whole(healthy.baseUrl())).chat("Count"))
        .isEqualTo("one two three");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // no interrupt would end it
  @DisplayName("a whole model that no interrupt moves holds nobody beyond his clocks")
  void deafToInterrupts(boolean fallback) {
    CountDownLatch never = new CountDownLatch(1);
    ChatModel deaf =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            while (never.getCount() > 0) { // as a read from a socket
              Thread.interrupted();
              LockSupport.parkNanos(1_000_000);
            }
            return response("late");
          }
        };
    ResilientLlm.Builder client =
        ResilientLlm.with(
                Target.of(LangChain4jProvider.of(deaf))
                    .withTimeouts(
                        Timeouts.deadline(Duration.ofSeconds(40))
                            .withAttempt(Duration.ofMillis(300))))
            .retry(Retry.none())
            .hedge(Hedge.none())
            .deadline(Duration.ofSeconds(40)); // the other one may have classes to load
    if (fallback) {
      client.fallback(LangChain4jProvider.of(Ladder.once(healthy.baseUrl())));
    }
    ChatModel model = LangChain4jModels.over(client.build()).chatModel();
    try {
      if (fallback) {
        assertThat(model.chat("Count")).isEqualTo("one two three");
      } else {
        assertThatThrownBy(() -> model.chat("Count")).isInstanceOf(TimeoutException.class);
      }
      assertThat(never.getCount()).as("it is still asked").isEqualTo(1);
    } finally {
      never.countDown();
    }
  }

  @ParameterizedTest(name = "hedged: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("models and handlers find the class loader and the log of who asks, and no more")
  void whoAsks(boolean hedged) throws Exception {
    MDCAdapter before = MDC.getMDCAdapter();
    setLogContext(new BasicMDCAdapter()); // the tests' log has none
    InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
    ClassLoader own = new URLClassLoader(new URL[0]);
    Supplier<String> looking =
        () ->
            MDC.get("ticket")
                + (Thread.currentThread().getContextClassLoader() == own)
                + inherited.get();
    ChatModel whole =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            return response(looking.get());
          }
        };
    Scripted streaming = handler -> handler.onCompleteResponse(response(looking.get()));
    Hedge hedge = hedged ? Hedge.extraLoad(0.5) : Hedge.none();
    Thread.currentThread().setContextClassLoader(own);
    MDC.put("ticket", "4711");
    inherited.set("of whoever makes the thread");
    try {
      ResilientLlm llm = ResilientLlm.with(LangChain4jProvider.of(whole)).hedge(hedge).build();
      assertThat(LangChain4jModels.over(llm).chatModel().chat("Count")).isEqualTo("4711truenull");
      llm = ResilientLlm.with(LangChain4jProvider.of(streaming)).hedge(hedge).build();
      Reply reply = new Reply();
      LangChain4jModels.over(llm).streamingChatModel().chat("Count", reply);
      assertThat(reply.await().response().aiMessage().text()).isEqualTo("4711truenull");
      Queue<String> heard = new ConcurrentLinkedQueue<>();
      reply = new Reply(context -> heard.add(looking.get()));
      StreamingChatModel one =
          LangChain4jModels.over(Ladder.over(healthy.baseUrl()).build()).streamingChatModel();
      one.chat("Count", reply);
      assertThat(reply.await().shown()).isEqualTo("one two three");
      assertThat(heard).isNotEmpty().containsOnly("4711truenull");
    } finally {
      setLogContext(before);
      Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    }
  }

  private static void setLogContext(MDCAdapter adapter) throws ReflectiveOperationException {
    Method set = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
    set.setAccessible(true);
    set.invoke(null, adapter);
  }

  @Test
  @DisplayName("each piece is shown though the model waits for that before it says more")
  void lockstep() throws Exception {
    Semaphore shown = new Semaphore(0);
    Scripted streaming =
        handler ->
            new Thread(
                    () -> {
                      for (String word : List.of("one ", "two ", "three")) {
                        handler.onPartialResponse(word);
                        shown.acquireUninterruptibly();
                      }
                      handler.onCompleteResponse(response("one two three"));
                    })
                .start();
    Reply reply = new Reply(context -> shown.release());

    LangChain4jModels.over(ResilientLlm.with(LangChain4jProvider.of(streaming)).build())
        .streamingChatModel()
        .chat("Count", reply);

    assertThat(reply.await().shown()).isEqualTo("one two three");
  }

  @Test
  @DisplayName("two models of one name are two targets")
  void sameName() {
    try (Vendor down = Vendor.start("down")) {
      down.is(Trouble.FAILING);
      assertThat(
              LangChain4jModels.whole(
                      Ladder.once(down.baseUrl()),
                      Ladder.once(down.baseUrl()),
                      Ladder.once(healthy.baseUrl()))
                  .chat("Count"))
          .isEqualTo("one two three");
    }
  }

  @Test
  @DisplayName("a handler that blocks holds up its own stream and no clock of another")
  void blockingHandler() throws Exception {
    CountDownLatch block = new CountDownLatch(1);
    StreamingChatModel model =
        LangChain4jModels.over(
                Ladder.over(healthy.baseUrl())
                    .timeouts(
                        Timeouts.deadline(Duration.ofSeconds(20)).withStall(Duration.ofSeconds(1)))
                    .build())
            .streamingChatModel();
    Reply slow =
        new Reply(
            context -> {
              try {
                block.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    model.chat("Count", slow);

    for (int i = 0; i < 3; i++) {
      Reply other = new Reply();
      model.chat("Count", other);
      assertThat(other.await().response().aiMessage().text()).isEqualTo("one two three");
    }
    block.countDown();

    assertThat(slow.await().shown()).isEqualTo("one two three");
  }

  @Test
  @DisplayName("a handler that throws at every call hears each of them and the model nothing")
  void throwingHandler() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    StreamingChatResponseHandler hostile =
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            throw new IllegalStateException("partial");
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            told.countDown();
            throw new IllegalStateException("complete");
          }

          @Override
          public void onError(Throwable error) {
            throw new IllegalStateException("error");
          }
        };
    StreamingChatModel model =
        LangChain4jModels.over(Ladder.over(healthy.baseUrl()).build()).streamingChatModel();

    model.chat("Count", hostile);

    assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    Reply other = new Reply();
    model.chat("Count", other);
    assertThat(other.await().shown()).isEqualTo("one two three");
  }

  @Test
  @DisplayName("a reader of an AI service that throws hears what he hears of LangChain4j alone")
  void throwingReader() throws Exception {
    StreamingChatModel theirs = Ladder.streaming(healthy.baseUrl());
    StreamingChatModel ours =
        LangChain4jModels.over(Ladder.over(healthy.baseUrl()).build()).streamingChatModel();

    List<String> alone = endsOfAThrowingReader(theirs);

    assertThat(endsOfAThrowingReader(ours)).isEqualTo(alone);
    assertThat(healthy.requests()).as("nobody is asked again").hasSize(2);
  }

  private List<String> endsOfAThrowingReader(StreamingChatModel model) throws Exception {
    CountDownLatch complete = new CountDownLatch(1);
    List<String> ends = new CopyOnWriteArrayList<>();
    Assistant.with(Ladder.whole(healthy.baseUrl()), model).stream("Count")
        .onPartialResponse(
            piece -> {
              ends.add(piece);
              throw new IllegalStateException("a reader's own");
            })
        .onCompleteResponse(
            response -> {
              ends.add("complete");
              complete.countDown();
            })
        .onError(error -> ends.add(error.getMessage()))
        .start();
    assertThat(complete.await(20, TimeUnit.SECONDS)).isTrue();
    return ends;
  }

  /** An exception whose cause is itself, by way of another. */
  private static final class Ring extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      return new RuntimeException(this);
    }
  }

  private static ChatResponse response(String text) {
    ChatResponse.Builder response = ChatResponse.builder().aiMessage(AiMessage.from(text));
    return text.isEmpty() ? response.build() : response.finishReason(FinishReason.STOP).build();
  }

  @SuppressWarnings("unchecked") // which is the point
  private static <T extends Throwable> RuntimeException sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
