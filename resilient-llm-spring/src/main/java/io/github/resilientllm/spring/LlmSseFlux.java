package io.github.resilientllm.spring;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.LlmException;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The same as {@link LlmSse} for WebFlux, where a controller returns a {@code Flux}:
 *
 * <pre>{@code
 * @PostMapping("/questions")
 * Flux<ServerSentEvent<LlmAnswerEvent>> ask(@RequestBody String question) {
 *   return LlmSseFlux.of(support.events(question)); // a Flux<ChatEvent>
 * }
 * }</pre>
 */
public final class LlmSseFlux {
  private LlmSseFlux() {}

  /** The events of an answer; a failed call is the last of them, no error. */
  public static Flux<ServerSentEvent<LlmAnswerEvent>> of(Flux<ChatEvent> answer) {
    return answer
        .mapNotNull(event -> LlmAnswerEvent.of(event).orElse(null))
        .onErrorResume(LlmException.class, failed -> Mono.just(LlmAnswerEvent.of(failed)))
        .map(event -> ServerSentEvent.builder(event).event(event.name()).build());
  }
}
