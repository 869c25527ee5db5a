package io.github.resilientllm;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.call.Threads;
import io.github.resilientllm.internal.outbox.drain.Drain;
import io.github.resilientllm.internal.outbox.drain.Handling;
import io.github.resilientllm.internal.outbox.drain.Outlook;
import io.github.resilientllm.internal.outbox.drain.Task;
import io.github.resilientllm.internal.outbox.drain.TaskJson;
import io.github.resilientllm.internal.time.Surroundings;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.policy.Draining;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that waits out an outage: what is submitted is kept, asked when the vendor can take it, and
 * its answer given to a handler, at least once.
 *
 * <pre>{@code
 * Outbox outbox = Outbox.with(llm)
 *     .store(FileOutbox.at(Path.of("outbox")))
 *     .handler("reply-by-mail", done -> mail.send(done.attribute("to"), done.text(), done.key()))
 *     .build();
 * outbox.start();
 *
 * outbox.submit(Work.of(request).handler("reply-by-mail").attribute("to", "ann@example.com")
 *     .key("mail-4711").priority(Priority.CRITICAL).expiresAfter(Duration.ofHours(8)));
 * }</pre>
 *
 * <p>While no target can be asked, one item at a time tries whether the vendor is back. Then the
 * rate rises answer by answer, and is halved when the vendor has no room. All who share a store are
 * one in that. All its requests are {@linkplain ChatRequest#background() in the background}: live
 * calls go first. An outage costs an item nothing but time; what it fails at by its own fault uses
 * up its attempts.
 *
 * <p>{@link #close} it before the store; whoever made the store closes it. Safe for use by several
 * threads.
 */
public final class Outbox implements AutoCloseable {
  private final ResilientLlm llm;
  private final OutboxStore store;
  private final Draining policy;
  private final Map<String, OutboxHandler> handlers;
  private final InstantSource clock;
  private final LongSupplier random;
  private final boolean needsJournal; // of the client, for turns
  private final Drain drain;

  private Outbox(Builder from, OutboxStore store) {
    this.llm = from.llm;
    this.store = store;
    this.policy = from.policy;
    this.handlers = Map.copyOf(from.handlers);
    this.clock = from.clock;
    this.random = from.random;
    Map<String, Handling> handlings = new LinkedHashMap<>();
    handlers.forEach(
        (name, handler) ->
            handlings.put(
                name, (item, task, answer) -> handler.handle(new Delivery(item, task, answer))));
    this.needsJournal = from.conversations == null;
    Function<String, Conversation> conversations =
        from.conversations == null ? this::conversation : from.conversations;
    Executor executor = from.executor;
    this.drain =
        new Drain(
            store,
            policy,
            handlings,
            (item, task) -> ask(item, task, conversations),
            this::outlook,
            llm.engine().time(),
            from.looks,
            executor == null ? Threads.shared().calls() : executor,
            random.getAsLong() | 1);
  }

  /** Begins an outbox whose items this client has answered. */
  public static Builder with(ResilientLlm llm) {
    return new Builder(Objects.requireNonNull(llm, "llm"));
  }

  private ChatResponse ask(
      OutboxItem item, Task task, Function<String, Conversation> conversations) {
    ChatRequest request = task.request();
    if (request != null) {
      return llm.chat(request.toBuilder().background().build());
    }
    return conversations
        .apply(String.valueOf(task.conversation()))
        .asking(ChatRequest.Builder::background)
        .say(TurnKey.of("outbox " + item.id()), String.valueOf(task.question()));
  }

  /** One of the client's. That it has no journal any more is no fault of the item's. */
  private Conversation conversation(String id) {
    try {
      return llm.conversation(id);
    } catch (IllegalStateException e) {
      throw new LlmException(
          ErrorKind.JOURNAL_FAILED, "The client has no journal", List.of(), "", null, e);
    }
  }

  /**
   * Whether any target can be asked, and how long the first one that can wants to be left alone.
   */
  private Outlook outlook() {
    boolean isOpen = false;
    long wait = Long.MAX_VALUE;
    long probe = Long.MAX_VALUE;
    for (Target.State target : llm.targets()) {
      if (target.breaker() == BreakerState.OPEN && target.forced()) {
        continue; // no probe goes through, either
      }
      if (target.breaker() == BreakerState.OPEN && !target.probeIn().isZero()) {
        probe = Math.min(probe, target.probeIn().toNanos());
      } else {
        isOpen = true;
        wait = Math.min(wait, target.limitedFor().toNanos());
      }
    }
    return new Outlook(isOpen, isOpen ? wait : probe);
  }

  /**
   * Begins to have items asked and handled; does nothing if it has.
   *
   * @throws IllegalStateException if it was closed
   */
  public void start() {
    drain.start();
  }

  /**
   * Keeps work, and waits until it is kept.
   *
   * @return the item; the one that is there if one with its key was submitted before
   * @throws OutboxException {@code FULL}, {@code TOO_LARGE} or what else the store says
   * @throws IllegalArgumentException if it has no handler, or one that is not registered here
   * @throws IllegalStateException if it is a turn of a conversation, and there is no journal
   */
  public OutboxItem submit(Work work) {
    return done(kept(work));
  }

  /** The same without blocking; whoever waits for the future may block. */
  public CompletableFuture<OutboxItem> submitAsync(Work work) {
    CompletableFuture<OutboxItem> kept = kept(work);
    return kept.isDone()
        ? kept.copy() // whoever cancels it cancels nothing
        : kept.whenCompleteAsync((item, failure) -> {}, Outbox::apart);
  }

  private CompletableFuture<OutboxItem> kept(Work work) {
    return store.submit(item(work)).whenComplete((item, failure) -> drain.wake());
  }

  /** Not on a thread of the store, which would wait for itself if more is submitted from there. */
  private static void apart(Runnable task) {
    try {
      Threads.shared().calls().execute(task);
    } catch (RuntimeException | Error e) { // no thread to be had; it was kept nevertheless
      task.run();
    }
  }

  /**
   * The item that would be kept of some work: for a store that takes it in the application's own
   * transaction.
   *
   * @throws IllegalArgumentException as {@link #submit}
   * @throws IllegalStateException as {@link #submit}
   */
  public OutboxItem item(Work work) {
    String handler =
        work.handler()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Work needs a handler for its answer; say handler(\"...\"), one of "
                            + handlers.keySet()));
    if (!handlers.containsKey(handler)) {
      throw new IllegalArgumentException(
          "No handler is called \"%s\"; there are %s".formatted(handler, handlers.keySet()));
    }
    Task task = work.task();
    if (task.conversation() != null && needsJournal) {
      Conversation unused = llm.conversation(task.conversation()); // says if there is no journal
    }
    Instant now = clock.instant();
    return work.item(newId(now), handler, TaskJson.write(task), now, policy.maxAge()).build();
  }

  /** Ids that sort by their time, so that a database's index is written at its end. */
  private String newId(Instant now) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(now.toEpochMilli()).substring(4) + hex.toHexDigits(random.getAsLong());
  }

  /**
   * Ends an item; an answer that comes later is dropped.
   *
   * @return whether it had not ended
   */
  public boolean cancel(String id) {
    return changed(Query.one(id), Change.CANCEL) > 0;
  }

  /** Ends all that match and have not ended; tells how many. */
  public int cancel(Query which) {
    return changed(which, Change.CANCEL);
  }

  /**
   * Lets an item that was given up, cancelled or has expired begin anew.
   *
   * @return whether it was one
   */
  public boolean replay(String id) {
    return changed(Query.one(id), Change.REPLAY) > 0;
  }

  /** The same for all that match, such as {@code Query.all().in(DEAD).reason("UNAUTHORIZED")}. */
  public int replay(Query which) {
    return changed(which, Change.REPLAY);
  }

  /** Lets all that match and are put off be asked or handled now; tells how many. */
  public int hurry(Query which) {
    return changed(which, Change.HURRY);
  }

  /** Forgets all that match and have ended, with their keys; tells how many. */
  public int purge(Query which) {
    return changed(which, Change.PURGE);
  }

  private int changed(Query which, Change how) {
    int count = done(store.change(which, how));
    drain.wake();
    return count;
  }

  /** An item by its id, with why it is where it is; empty if there is none. */
  public Optional<Entry> status(String id) {
    return done(store.find(id)).map(item -> entry(item, shared()));
  }

  /** An item by the key of its work. */
  public Optional<Entry> find(String key) {
    return done(store.findByKey(key)).map(item -> entry(item, shared()));
  }

  /** A page of items, without content, in the order of submission. */
  public Page list(Query which) {
    OutboxStore.Listing page = done(store.list(which));
    OutboxStore.Shared shared = shared();
    return new Page(page.items().stream().map(item -> entry(item, shared)).toList(), page.next());
  }

  /** What there is, by state and class. */
  public Counts counts() {
    return done(store.counts());
  }

  private OutboxStore.Shared shared() {
    return done(store.shared());
  }

  /** Has no more items asked, on all machines, until {@link #resume}; answers are handled. */
  public void pause() {
    Void unused = done(store.pause(true));
  }

  /** Ends a pause. */
  public void resume() {
    Void unused = done(store.pause(false));
    drain.wake();
  }

  /**
   * How many items a second may be asked just now, by all machines together; it rises while the
   * vendor takes them.
   */
  public double itemsPerSecond() {
    return drain.rate();
  }

  /** Takes no more items; what is asked or handled has 10 s to end. The store stays open. */
  @Override
  public void close() {
    close(Duration.ofSeconds(10));
  }

  /** The same with another time; what has not ended then is interrupted and waits again. */
  public void close(Duration patience) {
    drain.close(patience);
  }

  private Entry entry(OutboxItem item, OutboxStore.Shared shared) {
    return new Entry(item, why(item, shared));
  }

  private String why(OutboxItem item, OutboxStore.Shared shared) {
    if (item.state().isEnd()) {
      return item.reason();
    }
    boolean isAnswered = item.state() == ItemState.ANSWERED;
    if (item.lease() != 0) {
      return isAnswered ? "its handler has it" : "is being asked";
    }
    if (!handlers.containsKey(item.handler())) {
      return "no handler is called \"%s\" here".formatted(item.handler());
    }
    if (item.notBefore().isAfter(shared.now())) {
      return "not before "
          + item.notBefore()
          + (item.reason().isEmpty() ? "" : ": " + item.reason());
    }
    if (isAnswered) {
      return "waits for its handler";
    }
    if (shared.paused()) {
      return "the outbox is paused";
    }
    Outlook outlook = outlook();
    if (!outlook.isOpen()) {
      return outlook.waitNanos() == Long.MAX_VALUE
          ? "every target is out of service until it is reset"
          : "every target is out of service; the next probe in "
              + Duration.ofNanos(outlook.waitNanos()).toSeconds()
              + " s";
    }
    if (item.reason().startsWith("waits for ")) {
      return item.reason();
    }
    return drain.isAlone() ? "the vendor is being tried with one item at a time" : "waits its turn";
  }

  private static <T> T done(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof OutboxException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /**
   * An item and why it is where it is.
   *
   * @param why in words, without content; empty if there is nothing to say
   */
  public record Entry(OutboxItem item, String why) {}

  /**
   * Some items.
   *
   * @param next where the listing goes on, for {@link Query#from}; empty at its end
   */
  public record Page(List<Entry> entries, String next) {
    /** Copies the list. */
    public Page {
      entries = List.copyOf(entries);
      Objects.requireNonNull(next, "next");
    }
  }

  /** Configures an {@link Outbox}; not safe for several threads. */
  public static final class Builder {
    static {
      Surroundings.door(
          Builder.class,
          (builder, its) ->
              builder
                  .executor(its.executor())
                  .looks(its.executor())
                  .clock(its.clock())
                  .random(() -> (long) (its.random().getAsDouble() * (1L << 53))));
    }

    private final ResilientLlm llm;
    private final Map<String, OutboxHandler> handlers = new LinkedHashMap<>();
    private @Nullable OutboxStore store;
    private @Nullable Executor executor;
    private Executor looks = Threads.shared().calls();
    private @Nullable Function<String, Conversation> conversations;
    private Draining policy = Draining.standard();
    private InstantSource clock = InstantSource.system();
    private LongSupplier random = new SecureRandom()::nextLong;

    private Builder(ResilientLlm llm) {
      this.llm = llm;
    }

    /** Sets where work waits. Needed. */
    public Builder store(OutboxStore store) {
      this.store = Objects.requireNonNull(store, "store");
      return this;
    }

    /**
     * Adds a handler.
     *
     * @param name which stands in the store: it stays when the application is deployed anew
     * @throws IllegalArgumentException if there is one of that name
     */
    public Builder handler(String name, OutboxHandler handler) {
      Objects.requireNonNull(handler, "handler");
      if (handlers.putIfAbsent(Objects.requireNonNull(name, "name"), handler) != null) {
        throw new IllegalArgumentException("There are two handlers called \"" + name + "\"");
      }
      return this;
    }

    /** Sets how items are brought through. Default {@link Draining#standard()}. */
    public Builder draining(Draining policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets how a conversation of a turn is opened, with its instructions and tools. Default the
     * client's {@link ResilientLlm#conversation}.
     */
    public Builder conversations(Function<String, Conversation> open) {
      this.conversations = Objects.requireNonNull(open, "open");
      return this;
    }

    /**
     * Sets what runs items, each of which blocks its thread; what it runs in its caller gets a
     * thread of the default's. Default virtual threads, or daemon threads before JDK 21.
     */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor");
      return this;
    }

    /** Sets what runs the thread that looks what can be done; for tests. */
    Builder looks(Executor executor) {
      this.looks = executor;
      return this;
    }

    /** Sets the source of dates; for tests. */
    Builder clock(InstantSource source) {
      this.clock = source;
      return this;
    }

    /** Sets the source of ids; for tests. */
    Builder random(LongSupplier source) {
      this.random = source;
      return this;
    }

    /**
     * Builds the outbox; nothing runs before {@link Outbox#start}.
     *
     * @throws IllegalStateException if it has no store
     */
    public Outbox build() {
      if (store == null) {
        throw new IllegalStateException(
            "An outbox needs a store; say store(FileOutbox.at(...)) or another");
      }
      return new Outbox(this, store);
    }
  }
}
