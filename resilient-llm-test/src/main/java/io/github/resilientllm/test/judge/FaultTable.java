package io.github.resilientllm.test.judge;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Eighteen faults of one vendor alone, with a time-out of five seconds: what Java's clients do
 * worst. Without a fallback the caller should get an honest error in time, or the answer where a
 * retry gives it.
 */
final class FaultTable {
  private static final Duration TIMEOUT = ofSeconds(5);

  /** Five seconds, and half of that again for whoever counts them anew. */
  private static final Duration IN_TIME = ofMillis(7500);

  private static final String CHUNK = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",";
  private static final String ERROR_CHUNK =
      CHUNK
          + "\"created\":0,\"model\":\"m\",\"error\":{\"code\":502,\"message\":\"scripted\"},"
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}"
          + "\n\n";
  private static final String NULL_ERROR =
      CHUNK
          + "\"created\":0,\"model\":\"m\",\"error\":null,"
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":null}]}\n\n";
  private static final String NO_CHOICES =
      "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":0,\"model\":\"m\",\"choices\":[],"
          + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":0,\"total_tokens\":1}}";
  private static final String ERROR_BODY =
      "{\"error\":{\"message\":\"scripted\",\"type\":\"server_error\",\"code\":\"server_error\"}}";

  /** What vendors call it: content_filter, refusal, SAFETY. */
  private static final List<String> WORDS_FOR_FILTERED = List.of("filter", "refus", "safety");

  private FaultTable() {}

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    add(all, true, "the stream ends in good order, unfinished", FaultTable::cleanEnd);
    add(all, true, "the stream is cut inside its body", FaultTable::cut);
    add(all, true, "the stream is reset", FaultTable::reset);
    add(all, true, "an error inside the stream", FaultTable::inBand);
    add(all, true, "a chunk that finishes with \"error\"", FaultTable::errorChunk);
    add(all, true, "a well stream with \"error\": null", FaultTable::nullError);
    add(all, true, "503 once, before the stream", FaultTable::overloadedOnce);
    add(all, true, "silent after two tokens", FaultTable::stall);
    add(all, true, "nothing but comments", FaultTable::comments);
    add(all, false, "503 for ever", FaultTable::down);
    add(all, false, "429 for want of credit", FaultTable::quota);
    add(all, false, "429 that asks for 4 s", FaultTable::shortDelay);
    add(all, false, "429 that asks for 30 s", FaultTable::longDelay);
    add(all, false, "never answers", FaultTable::silence);
    add(all, false, "400, too long for the context", FaultTable::tooLong);
    add(all, false, "200 with an error for a body", FaultTable::errorBody);
    add(all, false, "200 without choices", FaultTable::noChoices);
    add(all, false, "finished by the vendor's filter", FaultTable::filtered);
    return List.copyOf(all);
  }

  private static void add(List<Scenario> all, boolean streamed, String title, Scenario.Play play) {
    String id = String.format(Locale.ROOT, "T%02d", all.size() + 1);
    all.add(new Scenario(id, title, false, streamed, TIMEOUT, play));
  }

  private static void cleanEnd(Stage stage) {
    stage.a().streams(3).tokens().thenEndsUnfinished();
    failsInTime(stage);
  }

  private static void cut(Stage stage) {
    stage.a().streams(3).tokens().thenCuts();
    failsInTime(stage);
  }

  private static void reset(Stage stage) {
    stage.a().streams(3).tokens().thenResets();
    failsInTime(stage);
  }

  private static void inBand(Stage stage) {
    stage.a().streams(2).tokens().thenFails(500, "server_error");
    failsInTime(stage);
  }

  private static void errorChunk(Stage stage) {
    stage.a().streams(1).tokens().thenSends(ERROR_CHUNK).thenEndsUnfinished();
    failsInTime(stage);
  }

  private static void nullError(Stage stage) {
    stage.a().streams(1).tokens().thenSends(NULL_ERROR).thenGoesOn();
    stage.whole(stage.ask());
  }

  private static void overloadedOnce(Stage stage) {
    stage.a().is(Trouble.DOWN).once();
    stage.whole(stage.ask());
  }

  private static void stall(Stage stage) {
    stage.a().streams(2).tokens().thenIsSilent();
    failsInTime(stage);
  }

  private static void comments(Stage stage) {
    stage.a().streams(0).tokens().thenOnlyComments(ofMillis(500));
    failsInTime(stage);
  }

  private static void down(Stage stage) {
    stage.a().is(Trouble.DOWN);
    failsInTime(stage);
    stage.must(stage.asked(stage.a()) <= 6, "it asked " + stage.asked(stage.a()) + " times");
  }

  private static void quota(Stage stage) {
    stage.a().is(Trouble.OUT_OF_QUOTA);
    failsInTime(stage);
    stage.must(stage.asked(stage.a()) == 1, "it asked " + stage.asked(stage.a()) + " times");
  }

  private static void shortDelay(Stage stage) {
    stage.a().is(Trouble.LIMITED).retryAfter(ofSeconds(4)).once();
    Call call = stage.ask();
    stage.whole(call);
    stage.should(
        call.failure().isPresent() || stage.longerThan(call, ofSeconds(4)),
        "it did not wait as it was told");
  }

  private static void longDelay(Stage stage) {
    Duration delay = ofSeconds(30);
    stage.a().is(Trouble.LIMITED).retryAfter(delay);
    failsInTime(stage);
    stage.should(stage.leftAlone(delay), "it did not wait as it was told");
  }

  private static void silence(Stage stage) {
    stage.a().is(Trouble.SILENT);
    failsInTime(stage);
  }

  private static void tooLong(Stage stage) {
    stage.a().refuses(400, "context_length_exceeded");
    failsInTime(stage);
    stage.must(stage.asked(stage.a()) == 1, "it asked " + stage.asked(stage.a()) + " times");
  }

  private static void errorBody(Stage stage) {
    stage.a().answersWithTheBody(ERROR_BODY);
    failsInTime(stage);
  }

  private static void noChoices(Stage stage) {
    stage.a().answersWithTheBody(NO_CHOICES);
    failsInTime(stage);
  }

  /** An error, or an answer that says that it was filtered. */
  private static void filtered(Stage stage) {
    stage.a().streams(30).tokens().thenIsFiltered();
    Call call = stage.ask();
    String finish = stage.said().finish().toLowerCase(Locale.ROOT);
    boolean told = WORDS_FOR_FILTERED.stream().anyMatch(finish::contains);
    stage.must(
        call.failure().isPresent() || told,
        "it took for an answer what is " + call.heard().map(Object::toString).orElse(""));
  }

  private static void failsInTime(Stage stage) {
    Call call = stage.ask();
    stage.error(call);
    stage.within(call, IN_TIME);
  }
}
