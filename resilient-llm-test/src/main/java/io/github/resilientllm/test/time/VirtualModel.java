package io.github.resilientllm.test.time;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model in virtual time: it takes its time to answer, and has the {@link Incident}s that it is
 * told. Of one {@link TestTime}.
 */
public final class VirtualModel implements LlmProvider {
  /** More would only take the test's own time. */
  private static final int PIECES = 6;

  private final Time time;
  private final RandomGenerator random;
  private final String name;
  private final List<Incident> incidents = new ArrayList<>();
  private final List<Duration> asked = new ArrayList<>();
  private final List<Duration> refused = new ArrayList<>();
  private Duration firstToken = Duration.ofMillis(500);
  private Duration perToken = Duration.ofMillis(20);
  private int tokens = 60;
  private double spread;
  private int limit = Integer.MAX_VALUE;
  private Duration period = Duration.ofSeconds(1);
  private double room; // in the bucket, as it was at its last use
  private Duration lastUse = Duration.ZERO;
  private @Nullable Observations observations;
  private int guessed;
  private int open;
  private long piecesSaid;

  VirtualModel(Time time, RandomGenerator random, String name) {
    this.time = time;
    this.random = random;
    this.name = Objects.requireNonNull(name, "name");
  }

  /** Sets how it answers when it is well. Default half a second, and 60 tokens of 20 ms each. */
  public VirtualModel answering(Duration firstToken, Duration perToken, int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("An answer has 1 token or more, not " + tokens);
    }
    this.firstToken = firstToken;
    this.perToken = perToken;
    this.tokens = tokens;
    return this;
  }

  /**
   * Sets how much the time to its first token varies: its logarithm by so much, so that with 0.5
   * one in a hundred takes three times as long. Default 0.
   */
  public VirtualModel varying(double spread) {
    if (!(spread >= 0) || spread > 3) {
      throw new IllegalArgumentException("A spread is from 0 to 3, not " + spread);
    }
    this.spread = spread;
    return this;
  }

  /**
   * Sets how many requests it takes in a time. What is more it refuses, and says how many seconds
   * to wait; that does not count. Its bucket fills evenly and is full at the start. Default any
   * number.
   */
  public VirtualModel limitedTo(int requests, Duration in) {
    if (requests < 1 || in.isZero() || in.isNegative()) {
      throw new IllegalArgumentException(
          "A limit is 1 request or more in a time above zero, not %d in %s"
              .formatted(requests, in));
    }
    limit = requests;
    period = in;
    room = requests;
    return this;
  }

  /** Refuses with an error of this kind. */
  public Incident fails(ErrorKind kind) {
    return add(new Incident(new Incident.Effect.Fails(Objects.requireNonNull(kind, "kind"), null)));
  }

  /** Refuses with an error of this kind and asks to wait. */
  public Incident fails(ErrorKind kind, Duration retryAfter) {
    return add(new Incident(new Incident.Effect.Fails(kind, retryAfter)));
  }

  /** Accepts requests and never answers. */
  public Incident isSilent() {
    return add(new Incident(new Incident.Effect.Silent()));
  }

  /** Is later than it is otherwise, by so much. */
  public Incident isLateBy(Duration delay) {
    return add(new Incident(new Incident.Effect.Late(delay)));
  }

  /** Breaks off in the middle of its answers. */
  public Incident cuts() {
    return add(new Incident(new Incident.Effect.Cuts()));
  }

  /**
   * Takes requests as a real model took those around the same time: each as one of them, drawn at
   * random. Where nothing was seen for a quarter of an hour it is guessed to be well; {@link
   * #guessed} tells how often. Incidents come before it.
   */
  public VirtualModel following(List<Observation> seen) {
    observations = new Observations(seen);
    return this;
  }

  /** How many requests were taken as a guess, since nothing was seen around their time. */
  public int guessed() {
    return guessed;
  }

  Incident add(Incident incident) {
    incidents.add(incident);
    return incident;
  }

  /** When it was asked, each time. */
  public List<Duration> asked() {
    return List.copyOf(asked);
  }

  /** When it refused a request for want of room, each time. */
  public List<Duration> refused() {
    return List.copyOf(refused);
  }

  /** How many tokens it has said in all, also in answers that broke off or that nobody wanted. */
  public long tokensSaid() {
    return piecesSaid * tokens / pieces();
  }

  /** How many of its answers nobody has closed. */
  public int open() {
    return open;
  }

  /** The whole text of its answers. */
  public String answer() {
    return IntStream.rangeClosed(1, pieces()).mapToObj(this::piece).collect(Collectors.joining());
  }

  @Override
  public String vendor() {
    return name;
  }

  @Override
  public String model() {
    return "m";
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) {
    Duration now = Duration.ofNanos(time.nanos());
    asked.add(now);
    open++;
    return new Answer(plan(now));
  }

  private int pieces() {
    return Math.min(tokens, PIECES);
  }

  private String piece(int number) {
    return name + "-" + number + (number == pieces() ? "" : " ");
  }

  private List<Step> plan(Duration now) {
    Incident.Effect effect = null;
    for (Incident incident : incidents) {
      if (effect == null && incident.strikes(now, random)) {
        effect = incident.effect();
      }
    }
    List<Step> steps = new ArrayList<>();
    if (effect instanceof Incident.Effect.Fails fails) {
      steps.add(new Step(Duration.ofMillis(50), null, fails.failure()));
      return steps;
    }
    if (effect instanceof Incident.Effect.Silent) {
      steps.add(new Step(Duration.ofDays(1), null, Incident.broken(ErrorKind.NETWORK)));
      return steps;
    }
    ProviderException refusal = refusal(now);
    if (refusal != null) {
      steps.add(new Step(Duration.ofMillis(50), null, refusal));
      return steps;
    }
    Observation seen = effect == null ? observed(now) : null;
    if (seen != null) {
      return again(seen);
    }
    double luck = spread == 0 ? 1 : Math.exp(spread * random.nextGaussian());
    Duration first = Duration.ofNanos(Math.round(firstToken.toNanos() * luck));
    if (effect instanceof Incident.Effect.Late late) {
      first = first.plus(late.by());
    }
    int said = effect instanceof Incident.Effect.Cuts ? (pieces() + 1) / 2 : pieces();
    Duration perPiece = perToken.multipliedBy(tokens).dividedBy(pieces());
    for (int i = 1; i <= said; i++) {
      steps.add(new Step(i == 1 ? first : perPiece, piece(i), null));
    }
    steps.add(
        new Step(
            perPiece, null, said < pieces() ? Incident.broken(ErrorKind.STREAM_TRUNCATED) : null));
    return steps;
  }

  /** What it says when it has no room; null if it has. */
  private @Nullable ProviderException refusal(Duration now) {
    if (limit == Integer.MAX_VALUE) {
      return null;
    }
    double perNano = (double) limit / period.toNanos();
    room = Math.min(limit, room + now.minus(lastUse).toNanos() * perNano);
    lastUse = now;
    if (room >= 1) {
      room--;
      return null;
    }
    refused.add(now);
    Duration wait = Duration.ofSeconds((long) Math.ceil((1 - room) / perNano / 1e9));
    return new Incident.Effect.Fails(ErrorKind.RATE_LIMITED, wait).failure();
  }

  private @Nullable Observation observed(Duration now) {
    if (observations == null) {
      return null;
    }
    Observation around = observations.around(now, random);
    if (around != null) {
      return around;
    }
    guessed++;
    return observations.anyAnswer(random);
  }

  /** The same again; of what nobody waited for it is known only that it took longer. */
  private List<Step> again(Observation seen) {
    List<Step> steps = new ArrayList<>();
    boolean began = seen.firstToken() != null;
    if (seen.answers() || began) {
      Duration rest = seen.lasted().minus(seen.opening());
      int said = seen.answers() ? pieces() : (pieces() + 1) / 2;
      Duration perPiece = rest.isNegative() ? Duration.ZERO : rest.dividedBy(said);
      for (int i = 1; i <= said; i++) {
        steps.add(new Step(i == 1 ? seen.opening() : perPiece, piece(i), null));
      }
      if (seen.answers()) {
        steps.add(new Step(perPiece, null, null));
        return steps;
      }
    }
    ErrorKind kind = seen.wasSilent() ? ErrorKind.NETWORK : Objects.requireNonNull(seen.error());
    Duration after = seen.wasSilent() ? Duration.ofDays(1) : began ? Duration.ZERO : seen.lasted();
    Incident.Effect.Fails fails = new Incident.Effect.Fails(kind, seen.retryAfter());
    steps.add(new Step(after, null, fails.failure()));
    return steps;
  }

  /** A wait, and then a piece, a failure, or the end. */
  private record Step(
      Duration after, @Nullable String piece, @Nullable ProviderException failure) {}

  /** One attempt. */
  private final class Answer implements ProviderCall {
    private final List<Step> steps;
    private int place;
    private boolean isClosed;
    private @Nullable Thread reader;

    Answer(List<Step> steps) {
      this.steps = steps;
    }

    @Override
    public ChatEvent.@Nullable Delta next() throws ProviderException {
      Step step = steps.get(place++);
      long until = time.nanos() + step.after().toNanos();
      reader = Thread.currentThread();
      while (!isClosed && time.nanos() < until && !Thread.currentThread().isInterrupted()) {
        time.park(until);
      }
      reader = null;
      if (isClosed || time.nanos() < until) {
        throw Incident.broken(ErrorKind.NETWORK);
      }
      if (step.failure() != null) {
        throw step.failure();
      }
      if (step.piece() == null) {
        return null;
      }
      piecesSaid++;
      return new ChatEvent.TextDelta(step.piece());
    }

    @Override
    public Completion completion() {
      return Completion.of(FinishReason.STOP, Usage.of(20, tokens));
    }

    @Override
    public void close() {
      if (isClosed) {
        return;
      }
      isClosed = true;
      open--;
      if (reader != null) {
        time.unpark(reader);
      }
    }
  }
}
