package io.github.resilientllm.examples.drill;

import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** The vendor that has the outage: what it does with a request depends on the phase and on luck. */
final class SickVendor implements Behaviour {
  private final Timeline timeline;
  private final Settings settings;
  private final Ledger ledger;
  private final AtomicLong requests = new AtomicLong();

  SickVendor(Timeline timeline, Settings settings, Ledger ledger) {
    this.timeline = timeline;
    this.settings = settings;
    this.ledger = ledger;
  }

  @Override
  public Reply reply(Question question) {
    ledger.arrival(Drill.PRIMARY);
    // Seeded by the request's number, because the order in which threads draw is nobody's to fix.
    Random luck = new Random(settings.seed() * 7919 + requests.getAndIncrement() * 104_729);
    luck.nextInt(); // the first draw of near seeds is nearly the same
    double share = luck.nextDouble();
    Reply.Answer answer = healthy(question, luck);
    return switch (timeline.now()) {
      case HEALTHY, RECOVERED -> answer;
      case ERRORS -> share < 0.7 ? failure(share < 0.35) : answer;
      case SLOW -> share < 0.85 ? slow(answer) : answer;
      case CUT -> share < 0.7 ? answer.cutAfter(3 + luck.nextInt(8)) : answer;
      case REFUSED -> new Reply.Refusal(401, "invalid_api_key", "Incorrect API key provided.", 0);
      case DISCONNECTED -> new Reply.Disconnect();
      case THROTTLED ->
          share < 0.6
              ? new Reply.Refusal(429, "rate_limit_exceeded", "Too many requests.", 1)
              : answer;
    };
  }

  /** How a vendor answers that has no trouble. */
  static Reply.Answer healthy(Question question, Random luck) {
    String text = Ask.answer(question.text(), question.turn());
    Duration firstWord = Duration.ofMillis(50 + luck.nextInt(70));
    Duration whole = firstWord.plusMillis(80);
    return Reply.Answer.of(text, question.streaming() ? firstWord : whole, Duration.ofMillis(6));
  }

  private Reply slow(Reply.Answer answer) {
    Duration after = settings.attempt().multipliedBy(3);
    return Reply.Answer.of(answer.text(), after, answer.perWord());
  }

  private static Reply failure(boolean overloaded) {
    return overloaded
        ? new Reply.Refusal(503, "overloaded", "Service unavailable: capacity exceeded.", 0)
        : new Reply.Refusal(500, "server_error", "The server had an error.", 0);
  }
}
