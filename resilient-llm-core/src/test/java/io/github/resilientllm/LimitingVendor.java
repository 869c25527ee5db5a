package io.github.resilientllm;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A vendor in virtual time that answers each request after a fixed time, unless its gate refuses
 * it, and that notes whether anybody whom it told to wait comes back before.
 */
final class LimitingVendor implements LlmProvider {
  private final VirtualTime time;
  private final Duration takes;
  private final Gate gate;
  private final Map<String, Long> notBefore = new HashMap<>();
  private int tooEarly;
  private int requests;
  private int refused;

  LimitingVendor(VirtualTime time, Duration takes, Gate gate) {
    this.time = time;
    this.takes = takes;
    this.gate = gate;
  }

  /** What stands before a vendor. */
  interface Gate {
    /** Why a request at this instant is refused; empty if it is let in. */
    Optional<ProviderException> refusal(long now);

    /** What is said with an answer about the limits; null for nothing. */
    default @Nullable Pacing pacing(long now) {
      return null;
    }
  }

  /** What a limit says when it refuses. */
  enum Says {
    NOTHING,
    RETRY_AFTER,
    /** One second, however long it takes: what many gateways answer. */
    ONE_SECOND,
    EVERYTHING
  }

  /** The requests so far. */
  int requests() {
    return requests;
  }

  /** The requests so far that were refused with 429. */
  int refused() {
    return refused;
  }

  /** The requests that came before the delay that their call had been told. */
  int tooEarly() {
    return tooEarly;
  }

  @Override
  public String vendor() {
    return "limiting";
  }

  @Override
  public String model() {
    return "m";
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) {
    return new Asked(request.messages().get(0).text());
  }

  /** One request. */
  private final class Asked implements ProviderCall {
    private final String question;
    private boolean said;
    private boolean closed;
    private @Nullable Thread reader;
    private @Nullable Pacing pacing;

    Asked(String question) {
      this.question = question;
    }

    @Override
    public ChatEvent.@Nullable Delta next() throws ProviderException {
      if (said) {
        return null;
      }
      said = true;
      long now = time.nanos();
      requests++;
      tooEarly += now < notBefore.getOrDefault(question, 0L) ? 1 : 0;
      Optional<ProviderException> refusal = gate.refusal(now);
      pacing = gate.pacing(now);
      await(now + takes.toNanos());
      if (refusal.isEmpty()) {
        return new ChatEvent.TextDelta("hello");
      }
      if (refusal.get().kind() == ErrorKind.RATE_LIMITED) {
        refused++;
        long told = refusal.get().retryAfter().orElse(Duration.ZERO).toNanos();
        notBefore.put(question, time.nanos() + told);
      }
      throw refusal.get();
    }

    private void await(long until) throws ProviderException {
      reader = Thread.currentThread();
      while (!closed && time.nanos() < until) {
        time.park(until);
      }
      reader = null;
      if (closed) {
        throw new ProviderException(ErrorKind.NETWORK, "closed");
      }
    }

    @Override
    public Completion completion() {
      return Completion.builder(FinishReason.STOP).pacing(pacing).build();
    }

    @Override
    public void close() {
      closed = true;
      if (reader != null) {
        time.unpark(reader);
      }
    }
  }

  /** Refuses by chance, whatever the load: with 429 and a delay, with 500, or by a reset. */
  static Gate byChance(Random random, double limited, Duration delay, double sick, double reset) {
    return now -> {
      if (random.nextDouble() < limited) {
        return Optional.of(limited(delay, null));
      }
      if (random.nextDouble() < sick) {
        return Optional.of(
            ProviderException.builder(ErrorKind.SERVER_ERROR, "scripted")
                .answered(500, "req")
                .build());
      }
      return random.nextDouble() < reset
          ? Optional.of(new ProviderException(ErrorKind.NETWORK, "scripted"))
          : Optional.empty();
    };
  }

  /** How a vendor counts so many requests in a time. */
  enum Counting {
    /** Anew at each full minute, say. */
    FIXED_WINDOW,
    /** Those of the last minute, say, at each instant. */
    SLIDING_WINDOW,
    /** A bucket that fills evenly, and is full after a quiet minute, say. */
    BUCKET
  }

  /** A true limit; what it refuses does not count against it. */
  static Gate limit(Counting counting, int limit, Duration period, Says says) {
    return new Limit(counting, limit, period.toNanos(), says);
  }

  private static ProviderException limited(@Nullable Duration delay, @Nullable Pacing pacing) {
    return ProviderException.builder(ErrorKind.RATE_LIMITED, "scripted")
        .answered(429, "req")
        .retryAfter(delay)
        .pacing(pacing)
        .build();
  }

  private static final class Limit implements Gate {
    private static final long SECOND = 1_000_000_000L;

    private final Counting counting;
    private final int limit;
    private final long period;
    private final Says says;
    private final Deque<Long> letIn = new ArrayDeque<>();
    private long window;
    private double tokens;
    private long filledAt;

    Limit(Counting counting, int limit, long period, Says says) {
      this.counting = counting;
      this.limit = limit;
      this.period = period;
      this.says = says;
      this.tokens = limit;
    }

    @Override
    public Optional<ProviderException> refusal(long now) {
      long wait = nextIn(now);
      if (wait > 0) {
        return Optional.of(limited(delay(wait), pacing(now)));
      }
      letIn.add(now);
      tokens--;
      return Optional.empty();
    }

    private @Nullable Duration delay(long wait) {
      return switch (says) {
        case NOTHING -> null;
        case ONE_SECOND -> Duration.ofSeconds(1);
        // The header counts whole seconds.
        case RETRY_AFTER, EVERYTHING -> Duration.ofSeconds((wait + SECOND - 1) / SECOND);
      };
    }

    @Override
    public @Nullable Pacing pacing(long now) {
      if (says != Says.EVERYTHING) {
        return null;
      }
      forget(now);
      long left = counting == Counting.BUCKET ? (long) tokens : limit - letIn.size();
      return Pacing.nothing().withRequests(limit, left, Duration.ofNanos(Math.max(1, reset(now))));
    }

    /** How long until a request is let in; 0 if it is now. */
    private long nextIn(long now) {
      forget(now);
      return switch (counting) {
        case FIXED_WINDOW -> letIn.size() < limit ? 0 : (window + 1) * period - now;
        case SLIDING_WINDOW -> letIn.size() < limit ? 0 : letIn.element() + period - now;
        case BUCKET -> tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) * period / limit);
      };
    }

    /** How long until all of it is back. */
    private long reset(long now) {
      return switch (counting) {
        case FIXED_WINDOW -> (window + 1) * period - now;
        case SLIDING_WINDOW -> letIn.isEmpty() ? 0 : letIn.getLast() + period - now;
        case BUCKET -> (long) ((limit - tokens) * period / limit);
      };
    }

    private void forget(long now) {
      tokens = Math.min(limit, tokens + (double) (now - filledAt) * limit / period);
      filledAt = now;
      if (counting == Counting.FIXED_WINDOW && now / period != window) {
        window = now / period;
        letIn.clear();
      }
      while (!letIn.isEmpty()
          && counting != Counting.FIXED_WINDOW
          && letIn.element() <= now - period) {
        letIn.remove();
      }
    }
  }
}
