package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.testing.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reactor's publishers, whose calls are made when they are subscribed to. */
class ReactorResultTest {

  static class Bot {
    private final LlmClient llm;

    Bot(LlmClient llm) {
      this.llm = llm;
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
          Flux.error(new LlmException(ErrorKind.OVERLOADED, "x")));
    }

    Flow.Publisher<String> offlineFlow() {
      return JdkFlowAdapter.publisherToFlowPublisher(Flux.just("offline flow"));
    }

    String offline(LlmException failure) {
      return "offline " + failure.kind();
    }
  }

  private interface Check {
    void on(Bot bot) throws Exception;
  }

  private static void with(Outage outage, Check check) {
    outage.application(Bot.class).run(context -> check.on(context.getBean(Bot.class)));
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
  void theReaderOfAFluxIsOutsideOfItsScope() {
    Outage outage = Outage.of(Script.answer("default"));
    outage
        .application(Bot.class)
        .run(
            context -> {
              LlmClient llm = context.getBean(LlmClient.class);
              Mono<String> read =
                  context
                      .getBean(Bot.class)
                      .cheapMono()
                      .map(by -> by + ", read by " + llm.chat("x").text());
              assertThat(read.block()).isEqualTo("cheap, read by default");
            });
  }
}
