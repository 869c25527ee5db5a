package io.github.resilientllm.testing;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A vendor that follows a script for each attempt and keeps count of what is done to it. */
public final class ScriptedProvider implements LlmProvider {
  private final String vendor;
  private final Time time;
  private final IntFunction<Script> scripts;
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final List<Long> startedAt = new ArrayList<>();
  private final List<ChatRequest> requests = new ArrayList<>();
  private final AtomicInteger preparations = new AtomicInteger();
  private Optional<String> refusal = Optional.empty();

  /** A vendor whose n-th attempt, from 0, follows the n-th script. */
  public ScriptedProvider(String vendor, Time time, IntFunction<Script> scripts) {
    this.vendor = vendor;
    this.time = time;
    this.scripts = scripts;
  }

  /** A vendor that follows these scripts in turn, and the last one from then on. */
  public static ScriptedProvider of(String vendor, Time time, Script... scripts) {
    return new ScriptedProvider(vendor, time, n -> scripts[Math.min(n, scripts.length - 1)]);
  }

  /** The same, refusing every request beforehand. */
  public ScriptedProvider cannotServe(String reason) {
    refusal = Optional.of(reason);
    return this;
  }

  @Override
  public String vendor() {
    return vendor;
  }

  @Override
  public String model() {
    return "m";
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return refusal;
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) {
    preparations.incrementAndGet();
    return options -> newCall(request, options);
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) {
    Script script;
    synchronized (this) {
      script = scripts.apply(attempts.getAndIncrement());
      startedAt.add(time.nanos());
      requests.add(request);
    }
    int now = open.incrementAndGet();
    mostOpen.accumulateAndGet(now, Math::max);
    return new ScriptedCall(script);
  }

  /** The attempts made. */
  public int attempts() {
    return attempts.get();
  }

  /** The attempts not yet closed. */
  public int open() {
    return open.get();
  }

  /** The most attempts that were open at once. */
  public int mostOpen() {
    return mostOpen.get();
  }

  /** When each attempt began, in milliseconds. */
  public synchronized List<Long> startedAtMillis() {
    return startedAt.stream().map(nanos -> nanos / 1_000_000).toList();
  }

  /** What each attempt was sent. */
  public synchronized List<ChatRequest> requests() {
    return List.copyOf(requests);
  }

  /** How often a request was prepared. */
  public int preparations() {
    return preparations.get();
  }

  private final class ScriptedCall implements ProviderCall {
    private final Script script;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Thread reader;
    private int step;
    private @Nullable Completion completion;

    ScriptedCall(Script script) {
      this.script = script;
    }

    @Override
    public ChatEvent.@Nullable Delta next() throws ProviderException {
      Script.Step next = script.steps.get(step++);
      reader = Thread.currentThread();
      long until = time.nanos() + next.after().toNanos();
      while (!closed.get() && time.nanos() < until && !Thread.currentThread().isInterrupted()) {
        time.park(until);
      }
      reader = null;
      if (closed.get() || time.nanos() < until) {
        throw new ProviderException(ErrorKind.NETWORK, "closed");
      }
      if (next.bug() != null) {
        throw next.bug();
      }
      if (next.failure() != null) {
        throw next.failure();
      }
      completion = next.completion();
      return next.delta();
    }

    @Override
    public Completion completion() {
      return Objects.requireNonNull(completion);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        open.decrementAndGet();
        Thread thread = reader;
        if (thread != null) {
          time.unpark(thread);
        }
      }
    }
  }
}
