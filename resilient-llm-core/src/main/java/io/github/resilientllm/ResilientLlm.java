package io.github.resilientllm;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.internal.call.Engine;
import io.github.resilientllm.internal.call.Fit;
import io.github.resilientllm.internal.call.Policies;
import io.github.resilientllm.internal.call.Threads;
import io.github.resilientllm.internal.conversation.Options;
import io.github.resilientllm.internal.conversation.Sessions;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.Standing;
import io.github.resilientllm.internal.time.Surroundings;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.LlmProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps an application's calls working through an outage of a vendor.
 *
 * <pre>{@code
 * LlmClient llm = ResilientLlm.with(OpenAi.model("gpt-4.1").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build())
 *     .fallback(OpenAi.model("mistral-large-latest").dialect(Dialect.MISTRAL).apiKey(...).build())
 *     .build();
 * String answer = llm.chat("How long does delivery take?").text();
 * }</pre>
 *
 * <p>A call retries the first target where that helps, within a budget; moves to the next target
 * when it does not; starts a second attempt beside a late one if hedging is on; and ends by its
 * deadline with the answer or with one {@link io.github.resilientllm.chat.LlmException} that lists
 * every attempt.
 *
 * <p>Make one and share it: breakers, budgets and what is learnt about each target live in it. It
 * is safe for use by several threads and holds nothing that would have to be closed.
 */
public final class ResilientLlm implements LlmClient {
  private final Engine engine;
  private final CallPlan plan;
  private final @Nullable Sessions sessions; // null without a journal
  private final @Nullable Consumer<ChatRequest.Builder> defaults;
  private final long builtAt;

  private ResilientLlm(
      Engine engine,
      CallPlan plan,
      @Nullable Sessions sessions,
      @Nullable Consumer<ChatRequest.Builder> defaults) {
    this.engine = engine;
    this.plan = plan;
    this.sessions = sessions;
    this.defaults = defaults;
    this.builtAt = engine.time().nanos();
  }

  /** Starts a client with its first target. */
  public static Builder with(LlmProvider primary) {
    return with(Target.of(primary));
  }

  /** Starts a client with its first target. */
  public static Builder with(Target primary) {
    return new Builder().fallback(primary);
  }

  /** Starts a client with a group of targets. */
  public static Builder with(TargetGroup primary) {
    return new Builder().fallback(primary);
  }

  @Override
  public ChatResponse chat(ChatRequest request) {
    return engine.chat(completed(request));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Runs on the client's executor. Cancelling the future ends the call on the wire; cancelling a
   * future derived from it does not, as with every {@link CompletableFuture}.
   */
  @Override
  public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
    return engine.chatAsync(completed(request));
  }

  @Override
  public ChatStream stream(ChatRequest request) {
    return engine.stream(completed(request));
  }

  private ChatRequest completed(ChatRequest request) {
    Objects.requireNonNull(request, "request");
    return defaults == null ? request : request.withDefaults(defaults);
  }

  /**
   * A conversation that the journal keeps, new or as it was left. Nothing is read or stored before
   * it is used.
   *
   * @param id any text of 1 to 512 characters
   * @throws IllegalStateException if this client has no journal
   */
  public Conversation conversation(String id) {
    if (sessions == null) {
      throw new IllegalStateException(
          "A conversation needs a journal; build the client with journal(FileJournal.at(...)) or,"
              + " for tests, journal(new MemoryJournal())");
    }
    Options options = defaults == null ? Options.none() : new Options(null, defaults, null);
    return new Conversation(sessions, Conversation.checkId(id), options);
  }

  /** What one call can cost at most. */
  public CallPlan plan() {
    return plan;
  }

  /**
   * Whether each target can serve a request, in the order of the targets. Nothing is sent, and
   * nothing is asked about the targets' health.
   */
  public List<Readiness.Check> check(ChatRequest request) {
    List<Readiness.Check> checks = new ArrayList<>();
    ChatRequest whole = completed(request);
    for (EngineTarget target : engine.targets()) {
      Fit fit = Fit.of(whole, target);
      checks.add(new Readiness.Check(target.name(), fit.obstacle(), fit.leftOut()));
    }
    return checks;
  }

