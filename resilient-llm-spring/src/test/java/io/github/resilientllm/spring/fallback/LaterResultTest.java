package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.testing.Script;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;

/** Futures and streams, whose failure comes after the method has returned. */
class LaterResultTest {

  static class Bot {
    private final LlmClient llm;

    Bot(LlmClient llm) {
      this.llm = llm;
    }

    @LlmFallback(policy = "cheap")
    public CompletableFuture<String> cheapFuture() {
      return llm.chatAsync(ChatRequest.of("x")).thenApply(ChatResponse::text);
    }

    @LlmFallback(method = "offline")
    public CompletableFuture<String> future() {
      return llm.chatAsync(ChatRequest.of("x")).thenApply(ChatResponse::text);
    }

    @LlmFallback(method = "offlineLater")
    public CompletionStage<String> stage() {
      return llm.chatAsync(ChatRequest.of("x")).thenApply(ChatResponse::text);
    }

    @LlmFallback(method = "offlineAnswer", applyOn = Throwable.class)
    public CompletableFuture<ChatResponse> pending() {
      return llm.chatAsync(ChatRequest.of("x"));
    }

    ChatResponse offlineAnswer(RuntimeException failure) {
      return ChatResponse.of("offline");
    }

    @LlmFallback(method = "tired")
    public CompletableFuture<String> twice() {
      return llm.chatAsync(ChatRequest.of("x"))
          .exceptionallyCompose(e -> llm.chatAsync(ChatRequest.of("y")))
          .thenApply(ChatResponse::text);
    }

    String tired(LlmException failure) {
      throw new IllegalStateException("tired");
    }

    String offline(LlmException failure) {
      return "offline " + failure.kind();
    }

    CompletableFuture<String> offlineLater(LlmException failure) {
      return CompletableFuture.supplyAsync(() -> "offline later");
    }

    @LlmFallback(method = "offlineStream")
    public ChatStream stream() {
      return llm.stream("x");
    }

    ChatStream offlineStream(LlmException failure) {
      return ChatStream.of(() -> ChatResponse.of("offline " + failure.kind()));
    }

    @LlmFallback(policy = "cheap")
    public ChatStream streamOfItsOwn() {
      return ChatStream.of(() -> llm.chat("x"));
    }
  }

  private interface Check {
    void on(Bot bot) throws Exception;
  }

  private static void with(Outage outage, Check check) {
    outage.application(Bot.class).run(context -> check.on(bot(context)));
  }

  private static Bot bot(ApplicationContext context) {
    return context.getBean(Bot.class);
  }

  @Test
  void aFutureFallsBackWhenItFails() {
    with(Outage.total(), bot -> assertThat(bot.future().join()).isEqualTo("offline OVERLOADED"));
  }

  @Test
  void aFuturesFallbackMayBeAFuture() {
    with(
        Outage.total(),
        bot -> assertThat(bot.stage().toCompletableFuture().join()).isEqualTo("offline later"));
  }

  @Test
  void aFuturesFallbackThatThrowsTellsTheWholeStory() {
    with(
        Outage.of(Script.fail(ErrorKind.REQUEST_TOO_LARGE), Script.fail(ErrorKind.OVERLOADED)),
        bot -> {
          Throwable tired = catchThrowable(bot.twice()::join).getCause();
          assertThat(tired).hasMessage("tired");
          assertThat(tired.getSuppressed()[0]).hasMessageStartingWith("OVERLOADED");
          assertThat(tired.getSuppressed()[0].getSuppressed()[0])
              .hasMessageStartingWith("REQUEST_TOO_LARGE");
        });
  }

  @Test
  void cancellingTheFutureEndsTheCallAndCallsNoFallback() {
    Outage outage = Outage.of(Script.hang());
    with(
        outage,
        bot -> {
          CompletableFuture<ChatResponse> pending = bot.pending();
          while (outage.vendor.attempts() == 0) {
            Thread.onSpinWait();
          }
          pending.cancel(true);
          while (outage.vendor.open() > 0) {
            Thread.onSpinWait();
          }
          assertThat(pending).isCancelled();
        });
  }

  @Test
  void aFuturesCallsFollowThePolicy() {
    with(Outage.total(), bot -> assertThat(bot.cheapFuture().join()).isEqualTo("cheap"));
  }

  @Test
  void aChatStreamFallsBackBeforeItsFirstEvent() {
    with(
        Outage.total(),
        bot -> {
          try (ChatStream stream = bot.stream()) {
            assertThat(text(stream)).isEqualTo("offline OVERLOADED");
          }
          try (ChatStream stream = bot.stream()) {
            assertThat(stream.response().text()).isEqualTo("offline OVERLOADED");
          }
        });
  }

  @Test
  void aChatStreamDoesNotFallBackAfterIt() {
    with(
        Outage.of(Script.script().says("Be").fails(ErrorKind.NETWORK)),
        bot -> {
          try (ChatStream stream = bot.stream()) {
            assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("Be"));
            assertThat(catchThrowable(() -> text(stream))).isInstanceOf(LlmException.class);
            assertThat(stream.iterator().hasNext()).isFalse();
          }
        });
  }

  @Test
  void aChatStreamThatIsClosedDoesNotFallBack() {
    with(
        Outage.total(),
        bot -> {
          ChatStream stream = bot.stream();
          stream.close();
          assertThat(catchThrowable(stream::response))
              .isInstanceOfSatisfying(
                  LlmException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        });
  }

  @Test
  void whatIsCalledWhileAChatStreamIsReadFollowsThePolicy() {
    with(
        Outage.total(),
        bot -> assertThat(bot.streamOfItsOwn().response().text()).isEqualTo("cheap"));
  }

  private static String text(ChatStream stream) {
    StringBuilder text = new StringBuilder();
    for (ChatEvent event : stream) {
      if (event instanceof ChatEvent.TextDelta delta) {
        text.append(delta.text());
      }
    }
    return text.toString();
  }
}
