package io.github.resilientllm.test;

import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import io.github.resilientllm.test.vendor.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a {@link Vendor} does with its next requests, in words:
 *
 * <pre>{@code
 * openai.streams(40).tokens().thenCuts();
 * openai.refuses(429, "rate_limit_exceeded").retryAfter(ofSeconds(2)).once();
 * openai.is(DOWN).lasting(ofSeconds(10));
 * }</pre>
 *
 * <p>It holds for ever, unless it says {@link #once}, {@link #times} or {@link #lasting}; then the
 * script that was declared after it takes over, and after the last one the vendor is well. A stream
 * whose script says nothing of its end goes on to its end. Times are those of the vendor's {@link
 * Vendor#paced pace}.
 */
public final class Script {
  private final Vendor vendor;
  private final String does;
  private final Function<Map<String, String>, List<Step>> beginning;
  private final boolean isTrouble;
  private final Map<String, String> headers = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private String then = "";
  private Duration after = Duration.ZERO;
  private Duration every = Duration.ZERO;
  private boolean headFirst;
  private boolean isEnded;
  private int times = Integer.MAX_VALUE;
  private Duration lasting = Duration.ZERO; // zero: for ever

  // How it went; guarded by the vendor, as all of this.
  private int played;
  private int reached;
  private long since;

  Script(
      Vendor vendor,
      String does,
      boolean ended,
      Function<Map<String, String>, List<Step>> beginning) {
    this.vendor = vendor;
    this.does = does;
    this.isTrouble = ended;
    this.isEnded = ended;
    this.beginning = beginning;
  }

  /** Nothing more: {@code streams(40).tokens()} reads better than without. */
  public Script tokens() {
    return this;
  }

  /** Waits before it says anything. */
  public Script after(Duration delay) {
    after = vendor.scaled(delay);
    return this;
  }

  /** The same, but sends the status and the headers at once. */
  public Script afterItsHeaders(Duration delay) {
    headFirst = true;
    return after(delay);
  }

  /** Says a token each so often. */
  public Script every(Duration gap) {
    every = vendor.scaled(gap);
    return this;
  }

  /** Cuts the connection in the middle of the stream. */
  public Script thenCuts() {
    return end("then cuts the connection", new Step.Cut());
  }

  /** Resets the connection in the middle of the stream. */
  public Script thenResets() {
    return end("then resets the connection", new Step.Reset());
  }

  /** Says nothing more and keeps the connection. */
  public Script thenIsSilent() {
    return end("then is silent", new Step.Silence());
  }

  /** Sends comments and nothing else, which keep the connection alive. */
  public Script thenOnlyComments(Duration each) {
    return end("then sends comments only", new Step.Comments(vendor.scaled(each)));
  }

  /** Says nothing for a time, and goes on with the next tokens. */
  public Script thenIsSilentFor(Duration time) {
    add(new Step.Reached(this::reached));
    add(new Step.Pause(vendor.scaled(time)));
    return then("then is silent for " + time.toMillis() + " ms");
  }

  /**
   * Goes on when this returns, which may wait until the client has shown what was said: what is
   * under way is lost where a connection breaks. Called on a thread of the vendor's.
   */
  public Script thenAwaits(Runnable shown) {
    add(new Step.Reached(shown));
    return this;
  }

  /** Ends the body in good order although the answer is not finished. */
  public Script thenEndsUnfinished() {
    return end("then ends without a finish", new Step.EndOfBody());
  }

  /** Finishes, but without its last marker, such as {@code [DONE]}. */
  public Script thenEndsWithoutItsMarker() {
    return end("then leaves out its last marker", new Step.Finish(Step.Finished.STOP, false));
  }

  /** Finishes because the answer became too long. */
  public Script thenIsTooLong() {
    return end("then stops for the length", new Step.Finish(Step.Finished.LENGTH, true));
  }

  /** Finishes because the answer is against its policy. */
  public Script thenIsFiltered() {
    return end("then filters the answer", new Step.Finish(Step.Finished.FILTERED, true));
  }

  /** Reports an error inside the answer that began well, and ends the body. */
  public Script thenFails(int status, String code) {
    add(new Step.Reached(this::reached)); // before the client hears of it
    add(new Step.Failure(new Reply.Refusal(status, code, "This is scripted.", 0)));
    return end("then reports the error " + code, new Step.EndOfBody());
  }

  /** Sends these bytes inside the body, and goes on. */
  public Script thenSends(String bytes) {
    add(new Step.Reached(this::reached));
    add(new Step.Raw(bytes));
    return then("then sends bytes of its own");
  }

  /** Sends an event of the vendor's that breaks off within its JSON, and goes on with the next. */
  public Script thenGarblesAnEvent() {
    add(new Step.Reached(this::reached));
    add(new Step.HalfEvent());
    add(new Step.Raw("\n\n"));
    return then("then sends an event that is no JSON");
  }

  /** Sends half of the next event, and cuts the connection. */
  public Script thenCutsInAnEvent() {
    add(new Step.Reached(this::reached));
    add(new Step.HalfEvent());
    return end("then cuts in the middle of an event", new Step.Cut());
  }

  /** Says so many tokens more. */
  public Script thenStreams(int tokens) {
    add(new Step.Words(tokens));
    return this;
  }

  /** Goes on to the end of the answer, as it does anyway. */
  public Script thenGoesOn() {
    return this;
  }

  /**
   * Asks clients to wait so long; a delay that is no whole number of seconds goes into OpenAI's
   * {@code retry-after-ms}.
   */
  public Script retryAfter(Duration delay) {
    long millis = vendor.scaled(delay).toMillis();
    if (millis % 1000 == 0) {
      headers.put("Retry-After", Long.toString(millis / 1000));
    } else {
      headers.put("retry-after-ms", Long.toString(millis));
    }
    return this;
  }

  /** Adds a header to what is no answer. */
  public Script withHeader(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Holds for one request. */
  public Script once() {
    return times(1);
  }

  /** Holds for so many requests. */
  public Script times(int requests) {
    if (requests < 1) {
      throw new IllegalArgumentException("A script holds for 1 request or more, not " + requests);
    }
    times = requests;
    return this;
  }

  /** Holds for so long, from the first request that meets it. */
  public Script lasting(Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("A script lasts for more than nothing, not " + time);
    }
    lasting = vendor.scaled(time);
    return this;
  }

  /** What the vendor does, in words. */
  @Override
  public String toString() {
    return vendor.name() + " " + does + (then.isEmpty() ? "" : ", " + then);
  }

  // The vendor's

  boolean isAtHandshake() {
    return does.equals(Trouble.OF_ANOTHER_NAME.words());
  }

  boolean isForEver() {
    return times == Integer.MAX_VALUE && lasting.isZero();
  }

  boolean isOver(long now) {
    return played >= times || (played > 0 && !lasting.isZero() && now - since >= lasting.toNanos());
  }

  boolean isReached() {
    return reached > 0;
  }

  Reply next(Question question, String text, Duration gap, long now) {
    Objects.requireNonNull(question);
    if (played++ == 0) {
      since = now;
    }
    List<Step> all = new ArrayList<>();
    if (headFirst) {
      all.add(new Step.Head());
    }
    if (!after.isZero()) {
      if (!isTrouble && steps.isEmpty()) {
        all.add(new Step.Reached(this::reached)); // the delay is the fault
      }
      all.add(new Step.Pause(after));
    }
    // Told before it is done: who has heard of it may look at once.
    if (isTrouble) {
      all.add(new Step.Reached(this::reached));
    }
    all.addAll(beginning.apply(headers));
    all.addAll(steps);
    if (!isEnded) {
      all.add(new Step.Words(Integer.MAX_VALUE));
      all.add(new Step.Reached(this::reached));
      all.add(new Step.Finish(Step.Finished.STOP, true));
    }
    return new Reply.Played(text, every.isZero() ? gap : every, all);
  }

  /** The client has begun a handshake, in which the fault is. */
  void beginHandshake(long now) {
    if (played++ == 0) {
      since = now;
    }
    reached++;
  }

  private void reached() {
    vendor.locked(() -> reached++);
  }

  private Script end(String words, Step terminal) {
    add(new Step.Reached(this::reached));
    add(terminal);
    isEnded = true;
    return then(words);
  }

  private void add(Step step) {
    if (isEnded) {
      throw new IllegalStateException("Nothing can come after it: " + this);
    }
    steps.add(step);
  }

  private Script then(String words) {
    then = then.isEmpty() ? words : then + ", " + words;
    return this;
  }
}
