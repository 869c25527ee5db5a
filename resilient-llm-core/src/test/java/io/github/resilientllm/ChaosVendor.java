package io.github.resilientllm;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A vendor that does anything a vendor may do and some things that it may not. */
final class ChaosVendor implements LlmProvider {
  static final String PROMPT = "PROMPT-";
  static final String ANSWER = "ANSWER-";

  /** One attempt as the vendor saw it. */
  static final class Made {
    final int call;
    final long startedAt;
    final StringBuilder said = new StringBuilder();
    boolean complete;
    boolean closed;
    long closedAt;
    @Nullable ProviderException failure;
    long failedAt;

    Made(int call, long startedAt) {
      this.call = call;
      this.startedAt = startedAt;
    }
  }

  final List<Made> made = new ArrayList<>();
  final ScriptedProvider scripted;
  private final VirtualTime time;
  private final Random random;
  private final double sickness;
  private boolean healthy;
  private boolean away;

  ChaosVendor(String name, VirtualTime time, Random random) {
    this.time = time;
    this.random = random;
    this.sickness = ChaosSettings.pick(random, 0.1, 0.5, 0.9);
    this.scripted = new ScriptedProvider(name, time, this::script);
  }

  /** From now on it answers at once, or refuses everything beforehand. */
  void recover(boolean refusing) {
    healthy = true;
    away = refusing;
  }

  @Override
  public String vendor() {
    return scripted.vendor();
  }

  @Override
  public String model() {
    return scripted.model();
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    if (healthy) {
      return away ? Optional.of("away") : Optional.empty();
    }
    return switch (random.nextInt(40)) {
      case 0, 1, 2 -> Optional.of("not today");
      case 3 -> throw new IllegalStateException("cannot say");
      default -> Optional.empty();
    };
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    Made attempt = new Made(callOf(request), time.nanos());
    made.add(attempt);
    if (!healthy) {
      switch (random.nextInt(60)) {
        case 0 -> throw failedBefore(attempt);
        case 1 -> {
          attempt.closed = true;
          throw new IllegalStateException("cannot write it");
        }
        case 2 -> {
          attempt.closed = true;
          throw new NoClassDefFoundError("cannot load it");
        }
        default -> {}
      }
    }
    return new WatchedCall(attempt, scripted.newCall(request, options));
  }

  static int callOf(ChatRequest request) {
    String prompt = request.messages().get(0).text();
    return Integer.parseInt(prompt.substring(PROMPT.length()));
  }

  private ProviderException failedBefore(Made attempt) {
    attempt.closed = true;
    attempt.closedAt = time.nanos();
    attempt.failure = failure();
    attempt.failedAt = time.nanos();
    return attempt.failure;
  }

  private Script script(int number) {
    Script script = Script.script();
    if (healthy) {
      return script.says(ANSWER + "healthy").done();
    }
    script.after(gap());
    if (random.nextDouble() < sickness) {
      if (random.nextInt(3) > 0) {
        return ill(script);
      }
      say(script, number, 1 + random.nextInt(3));
      return ill(script);
    }
    say(script, number, random.nextInt(5));
    return script.after(gap()).done(completion());
  }

  private Script ill(Script script) {
    return switch (random.nextInt(6)) {
      case 0 -> script.stalls();
      case 1 -> script.throwsBug(new IllegalStateException("a bug"));
      default -> script.fails(failure());
    };
  }

  private void say(Script script, int number, int pieces) {
    for (int i = 0; i < pieces; i++) {
      script.after(gap());
      switch (random.nextInt(12)) {
        case 0 -> script.piece(new ChatEvent.ReasoningDelta(ANSWER + "reasoning"));
        case 1 -> script.piece(new ChatEvent.ToolCallDelta(i, "id", "tool", "{}"));
        default -> script.says(ANSWER + vendor() + "-" + number + "-" + i + ";");
      }
    }
  }

  private Completion completion() {
    return switch (random.nextInt(12)) {
      case 0 -> Completion.of(FinishReason.CONTENT_FILTER, Usage.unknown());
      case 1 ->
          Completion.builder(FinishReason.STOP)
              .usage(Usage.of(1, 1))
              .refusal(ANSWER + "refusal")
              .build();
      case 2 -> Completion.of(FinishReason.LENGTH, Usage.of(1, 1));
      default -> Completion.of(FinishReason.STOP, Usage.of(1, 1));
    };
  }

  private ProviderException failure() {
    ErrorKind kind =
        random.nextInt(3) == 0
            ? ChaosSettings.pick(random, ErrorKind.values())
            : ChaosSettings.pick(
                random,
                ErrorKind.OVERLOADED,
                ErrorKind.SERVER_ERROR,
                ErrorKind.NETWORK,
                ErrorKind.RATE_LIMITED);
    boolean delays = kind == ErrorKind.RATE_LIMITED || random.nextInt(4) == 0;
    return ProviderException.builder(kind, "scripted")
        .answered(random.nextBoolean() ? 500 : 0, "req")
        .retryAfter(delays && random.nextInt(3) > 0 ? ChaosSettings.time(random, 70) : null)
        .retryHint(random.nextInt(8) == 0 ? random.nextBoolean() : null)
        .build();
  }

  private Duration gap() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> Duration.ZERO;
      case 2, 3 -> ChaosSettings.time(random, 6);
      default -> ChaosSettings.time(random, 40);
    };
  }

  /** Notes what goes by. */
  private final class WatchedCall implements ProviderCall {
    private final Made attempt;
    private final ProviderCall call;

    WatchedCall(Made attempt, ProviderCall call) {
      this.attempt = attempt;
      this.call = call;
    }

    @Override
    public ChatEvent.@Nullable Delta next() throws ProviderException {
      try {
        ChatEvent.Delta piece = call.next();
        if (piece instanceof ChatEvent.TextDelta text) {
          attempt.said.append(text.text());
        }
        attempt.complete |= piece == null;
        return piece;
      } catch (ProviderException e) {
        if (!attempt.closed) {
          attempt.failure = e;
          attempt.failedAt = time.nanos();
        }
        throw e;
      }
    }

    @Override
    public Completion completion() {
      return call.completion();
    }

    @Override
    public void close() {
      if (!attempt.closed) {
        attempt.closed = true;
        attempt.closedAt = time.nanos();
      }
      call.close();
    }
  }
}
