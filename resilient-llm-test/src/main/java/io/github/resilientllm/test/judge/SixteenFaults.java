package io.github.resilientllm.test.judge;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sixteen faults by which failover is judged in public: two vendors, a and b, of which b is well;
 * the caller should get the whole answer, from b if need be.
 *
 * <p>An answer is sixty tokens, one each 20 ms.
 */
final class SixteenFaults {
  private static final int TOKENS = 60;

  private SixteenFaults() {}

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    add(all, false, "a first 429 that asks for 2 s", SixteenFaults::firstDelay);
    add(all, false, "429 for ever, without a delay", SixteenFaults::limitWithoutEnd);
    add(all, false, "500 once", SixteenFaults::oneServerError);
    add(all, false, "503 for ever", SixteenFaults::noCapacity);
    add(all, false, "a reset before the headers, once", SixteenFaults::oneReset);
    add(all, false, "accepts and never answers", SixteenFaults::silence);
    add(all, true, "headers at once, the first token after 20 s", SixteenFaults::lateToken);
    add(all, true, "cut after 40 of 60 tokens", SixteenFaults::cut);
    add(all, true, "silent for 30 s after 20 tokens", SixteenFaults::stall);
    add(all, true, "one event that is no JSON", SixteenFaults::badEvent);
    add(all, true, "complete, with its last marker missing", SixteenFaults::noMarker);
    add(all, false, "400, too long for the context", SixteenFaults::tooLong);
    add(all, false, "400, against the content policy", SixteenFaults::filtered);
    add(all, true, "cut, and b takes no trailing assistant message", SixteenFaults::noPrefill);
    add(all, false, "down for a minute, requests 4 s apart", SixteenFaults::outage);
    add(all, false, "503, and who answered is told", SixteenFaults::toldWho);
    return List.copyOf(all);
  }

  private static void add(List<Scenario> all, boolean streamed, String title, Scenario.Play play) {
    Scenario.Play paced =
        stage -> {
          stage.a().sayingEvery(ofMillis(20));
          stage.b().sayingEvery(ofMillis(20));
          play.on(stage);
        };
    String id = String.format(Locale.ROOT, "%02d", all.size() + 1);
    all.add(new Scenario(id, title, true, streamed, null, paced));
  }

  private static void firstDelay(Stage stage) {
    stage.a().refuses(429, "rate_limit_exceeded").retryAfter(ofSeconds(2)).once();
    Call call = stage.ask();
    stage.wholeBy(call, stage.a());
    stage.within(call, ofSeconds(10));
    stage.should(
        call.failure().isPresent()
            || stage.asked(stage.b()) > 0
            || stage.longerThan(call, ofMillis(1800)),
        "it did not wait as it was told");
  }

  private static void limitWithoutEnd(Stage stage) {
    stage.a().is(Trouble.LIMITED);
    Call call = stage.ask();
    stage.wholeBy(call, stage.b());
    stage.must(stage.asked(stage.a()) <= 6, "it asked a " + stage.asked(stage.a()) + " times");
  }

  private static void oneServerError(Stage stage) {
    stage.a().is(Trouble.FAILING).once();
    stage.wholeBy(stage.ask(), stage.a());
  }

  private static void noCapacity(Stage stage) {
    stage.a().is(Trouble.DOWN);
    Call call = stage.ask();
    stage.wholeBy(call, stage.b());
    stage.within(call, ofSeconds(15));
    stage.must(stage.asked(stage.a()) <= 6, "it asked a " + stage.asked(stage.a()) + " times");
  }

  private static void oneReset(Stage stage) {
    stage.a().is(Trouble.RESETTING).once();
    Call call = stage.ask();
    stage.whole(call);
    stage.within(call, ofSeconds(10));
  }

  private static void silence(Stage stage) {
    stage.a().is(Trouble.SILENT);
    Call call = stage.ask();
    stage.wholeBy(call, stage.b());
    stage.within(call, ofSeconds(100));
    stage.should(stage.asked(stage.a()) == 1, "it asked a " + stage.asked(stage.a()) + " times");
  }

  private static void lateToken(Stage stage) {
    stage.a().answersWell().afterItsHeaders(ofSeconds(20));
    Call call = stage.ask();
    stage.wholeBy(call, stage.b());
    stage.within(call, ofSeconds(15));
  }

  private static void cut(Stage stage) {
    stage.a().streams(40).tokens().thenCuts().once();
    Call call = stage.ask();
    stage.honest(call);
    stage.within(call, ofSeconds(15));
  }

  private static void stall(Stage stage) {
    stage.a().streams(20).tokens().thenIsSilentFor(ofSeconds(30)).thenGoesOn();
    Call call = stage.ask();
    stage.whole(call);
    stage.within(call, ofSeconds(45));
  }

  private static void badEvent(Stage stage) {
    stage.a().streams(30).tokens().thenGarblesAnEvent().thenGoesOn().once();
    stage.whole(stage.ask());
  }

  private static void noMarker(Stage stage) {
    stage.a().streams(TOKENS).tokens().thenEndsWithoutItsMarker();
    Call call = stage.ask();
    stage.wholeBy(call, stage.a());
    stage.within(call, ofSeconds(4));
    stage.should(
        call.failure().isPresent() || stage.said().outputTokens() == TOKENS,
        "it does not tell what it cost");
  }

  private static void tooLong(Stage stage) {
    stage.a().refuses(400, "context_length_exceeded");
    Call call = stage.ask();
    stage.wholeBy(call, stage.b());
    stage.should(stage.asked(stage.a()) == 1, "it asked a " + stage.asked(stage.a()) + " times");
  }

  private static void filtered(Stage stage) {
    stage.a().refuses(400, "content_policy_violation");
    Call call = stage.ask();
    stage.honest(call);
    stage.should(call.failure().isPresent(), "it asked another vendor what one had refused");
    stage.must(stage.asked(stage.a()) == 1, "it asked a " + stage.asked(stage.a()) + " times");
  }

  private static void noPrefill(Stage stage) {
    stage.a().streams(40).tokens().thenCuts();
    stage.b().takesNoPrefill();
    stage.whole(stage.ask());
  }

  private static void outage(Stage stage) throws InterruptedException {
    Duration down = ofMinutes(1);
    stage.a().is(Trouble.DOWN).lasting(down);
    for (int i = 0; !stage.isAfter(ofSeconds(98)); i++) {
      stage.waitUntil(ofSeconds(4).multipliedBy(i));
      boolean backByNow = stage.isAfter(down.plusSeconds(30));
      Call call = stage.ask();
      if (backByNow) {
        stage.wholeBy(call, stage.a());
      } else {
        stage.whole(call);
      }
      stage.within(call, ofSeconds(10));
    }
    // Twenty-five requests, nine of them after the outage, and a retry or a probe for some.
    stage.must(stage.asked(stage.a()) <= 45, "it asked a " + stage.asked(stage.a()) + " times");
  }

  private static void toldWho(Stage stage) {
    stage.a().is(Trouble.DOWN);
    Call call = stage.ask();
    stage.wholeBy(call, stage.b());
    stage.should(
        call.failure().isPresent() || stage.said().model().contains(Setting.FALLBACK_MODEL),
        "it does not tell which model answered");
    stage.should(
        call.failure().isPresent() || stage.said().outputTokens() == TOKENS,
        "it does not tell what it cost");
  }
}
