package io.github.resilientllm.examples.relay;

import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import java.time.Duration;

/**
 * The mind of all local vendors of the relay: it looks at the history only, so that whoever is
 * asked goes on where the one before stopped.
 */
final class Clerk implements Behaviour {
  private static final Duration PAUSE = Duration.ofMillis(20);

  @Override
  public Reply reply(Question question) {
    if (question.text().equals(Relay.FOLLOW_UP)) {
      return says("Your parcel is in sunny Hamburg and will be with you in time!");
    }
    return switch (question.toolResults().size()) {
      case 0 -> new Reply.ToolUse(Relay.TRACK.name(), "{\"parcel\":\"4711\"}");
      case 1 -> new Reply.ToolUse(Relay.WEATHER.name(), "{\"city\":\"Hamburg\"}");
      default -> says("It is in Hamburg, and the weather there will not delay it.");
    };
  }

  private static Reply says(String text) {
    return Reply.Answer.of(text, PAUSE, Duration.ZERO);
  }
}
