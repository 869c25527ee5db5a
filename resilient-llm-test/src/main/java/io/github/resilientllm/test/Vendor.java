package io.github.resilientllm.test;

import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Prose;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Recording;
import io.github.resilientllm.test.vendor.Reply;
import io.github.resilientllm.test.vendor.Seen;
import io.github.resilientllm.test.vendor.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A vendor on loopback that speaks OpenAI's chat completions and Responses, as Azure too serves
 * them, Anthropic's Messages, Gemini's generateContent and Bedrock's Converse, by the path at which
 * it is asked, and misbehaves as a {@link Script} says.
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

  /** More than a timeline shows. */
  private static final int MOST_CALLS = 1_000;

  private final String name;
  private final LocalVendor server;
  private final List<Script> scripts = new ArrayList<>(); // guarded by this, as all below
  private String answer;
  private Duration gap = Duration.ZERO;
  private double pace = 1;
  private boolean takesNoPrefill;
  private final List<Call> calls = new ArrayList<>();

  private Vendor(String name, Function<Behaviour, LocalVendor> start) {
    if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,40}")) {
      throw new IllegalArgumentException(
          "A vendor's name is of letters and digits, not \"" + name + "\"");
    }
    this.name = name;
    this.answer =
        IntStream.rangeClosed(1, TOKENS)
            .mapToObj(i -> name + "-" + i)
            .collect(Collectors.joining(" "));
    this.server = start.apply(new Scripted());
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
    return new Vendor(name, behaviour -> LocalVendor.start(behaviour, port));
  }

  /**
   * Starts a vendor of that name that speaks TLS. The client under test has to trust the {@link
   * io.github.resilientllm.test.vendor.LocalAuthority}.
   */
  public static Vendor startSecure(String name) {
    return new Vendor(name, LocalVendor::startSecure);
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
    variables.put("AZURE_OPENAI_ENDPOINT", root());
    variables.put("AZURE_OPENAI_API_KEY", "not-a-secret");
    variables.put("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", root());
    variables.put("AWS_BEARER_TOKEN_BEDROCK", "not-a-secret");
    variables.put("AWS_REGION", "eu-central-1");
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
    if (trouble == Trouble.OF_ANOTHER_NAME && !server.root().startsWith("https:")) {
      throw new IllegalStateException(
          name + " shows no certificate; start it with Vendor.startSecure(\"" + name + "\")");
    }
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

  /**
   * Calls a tool instead of answering.
   *
   * @param arguments a JSON object
   */
  public Script callsTool(String tool, String arguments) {
    Step call = new Step.ToolCall(new Reply.ToolUse(tool, arguments));
    return add("calls the tool " + tool, true, headers -> List.of(call));
  }

  /**
   * Plays what a real vendor answered, request by request in the order of the recording, with its
   * times; after the last one it is well. Its {@link #answer} is each time the recorded one.
   */
  public Vendor plays(Recording recording) {
    for (Recording.Answer answer : recording.answers()) {
      List<Recording.Piece> pieces =
          answer.pieces().stream()
              .map(piece -> new Recording.Piece(scaled(piece.after()), piece.text()))
              .toList();
      Recording.Answer paced =
          new Recording.Answer(
              answer.path(), answer.status(), answer.headers(), pieces, answer.isWhole());
      String does = "plays what was recorded at " + answer.path();
      add(
              does,
              true,
              headers -> {
                if (!paced.text().isBlank()) {
                  // What is not finished is no whole answer, whoever takes it for one.
                  says(paced.text() + (paced.isFinished() ? "" : " unfinished"));
                }
                return List.of(new Step.Recorded(paced));
              })
          .once();
    }
    return this;
  }

  /** Forgets scripts and requests: it is well from now on. */
  public synchronized Vendor forgets() {
    scripts.clear();
    calls.clear();
    server.forget();
    return this;
  }

  // What it saw

  /** The requests so far, in the order in which they came. */
  public List<Seen> requests() {
    return server.requests();
  }

  /**
   * Waits until a client has left a request before it was answered, as one does that gives up.
   *
   * @return whether one has
   * @throws InterruptedException if this thread is interrupted
   */
  public boolean awaitClientLeft(Duration atMost) throws InterruptedException {
    return server.awaitClientLeft(atMost);
  }

  /** The first thousand calls that it observed, oldest first. */
  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The whole answer that it gives when it is well. */
  public synchronized String answer() {
    return answer;
  }

  /** How many words that is, as it says them. */
  int words() {
    return Prose.words(answer()).size();
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

  synchronized void observed(Call call) {
    if (calls.size() < MOST_CALLS) {
      calls.add(call);
    }
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
    return current(now)
        .map(script -> script.next(question, answer, gap, now))
        .orElseGet(() -> Reply.Answer.of(answer, Duration.ZERO, gap));
  }

  private synchronized boolean showsItsOwnName() {
    long now = System.nanoTime();
    Optional<Script> broken = current(now).filter(Script::isAtHandshake);
    broken.ifPresent(script -> script.beginHandshake(now));
    return broken.isEmpty();
  }

  private Optional<Script> current(long now) {
    return scripts.stream().filter(script -> !script.isOver(now)).findFirst();
  }

  /** What its server asks it. */
  private final class Scripted implements Behaviour {
    @Override
    public Reply reply(Question question) {
      return Vendor.this.reply(question);
    }

    @Override
    public boolean showsItsOwnName() {
      return Vendor.this.showsItsOwnName();
    }
  }
}
