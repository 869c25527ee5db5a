package io.github.resilientllm.spring;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Outcome;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What an observation of one call knows: a span of kind CLIENT from the call's start to its end,
 * whatever was tried in between. It holds no content.
 *
 * <p>What is only known at the end is empty before.
 */
public abstract class LlmObservationContext extends SenderContext<Object> {
  private static final Object NO_CARRIER = new Object();

  /** A context that sends nothing along with the call, as vendors would not read it. */
  @SuppressWarnings("this-escape") // into a setter that keeps the value and calls nothing
  protected LlmObservationContext() {
    super((carrier, key, value) -> {}, Kind.CLIENT);
    setCarrier(NO_CARRIER);
  }

  /** The policy whose client is called. */
  public abstract String policy();

  /** The vendor of the target that is asked first. */
  public abstract String vendor();

  /** The model of the target that is asked first, as it is sent to the vendor. */
  public abstract String model();

  /** Whether the caller reads a stream. */
  public abstract boolean streaming();

  /** The conversation that the call belongs to; empty if to none. */
  public abstract Optional<String> conversation();

  /**
   * Those tags of the request that {@code resilient-llm.observability.tags} names; empty for none.
   */
  public Map<String, String> tags() {
    return Map.of();
  }

  /** How many attempts have been started. */
  public abstract int attempts();

  /** The target that answered; empty if none has. */
  public abstract Optional<String> answeredBy();

  /** What there is to say of the answer without its content; empty if there is none. */
  public abstract Optional<CallEvent.AnswerFacts> answer();

  /** How the call ended. */
  public abstract Optional<Outcome> outcome();

  /** Why the call failed; empty if it answered. */
  public abstract Optional<ErrorKind> errorKind();

  /** From the call's start to its first content; empty if that was not streamed. */
  public abstract Optional<Duration> timeToFirstContent();
}
