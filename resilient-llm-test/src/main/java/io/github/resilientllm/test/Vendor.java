package io.github.resilientllm.test;

import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import io.github.resilientllm.test.vendor.Seen;
import io.github.resilientllm.test.vendor.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A vendor on loopback that speaks OpenAI's chat completions, Anthropic's Messages or Gemini's
 * generateContent, by the path at which it is asked, and misbehaves as a {@link Script} says.
 *
 * <pre>{@code
 * try (Vendor openai = Vendor.start("openai")) {
 *   openai.streams(40).tokens().thenCuts();
 *   Call call = Call.of(() -> support.answer("Where is my parcel?"), openai);
 *   assertThat(call).neverTruncated();
 * }
 * }</pre>
 *
 * <p>Until it is told otherwise it is well, and answers with sixty tokens that no other vendor
 * says, {@code openai-1} to {@code openai-60}: so it can be told from any text whose it is, and
 * whether it is whole. Safe for use by several threads.
 */
public final class Vendor implements AutoCloseable {
  private static final int TOKENS = 60;

  private final String name;
  private final LocalVendor server;
  private final List<Script> scripts = new ArrayList<>(); // guarded by this, as all below
  private String answer;
  private Duration gap = Duration.ZERO;
  private double pace = 1;
  private boolean takesNoPrefill;

  private Vendor(String name, int port) {
    this.name = name;
    this.answer =
        IntStream.rangeClosed(1, TOKENS)
            .mapToObj(i -> name + "-" + i)
            .collect(Collectors.joining(" "));
    this.server = LocalVendor.start(this::reply, port);
  }

  /** Starts a vendor of that name on a free port. */
  public static Vendor start(String name) {
    return start(name, 0);
  }

  /**
   * Starts a vendor of that name on a port, for what cannot be told another one.
   *
   * @param name letters and digits
   * @throws IllegalArgumentException if the name is none
   */
  public static Vendor start(String name, int port) {
    if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,40}")) {
      throw new IllegalArgumentException(
          "A vendor's name is of letters and digits, not \"" + name + "\"");
    }
    return new Vendor(name, port);
  }

  /** Its name, which begins each of its tokens. */
  public String name() {
    return name;
  }

  /** The base URL of a client that adds {@code /chat/completions}, and of all of this library. */
  public String baseUrl() {
    return server.baseUrl();
  }

  /** The base URL of a client that adds the version as well, as Anthropic's and Google's do. */
  public String root() {
    return server.root();
  }

  /** What a child process needs in its environment, so that the vendors' own SDKs ask here. */
  public Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("OPENAI_BASE_URL", baseUrl());
    variables.put("OPENAI_API_KEY", "not-a-secret");
    variables.put("ANTHROPIC_BASE_URL", root());
    variables.put("ANTHROPIC_API_KEY", "not-a-secret");
    variables.put("GOOGLE_GEMINI_BASE_URL", root());
    variables.put("GEMINI_API_KEY", "not-a-secret");
    return variables;
  }

  // What it does

  /**
   * Says this when it is well, instead of its sixty tokens; for code that reads answers. Vendors
   * that say the same cannot be told apart.
   */
  public synchronized Vendor says(String text) {
    answer = Objects.requireNonNull(text, "text");
    return this;
  }

  /** Says a token each so often, unless a script has its own pace. */
  public synchronized Vendor sayingEvery(Duration gap) {
    this.gap = scaled(gap);
    return this;
  }

  /**
   * Takes so much of all times that are declared from here on: a tenth makes a test of half a
   * minute one of three seconds.
   */
  public synchronized Vendor paced(double share) {
    if (!(share > 0) || share > 1) {
      throw new IllegalArgumentException("A pace is above 0 and at most 1, not " + share);
    }
    pace = share;
    return this;
  }

  /** Refuses, with 400, requests whose last message is the assistant's, as newer models do. */
  public synchronized Vendor takesNoPrefill() {
    takesNoPrefill = true;
    return this;
  }

  /** Has that trouble. */
  public Script is(Trouble trouble) {
    return add(trouble.words(), true, headers -> trouble.steps(new Trouble.Wording(headers)));
  }

  /** Streams so many tokens of its answer, and then what the script says. */
  public Script streams(int tokens) {
    return add("streams " + tokens + " tokens", false, headers -> List.of(new Step.Words(tokens)));
  }

  /** Answers well. */
  public Script answersWell() {
    return add("answers well", false, headers -> List.of());
  }

  /**
   * Refuses with a status.
   *
   * @param code what OpenAI calls {@code error.code}; other vendors' words follow from the status
   */
  public Script refuses(int status, String code) {
    return add(
        "refuses (" + status + " " + code + ")",
        true,
        headers -> List.of(new Trouble.Wording(headers).refusal(status, code)));
  }

  /** Answers 200 with this body, whatever was asked. */
  public Script answersWithTheBody(String json) {
    return add(
        "answers with another body",
        true,
        headers -> List.of(new Step.Other(200, headers, json, 0)));
  }

  /** Forgets scripts and requests: it is well from now on. */
  public synchronized Vendor forgets() {
    scripts.clear();
    server.forget();
    return this;
  }

  // What it saw

  /** The requests so far, in the order in which they came. */
  public List<Seen> requests() {
    return server.requests();
  }

  /** The whole answer that it gives when it is well. */
  public synchronized String answer() {
    return answer;
  }

  /** The scripts that no request has met as far as their fault, in words. */
  public synchronized List<String> unreached() {
    return scripts.stream().filter(script -> !script.isReached()).map(Script::toString).toList();
  }

  /** What it was told to do, in words. */
  public synchronized List<String> told() {
    return scripts.stream().map(Script::toString).toList();
  }

  /** Cuts all connections; the vendor goes on. */
  public void hangUp() {
    server.hangUp();
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public String toString() {
    return "Vendor[" + name + " at " + server.root() + "]";
  }

  synchronized Duration scaled(Duration time) {
    return Duration.ofNanos(Math.round(time.toNanos() * pace));
  }

  synchronized void locked(Runnable body) {
    body.run();
  }

  private synchronized Script add(
      String does, boolean ended, Function<Map<String, String>, List<Step>> beginning) {
    if (!scripts.isEmpty() && scripts.get(scripts.size() - 1).isForEver()) {
      throw new IllegalStateException(
          "Nothing can follow \""
              + scripts.get(scripts.size() - 1)
              + "\", which holds for ever; say once(), times(n) or lasting(time) there");
    }
    Script script = new Script(this, does, ended, beginning);
    scripts.add(script);
    return script;
  }

  private synchronized Reply reply(Question question) {
    if (takesNoPrefill && question.lastRole().equals("assistant")) {
      return new Reply.Refusal(
          400, "invalid_request_error", "The last message must be the user's.", 0);
    }
    long now = System.nanoTime();
    for (Script script : scripts) {
      if (!script.isOver(now)) {
        return script.next(question, answer, gap, now);
      }
    }
    return Reply.Answer.of(answer, Duration.ZERO, gap);
  }
}
