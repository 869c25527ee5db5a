package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model of LangChain4j's as a target.
 *
 * <pre>{@code
 * ResilientLlm llm = ResilientLlm.with(LangChain4jProvider.of(openAi, openAiStreaming))
 *     .fallback(LangChain4jProvider.of(claude, claudeStreaming))
 *     .build();
 * }</pre>
 *
 * <p>Behind {@link LangChain4jModels} it is asked with the very request that was made, and gives
 * its pieces and its response unchanged; a caller of the client itself is translated. Some of
 * LangChain4j's models retry by themselves: build them with {@code maxRetries(0)}, or each of our
 * attempts is up to three of theirs. Their listeners hear of each attempt.
 *
 * <p>An attempt runs on the thread that reads it. To end one that waits for a whole answer that
 * thread is interrupted, which ends the exchange in LangChain4j's HTTP clients; a stream is ended
 * by its {@code StreamingHandle}, which LangChain4j gives with the first piece, so that the
 * connection of a stream that has said nothing lives on until the model's own time-out.
 *
 * <p>Immutable, and safe for use by several threads if the models are.
 */
public final class LangChain4jProvider implements LlmProvider {
  /** How the vendors of these targets begin. */
  static final String VENDOR = "langchain4j-";

  private final @Nullable ChatModel whole;
  private final @Nullable StreamingChatModel streaming;
  private final boolean ownModelOnly;
  private final boolean reasonless;

  private LangChain4jProvider(
      @Nullable ChatModel whole,
      @Nullable StreamingChatModel streaming,
      boolean ownModelOnly,
      boolean reasonless) {
    this.whole = whole;
    this.streaming = streaming;
    this.ownModelOnly = ownModelOnly;
    this.reasonless = reasonless;
  }

  /** One model in both of its forms. */
  public static LangChain4jProvider of(ChatModel whole, StreamingChatModel streaming) {
    return new LangChain4jProvider(
        Objects.requireNonNull(whole, "whole"),
        Objects.requireNonNull(streaming, "streaming"),
        false,
        false);
  }

  /** A model that answers at once; a stream of it is one piece. */
  public static LangChain4jProvider of(ChatModel whole) {
    return new LangChain4jProvider(Objects.requireNonNull(whole, "whole"), null, false, false);
  }

  /** A model that streams; a whole answer of it is its stream, read to the end. */
  public static LangChain4jProvider of(StreamingChatModel streaming) {
    return new LangChain4jProvider(
        null, Objects.requireNonNull(streaming, "streaming"), false, false);
  }

  /**
   * The same keeping to its own model where a request names another one. For a fallback: the name
   * is most likely one of the first target's vendor. Default: a name in a request is sent as it is,
   * and one that the vendor does not know does not count against the target.
   *
   * @throws IllegalStateException if the model does not tell its own name among its defaults
   */
  public LangChain4jProvider withOwnModelOnly() {
    if (ownModelName() == null) {
      throw new IllegalStateException(
          model() + " has no modelName among its defaultRequestParameters(); build it with one");
    }
    return new LangChain4jProvider(whole, streaming, true, reasonless);
  }

  /** The same where the model tells its name; else this. */
  LangChain4jProvider withOwnModelOnlyIfTold() {
    return ownModelName() == null ? this : withOwnModelOnly();
  }

  /**
   * The same taking a stream that ends without a finish reason for complete. For a model that never
   * gives one; from all others such an end means that the stream was cut, and LangChain4j does not
   * tell so.
   */
  public LangChain4jProvider withoutFinishReasons() {
    return new LangChain4jProvider(whole, streaming, ownModelOnly, true);
  }

  /** {@code langchain4j-} and LangChain4j's word for the provider, such as {@code open_ai}. */
  @Override
  public String vendor() {
    ModelProvider provider =
        whole != null ? whole.provider() : Objects.requireNonNull(streaming).provider();
    return VENDOR + (provider == null ? "other" : provider.name().toLowerCase(Locale.ROOT));
  }

  /** The model's name among its own defaults; else the name of its class. */
  @Override
  public String model() {
    String name = ownModelName();
    if (name != null && !name.isEmpty()) {
      return name;
    }
    Class<?> type = (whole != null ? whole : Objects.requireNonNull(streaming)).getClass();
    return type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.standard().withStreaming(streaming != null);
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    Object asked = request.nativeRequest().orElse(null);
    return asked instanceof Capability capability && !can(capability)
        ? Optional.of("it does not say that it supports " + capability)
        : OurRequest.obstacle(request);
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    if (request.nativeRequest().orElse(null) instanceof NativeRequest asked) {
      return ownModelOnly && namesAnother(asked) ? List.of("the model's name") : List.of();
    }
    return OurRequest.leftOut(request);
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) {
    NativeRequest asked = NativeRequests.of(request, ownModelOnly ? ownModelName() : null);
    return options -> call(asked, options);
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) {
    NativeRequest asked = NativeRequests.of(request, ownModelOnly ? ownModelName() : null);
    return call(asked, options);
  }

  private ProviderCall call(NativeRequest asked, CallOptions options) {
    TheirFailure failures = new TheirFailure(vendor(), !ownModelOnly && namesAnother(asked));
    if (whole != null && !(options.streaming() && streaming != null)) {
      return new WholeCall(whole, asked, failures);
    }
    return new StreamedCall(Objects.requireNonNull(streaming), asked, failures, reasonless);
  }

  private boolean can(Capability capability) {
    return (whole == null || whole.supportedCapabilities().contains(capability))
        && (streaming == null || streaming.supportedCapabilities().contains(capability));
  }

  private boolean namesAnother(NativeRequest asked) {
    String name = asked.request().modelName();
    return name != null && !name.equals(ownModelName());
  }

  private @Nullable String ownModelName() {
    ChatRequestParameters own =
        whole != null
            ? whole.defaultRequestParameters()
            : Objects.requireNonNull(streaming).defaultRequestParameters();
    return own == null ? null : own.modelName();
  }

  /** Names vendor and model. */
  @Override
  public String toString() {
    return "LangChain4jProvider[" + vendor() + "/" + model() + "]";
  }
}
