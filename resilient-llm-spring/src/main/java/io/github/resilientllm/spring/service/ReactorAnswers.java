package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.internal.Coroutines;
import io.github.resilientllm.spring.internal.Surroundings;
import java.util.Iterator;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/** Answers as Reactor's publishers, asked for anew by each subscriber. */
final class ReactorAnswers {
  private ReactorAnswers() {}

  @SuppressWarnings("unchecked") // a fallback returns what the method does
  static Mono<Object> mono(ServiceCall call) {
    return Mono.deferContextual(
            context -> Mono.fromFuture(in(context, call, () -> Form.future(call))))
        .map(answer -> call.content((ChatResponse) answer))
        .onErrorResume(call::hasLastResort, e -> Mono.from((Publisher<Object>) instead(call, e)));
  }

  static Flux<ChatEvent> events(ServiceCall call) {
    return orInstead(call, Flux.defer(() -> read(call)));
  }

  static Flux<String> texts(ServiceCall call) {
    return orInstead(
        call,
        Flux.defer(
            () -> {
              AtomicBoolean begun = new AtomicBoolean();
              return read(call).handle((event, sink) -> text(event, begun, sink));
            }));
  }

  private static void text(ChatEvent event, AtomicBoolean begun, SynchronousSink<String> sink) {
    if (event instanceof ChatEvent.TextDelta delta) {
      begun.setPlain(true);
      sink.next(delta.text());
    } else if (event instanceof ChatEvent.Restarted restarted && begun.getPlain()) {
      sink.error(
          new LlmException(
              restarted.after(),
              "the answer broke off and begins again at "
                  + restarted.target()
                  + ", which a Flux<String> cannot say; return a Flux<ChatEvent> to see it"));
    }
  }

  /** Reads on a thread that may block; ending the subscription ends the call on the wire. */
  private static Flux<ChatEvent> read(ServiceCall call) {
    return Flux.deferContextual(context -> read(call, context));
  }

  private static Flux<ChatEvent> read(ServiceCall call, ContextView context) {
    // Here, in the subscriber's scope; nothing is sent yet.
    ChatStream stream = in(context, call, call::stream);
    Iterator<ChatEvent> events = stream.iterator();
    AtomicBoolean cancelled = new AtomicBoolean();
    return Flux.<ChatEvent>generate(sink -> next(events, cancelled, sink))
        .subscribeOn(Schedulers.fromExecutor(call.readers().threads()))
        .onErrorMap(RejectedExecutionException.class, Readers::rejected)
        .doOnCancel(() -> cancelled.set(true))
        .doFinally(end -> stream.close()); // what is above has been cancelled before
  }

  /** Does it in what surrounds the subscriber, which may be in his context only. */
  private static <T> T in(ContextView context, ServiceCall call, Supplier<T> work) {
    Surroundings surroundings = call.readers().surroundings().get();
    Object value = surroundings == null ? null : context.getOrDefault(surroundings.key(), null);
    Surroundings.Around around =
        surroundings == null || value == null ? null : surroundings.of(value);
    if (around == null) {
      return work.get();
    }
    Runnable leave = around.enter();
    try {
      return work.get();
    } finally {
      leave.run();
    }
  }

  private static void next(
      Iterator<ChatEvent> events, AtomicBoolean cancelled, SynchronousSink<ChatEvent> sink) {
    try {
      if (events.hasNext()) {
        sink.next(events.next());
      } else {
        sink.complete();
      }
    } catch (LlmException e) {
      // Who has cancelled hears no end, not even a good one: he may keep what is complete.
      if (!cancelled.get()) {
        sink.error(e);
      }
    }
  }

  @SuppressWarnings("unchecked") // a fallback returns what the method does
  private static <T> Flux<T> orInstead(ServiceCall call, Flux<T> answer) {
    return Flux.defer(
        () -> {
          AtomicBoolean begun = new AtomicBoolean();
          return answer
              .doOnNext(element -> begun.setPlain(true))
              .onErrorResume(
                  e -> !begun.getPlain() && call.hasLastResort(e),
                  e -> (Publisher<T>) instead(call, e));
        });
  }

  private static Publisher<?> instead(ServiceCall call, Throwable failure) {
    @Nullable Object answer;
    try {
      answer = call.lastResort(failure);
    } catch (Throwable another) {
      return Mono.error(another);
    }
    if (answer == null) {
      return Mono.empty();
    }
    return (Publisher<?>) (answer instanceof Publisher ? answer : Coroutines.publisher(answer));
  }
}
