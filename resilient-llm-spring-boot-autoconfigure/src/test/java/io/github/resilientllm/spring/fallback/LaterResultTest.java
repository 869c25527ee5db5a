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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Results whose failure comes after the method has returned. */
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

    @LlmFallback(policy = "cheap")
    public Mono<String> cheapMono() {
      return Mono.fromCallable(() -> llm.chat("x").text());
    }

    @LlmFallback(policy = "cheap")
    public Mono<String> cheapMonoElsewhere() {
      return Mono.fromCallable(() -> llm.chat("x").text()).subscribeOn(Schedulers.boundedElastic());
    }

    @LlmFallback(method = "offline")
    public Mono<String> mono() {
      return Mono.fromCallable(() -> llm.chat("x").text());
    }

    @LlmFallback(method = "offlineMono")
    public Mono<String> monoThatThrows() {
      return Mono.just(llm.chat("x").text());
    }

    Mono<String> offlineMono() {
      return Mono.just("offline mono");
    }

    @LlmFallback(method = "offlineFlux")
    public Flux<String> flux() {
      return Flux.using(() -> llm.stream("x"), Flux::fromIterable, ChatStream::close)
          .ofType(ChatEvent.TextDelta.class)
          .map(ChatEvent.TextDelta::text);
    }

    Flux<String> offlineFlux(LlmException failure) {
      return Flux.just("offline", "flux");
    }

    @LlmFallback(method = "offlineFlow")
    public Flow.Publisher<String> flow() {
      return JdkFlowAdapter.publisherToFlowPublisher(
          flux(Flux.error(new LlmException(ErrorKind.OVERLOADED, "x"))));
    }

    private static Flux<String> flux(Flux<String> flux) {
      return flux;
    }

    Flow.Publisher<String> offlineFlow() {
      return JdkFlowAdapter.publisherToFlowPublisher(Flux.just("offline flow"));
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
  void aMonosCallsFollowThePolicyWhenItIsSubscribedTo() {
    with(Outage.total(), bot -> assertThat(bot.cheapMono().block()).isEqualTo("cheap"));
  }

  @Test
  void aMonosCallsOnOtherThreadsFollowItWhereReactorCarriesTheContext() {
    Hooks.enableAutomaticContextPropagation();
    try {
      with(Outage.total(), bot -> assertThat(bot.cheapMonoElsewhere().block()).isEqualTo("cheap"));
    } finally {
      Hooks.disableAutomaticContextPropagation();
    }
  }

  @Test
  void aMonoFallsBackOncePerSubscription() {
    Outage outage = Outage.of(Script.fail(ErrorKind.OVERLOADED), Script.answer("Because."));
    with(
        outage,
        bot -> {
          Mono<String> mono = bot.mono();
          assertThat(outage.vendor.attempts()).isZero();
          assertThat(mono.block()).isEqualTo("offline OVERLOADED");
          assertThat(mono.block()).isEqualTo("Because.");
        });
  }

  @Test
  void aMethodThatThrowsInsteadOfReturningItsMonoFallsBackToo() {
    with(Outage.total(), bot -> assertThat(bot.monoThatThrows().block()).isEqualTo("offline mono"));
  }

  @Test
  void aFluxFallsBackBeforeItsFirstElement() {
    with(
        Outage.total(),
        bot -> assertThat(bot.flux().collectList().block()).containsExactly("offline", "flux"));
  }

  @Test
  void aFluxDoesNotFallBackAfterIt() {
    with(
        Outage.of(Script.script().says("Be").fails(ErrorKind.NETWORK)),
        bot -> {
          List<String> seen = new ArrayList<>();
          Throwable failure = catchThrowable(() -> bot.flux().doOnNext(seen::add).blockLast());
          assertThat(failure).isInstanceOf(LlmException.class);
          assertThat(seen).containsExactly("Be");
        });
  }

  @Test
  void aFlowPublisherFallsBackWhereReactorIsThere() {
    with(
        Outage.total(),
        bot ->
            assertThat(JdkFlowAdapter.flowPublisherToFlux(bot.flow()).blockLast())
                .isEqualTo("offline flow"));
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