  /**
   * Sends a request through every target on purpose, one after the other, so that the last one is
   * known to work before it has to. Each is asked by a call of its own, with this client's policies
   * and its deadline, and what comes of it counts for the target's breaker and budget as always. It
   * costs what so many calls cost.
   *
   * @return what came of it, in the order of the targets; never throws for a target that fails
   */
  public List<Readiness.Drill> drill(ChatRequest request) {
    List<Readiness.Drill> drills = new ArrayList<>();
    ChatRequest whole = completed(request);
    for (EngineTarget target : engine.targets()) {
      drills.add(Readiness.Drill.of(engine, target, whole));
    }
    return drills;
  }

  /** The state of each target's breaker by the target's name, in the order of the targets. */
  public Map<String, BreakerState> breakers() {
    Map<String, BreakerState> states = new LinkedHashMap<>();
    for (EngineTarget target : engine.targets()) {
      states.put(target.name(), target.standing().breakerState());
    }
    return states;
  }

  /** How each target stands now, in the order of the targets. Nothing is sent. */
  public List<Target.State> targets() {
    long now = engine.time().nanos();
    List<Target.State> states = new ArrayList<>();
    for (EngineTarget target : engine.targets()) {
      int rank = engine.route().ladder().stepOf(states.size());
      states.add(Target.State.of(target, rank, builtAt, now));
    }
    return states;
  }

  /**
   * Takes a target back into service at once: closes its breaker, also one that a refused key or an
   * exhausted quota has opened or that was forced, and forgets that it refused for its rate limit.
   * For whoever knows better, such as an operator who has put a new key in place. It holds for all
   * clients of the same {@link Target}.
   *
   * @param target the target's name
   * @throws IllegalArgumentException if the client has no target of that name
   */
  public void reset(String target) {
    standing(target).reset(engine.time().nanos());
  }

  /**
   * Takes a target out of service until it is {@linkplain #reset reset}: no call asks it, not even
   * one that has no other. Attempts that run go on. Its breaker is open meanwhile, also where
   * {@link Breaker#none()} is its policy. It holds for all clients of the same {@link Target}.
   *
   * @param target the target's name
   * @throws IllegalArgumentException if the client has no target of that name
   */
  public void forceOpen(String target) {
    standing(target).hold(BreakerState.OPEN, engine.time().nanos());
  }

  /**
   * Keeps a target in service until it is {@linkplain #reset reset}: its breaker is closed, does
   * not open whatever comes of attempts, and counts none. It holds for all clients of the same
   * {@link Target}.
   *
   * @param target the target's name
   * @throws IllegalArgumentException if the client has no target of that name
   */
  public void forceClosed(String target) {
    standing(target).hold(BreakerState.CLOSED, engine.time().nanos());
  }

  private Standing standing(String target) {
    for (EngineTarget known : engine.targets()) {
      if (known.name().equals(target)) {
        return known.standing();
      }
    }
    throw new IllegalArgumentException(
        "No target is named \"" + target + "\"; there are " + plan.targets());
  }

  /** What the calls run on; for tests. */
  Engine engine() {
    return engine;
  }

  @Override
  public String toString() {
    return "ResilientLlm" + plan.targets();
  }

  /** Configures a {@link ResilientLlm}; not safe for several threads. */
  public static final class Builder {
    static {
      Surroundings.door(
          Builder.class,
          (builder, its) ->
              builder
                  .time(its.time())
                  .executor(its.executor())
                  .random(its.random())
                  .clock(its.clock()));
    }

    private final List<Assembly.Rung> rungs = new ArrayList<>();
    private final List<CallListener> listeners = new ArrayList<>();
    private Retry retry = Retry.upTo(3);
    private Budget budget = Budget.standard();
    private Hedge hedge = Hedge.none();
    private Breaker breaker = Breaker.standard();
    private Concurrency concurrency = Concurrency.unlimited();
    private RateLimit rateLimit = RateLimit.unlimited();
    private Fallback fallback = Fallback.standard();
    private Timeouts timeouts = Timeouts.standard();
    private Conversations conversations = Conversations.standard();
    private @Nullable Journal journal;
    private @Nullable Consumer<ChatRequest.Builder> defaults;
    private @Nullable String policy;
    private InstantSource clock = InstantSource.system();
    private @Nullable Executor executor;
    private Time time = Time.system();
    private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

    private Builder() {}

