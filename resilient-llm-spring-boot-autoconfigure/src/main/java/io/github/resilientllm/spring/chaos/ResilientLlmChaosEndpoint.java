package io.github.resilientllm.spring.chaos;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.test.chaos.Chaos;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.convert.DurationStyle;

/** Starts and ends faults on purpose. */
@Endpoint(id = "resilientllmchaos")
final class ResilientLlmChaosEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(ResilientLlmChaosEndpoint.class);

  private final Chaos chaos;

  ResilientLlmChaosEndpoint(Chaos chaos) {
    this.chaos = chaos;
  }

  /** Whether there are any, and until when. */
  @ReadOperation
  Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("on", chaos.until().isPresent());
    chaos.until().ifPresent(until -> state.put("until", until.toString()));
    return state;
  }

  /**
   * Starts them; they end by themselves.
   *
   * @param kind what becomes of a request, such as {@code OVERLOADED}
   * @param share of the requests, above 0 and at most 1
   * @param lasting such as {@code 10m}; at most an hour
   * @param target the target's name, {@code vendor/model} or a vendor; null for all
   */
  // Framework's annotation, for Boot 3.5 knows an optional parameter by no other.
  @WriteOperation
  Map<String, Object> strike(
      String kind, double share, String lasting, @org.springframework.lang.Nullable String target) {
    try {
      Duration time = DurationStyle.detectAndParse(lasting);
      ErrorKind what = ErrorKind.valueOf(kind.toUpperCase(Locale.ROOT));
      String whom = target == null ? "" : target;
      chaos.strike(what, share, time, whom);
      LOG.warn(
          "Faults on purpose: {} for a share of {} of the requests to {}, until {}",
          what,
          share,
          whom.isEmpty() ? "all targets" : whom,
          chaos.until().map(Object::toString).orElse("now"));
    } catch (IllegalArgumentException wrong) {
      String why = String.valueOf(wrong.getMessage());
      throw new InvalidEndpointRequestException("No chaos: " + why, why);
    }
    return state();
  }

  /** Ends them. */
  @DeleteOperation
  Map<String, Object> stop() {
    chaos.stop();
    LOG.warn("Faults on purpose are over");
    return state();
  }
}
