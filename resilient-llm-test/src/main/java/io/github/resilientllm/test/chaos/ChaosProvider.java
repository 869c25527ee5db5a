package io.github.resilientllm.test.chaos;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider around another that does to a share of its requests what a {@link Chaos} says, and
 * else nothing.
 *
 * <pre>{@code
 * Chaos chaos = new Chaos();
 * ResilientLlm llm = ResilientLlm.with(ChaosProvider.around(gpt, chaos)).fallback(claude).build();
 * chaos.strike(ErrorKind.OVERLOADED, 0.3, Duration.ofMinutes(10)); // and it ends by itself
 * }</pre>
 */
public final class ChaosProvider implements LlmProvider {
  private final LlmProvider real;
  private final Chaos chaos;
  private final String target;

  private ChaosProvider(LlmProvider real, Chaos chaos, String target) {
    this.real = Objects.requireNonNull(real, "real");
    this.chaos = Objects.requireNonNull(chaos, "chaos");
    this.target = Objects.requireNonNull(target, "target");
  }

  /** Wraps a provider; several may share a chaos. */
  public static ChaosProvider around(LlmProvider real, Chaos chaos) {
    return new ChaosProvider(real, chaos, "");
  }

  /** The same, with another name by which it can be struck, beside its vendor's and model's. */
  public static ChaosProvider around(LlmProvider real, Chaos chaos, String target) {
    return new ChaosProvider(real, chaos, target);
  }

  @Override
  public String vendor() {
    return real.vendor();
  }

  @Override
  public String model() {
    return real.model();
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return real.cannotServe(request);
  }

  @Override
  public Capabilities capabilities() {
    return real.capabilities();
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return real.leavesOut(request);
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) throws ProviderException {
    PreparedRequest prepared = real.prepare(request);
    return options -> struck(() -> prepared.newCall(options));
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    return struck(() -> real.newCall(request, options));
  }

  /** Opens the real call. */
  @FunctionalInterface
  private interface Opening {
    ProviderCall open() throws ProviderException;
  }

  private ProviderCall struck(Opening opening) throws ProviderException {
    ErrorKind kind = chaos.strikes(real.vendor(), real.model(), target);
    if (kind == null) {
      return opening.open();
    }
    if (kind == ErrorKind.STREAM_TRUNCATED) {
      return new Broken(opening.open());
    }
    throw new ProviderException(kind, Chaos.MESSAGE);
  }

  /** A real answer of which only the first piece comes. */
  private static final class Broken implements ProviderCall {
    private final ProviderCall real;
    private boolean hasSpoken;

    Broken(ProviderCall real) {
      this.real = real;
    }

    @Override
    public ChatEvent.@Nullable Delta next() throws ProviderException {
      if (hasSpoken) {
        throw new ProviderException(ErrorKind.STREAM_TRUNCATED, Chaos.MESSAGE);
      }
      hasSpoken = true;
      return real.next();
    }

    @Override
    public Completion completion() {
      return real.completion();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