    /** Adds the next target. */
    public Builder fallback(LlmProvider next) {
      return fallback(Target.of(next));
    }

    /** Adds the next target. */
    public Builder fallback(Target next) {
      rungs.add(new Assembly.Rung.Single(Objects.requireNonNull(next, "next")));
      return this;
    }

    /** Adds a group of targets, whose members are asked before the target after it. */
    public Builder fallback(TargetGroup next) {
      rungs.add(new Assembly.Rung.Several(Objects.requireNonNull(next, "next")));
      return this;
    }

    /** Sets how long a call may take in all; the other clocks follow from it. Default 2 minutes. */
    public Builder deadline(Duration deadline) {
      return timeouts(Timeouts.deadline(deadline));
    }

    /** Sets the clocks. Default {@link Timeouts#standard()}. */
    public Builder timeouts(Timeouts policy) {
      this.timeouts = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets how often the same target is asked again. Default three attempts. */
    public Builder retry(Retry policy) {
      this.retry = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets what retries may add to the load of a target. Default {@link Budget#standard()}. */
    public Builder budget(Budget policy) {
      this.budget = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets when a second attempt starts beside a late one. Default never. */
    public Builder hedge(Hedge policy) {
      this.hedge = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets when a target is taken out of service. Default {@link Breaker#standard()}. */
    public Builder breaker(Breaker policy) {
      this.breaker = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets how many attempts at each target may run at once. Default any number. */
    public Builder concurrency(Concurrency policy) {
      this.concurrency = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets how many attempts at each target may start in a time. Default any number. */
    public Builder rateLimit(RateLimit policy) {
      this.rateLimit = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets when a call moves on to its next target. Default {@link Fallback#standard()}. */
    public Builder fallbackPolicy(Fallback policy) {
      this.fallback = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets what keeps conversations; whoever made it closes it. Default none. */
    public Builder journal(Journal journal) {
      this.journal = Objects.requireNonNull(journal, "journal");
      return this;
    }

    /** Sets how conversations are sent and kept. Default {@link Conversations#standard()}. */
    public Builder conversations(Conversations policy) {
      this.conversations = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets what each request asks for where it says nothing itself, in conversations too: a
     * temperature, a limit of tokens, an effort. Default nothing.
     *
     * @param request fills in what is no message; called for each request
     */
    public Builder defaults(Consumer<ChatRequest.Builder> request) {
      this.defaults = Objects.requireNonNull(request, "request");
      return this;
    }

    /** Adds a listener. */
    public Builder listener(CallListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Names the policy that this client stands for: its listeners are told it with each event.
     * Default none.
     */
    public Builder policy(String name) {
      this.policy = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Sets what runs async calls and, when hedging is on, attempts. Default virtual threads, or
     * daemon threads before JDK 21.
     *
     * <p>Calls block their thread. With hedging an async call needs two or more at once, so a pool
     * with a bound should be larger than twice the calls in flight. An async call that waits for
     * its thread ends by its deadline; an attempt for which there is no thread runs on the call's.
     */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor");
      return this;
    }

    /** Sets the source of time; for tests. */
    Builder time(Time source) {
      this.time = source;
      return this;
    }

    /** Sets the source of dates in journals; for tests. */
    Builder clock(InstantSource source) {
      this.clock = source;
      return this;
    }

    /** Sets the source of randomness, uniform in [0, 1); for tests. */
    Builder random(DoubleSupplier source) {
      this.random = source;
      return this;
    }

    /**
     * Builds the client.
     *
     * @throws IllegalArgumentException if the settings contradict each other, with the reason and
     *     the remedy
     */
    public ResilientLlm build() {
      Hedge early = hedge.within(timeouts.firstToken());
      Assembly assembly =
          new Assembly(
              rungs, retry, budget, early, breaker, concurrency, rateLimit, fallback, timeouts);
      Contradictions.check(assembly);
      Engine engine =
          new Engine(
              new Policies(early, fallback, timeouts.deadline().toNanos()),
              time,
              random,
              executor == null ? Threads.shared() : Threads.by(executor),
              listeners,
              policy);
      engine.route(assembly.route(engine));
      Sessions sessions =
          journal == null ? null : new Sessions(engine, journal, conversations, clock);
      return new ResilientLlm(engine, CallPlan.of(assembly), sessions, defaults);
    }
  }
}
