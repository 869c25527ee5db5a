package io.github.resilientllm.chat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a model, in terms that every vendor knows.
 *
 * <p>It names no model: each target has its own, so that the same request can go to any of them.
 * Immutable; {@code toString} shows no content.
 *
 * <pre>{@code
 * ChatRequest request = ChatRequest.builder()
 *     .system("You answer in one sentence.")
 *     .user("How long does delivery take?")
 *     .temperature(0.2)
 *     .build();
 * }</pre>
 */
public final class ChatRequest {
  private final List<Message> messages;
  private final List<Tool> tools;
  private final @Nullable ToolChoice toolChoice;
  private final @Nullable Boolean parallelToolCalls;
  private final ResponseFormat responseFormat;
  private final @Nullable Double temperature;
  private final @Nullable Double topP;
  private final @Nullable Integer maxOutputTokens;
  private final List<String> stop;
  private final @Nullable Long seed;
  private final @Nullable ReasoningEffort reasoningEffort;
  private final Map<String, String> metadata;
  private final Map<String, String> tags;
  private final Map<String, Map<String, Object>> vendorOptions;
  private final boolean bestEffort;
  private final boolean background;
  private final @Nullable Duration timeout;
  private final PromptCaching promptCaching;
  private final @Nullable Integer logprobs;
  private final @Nullable Object nativeRequest;

  private ChatRequest(Builder from) {
    messages = List.copyOf(from.messages);
    tools = List.copyOf(from.tools);
    toolChoice = from.toolChoice;
    parallelToolCalls = from.parallelToolCalls;
    responseFormat = from.responseFormat;
    temperature = from.temperature;
    topP = from.topP;
    maxOutputTokens = from.maxOutputTokens;
    stop = List.copyOf(from.stop);
    seed = from.seed;
    reasoningEffort = from.reasoningEffort;
    metadata = Map.copyOf(from.metadata);
    tags = Map.copyOf(from.tags);
    vendorOptions = copy(from.vendorOptions);
    bestEffort = from.bestEffort;
    background = from.background;
    timeout = from.timeout;
    promptCaching = from.promptCaching;
    logprobs = from.logprobs;
    nativeRequest = from.nativeRequest;
  }

  /** A request of one question. */
  public static ChatRequest of(String question) {
    return builder().user(question).build();
  }

  /** A request of a history that ends with what is to be answered. */
  public static ChatRequest of(List<Message> messages) {
    return builder().messages(messages).build();
  }

  /** Starts an empty request. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts a request that is like this one. */
  public Builder toBuilder() {
    return new Builder().messages(messages).settingsOf(this).nativeRequest(nativeRequest);
  }

  /** The same request with another history, and so without a {@link #nativeRequest()}. */
  public ChatRequest withMessages(List<Message> history) {
    Builder copy = toBuilder();
    copy.messages.clear();
    return copy.messages(history).nativeRequest(null).build();
  }

  /**
   * The same request, which asks for what these say where it says nothing itself.
   *
   * @param defaults fill in what is no message: a temperature, a limit of tokens, a tool
   */
  public ChatRequest withDefaults(Consumer<Builder> defaults) {
    Builder completed = new Builder();
    defaults.accept(completed);
    completed.messages.clear();
    return completed.messages(messages).settingsOf(this).nativeRequest(nativeRequest).build();
  }

  /** The conversation so far, oldest first; never empty. */
  public List<Message> messages() {
    return messages;
  }

  /** The tools that the model may call; empty for none. */
  public List<Tool> tools() {
    return tools;
  }

  /** Whether the model may call tools; empty for the vendor's default. */
  public Optional<ToolChoice> toolChoice() {
    return Optional.ofNullable(toolChoice);
  }

  /** Whether the model may call several tools in one answer; empty for the vendor's default. */
  public Optional<Boolean> parallelToolCalls() {
    return Optional.ofNullable(parallelToolCalls);
  }

  /** The shape of the answer. */
  public ResponseFormat responseFormat() {
    return responseFormat;
  }

  /** The sampling temperature, 0 to 2; empty for the vendor's default. */
  public OptionalDouble temperature() {
    return temperature == null ? OptionalDouble.empty() : OptionalDouble.of(temperature);
  }

  /** The nucleus sampling mass, 0 to 1; empty for the vendor's default. */
  public OptionalDouble topP() {
    return topP == null ? OptionalDouble.empty() : OptionalDouble.of(topP);
  }

  /** The most tokens to generate, hidden reasoning included; empty for the vendor's default. */
  public OptionalInt maxOutputTokens() {
    return maxOutputTokens == null ? OptionalInt.empty() : OptionalInt.of(maxOutputTokens);
  }

  /** The texts at which the model stops; empty for none. */
  public List<String> stop() {
    return stop;
  }

  /** A seed for repeatable sampling, where the vendor knows one; empty for none. */
  public OptionalLong seed() {
    return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
  }

  /** How much a reasoning model thinks; empty for the vendor's default. */
  public Optional<ReasoningEffort> reasoningEffort() {
    return Optional.ofNullable(reasoningEffort);
  }

  /** Pairs that the vendor stores with the request, where it can; empty for none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * What the application calls this request for its own listeners, meters and traces, such as
   * {@code tenant} or {@code feature}; empty for none. No vendor sees them and no log line shows
   * them.
   */
  public Map<String, String> tags() {
    return tags;
  }

  /**
   * Fields that are put into the request body of one vendor as they are, and into no other's; empty
   * for none. Values are strings, numbers, booleans, lists and maps of those.
   */
  public Map<String, Object> vendorOptions(String vendor) {
    return vendorOptions.getOrDefault(vendor, Map.of());
  }

  /** The same for all vendors, by the vendor's name; empty for none. */
  public Map<String, Map<String, Object>> vendorOptions() {
    return vendorOptions;
  }

  /** Whether a target that lacks an option, such as a seed, answers without it. */
  public boolean bestEffort() {
    return bestEffort;
  }

  /** Whether nobody is waiting for the answer, so that other calls may go first. */
  public boolean background() {
    return background;
  }

  /** How long the call may take if that is less than its client allows; empty for as long. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** What the vendor is asked to keep for the next request that begins alike. */
  public PromptCaching promptCaching() {
    return promptCaching;
  }

  /** How many alternatives to each token are to be told, with its likelihood; empty for neither. */
  public OptionalInt logprobs() {
    return logprobs == null ? OptionalInt.empty() : OptionalInt.of(logprobs);
  }

  /**
   * The request as it was asked in a framework's own objects, for a provider that knows them; empty
   * for none. It is carried along and never looked at, and no journal keeps it.
   *
   * <p>Where it and the rest of this request differ, the rest is right: to have an answer continued
   * the engine adds messages at the end, and for a target that can hold less it lowers {@link
   * #maxOutputTokens()}. So a provider that goes by the native request adds what has come since.
   */
  @Experimental
  public Optional<Object> nativeRequest() {
    return Optional.ofNullable(nativeRequest);
  }

  @Override
  public String toString() {
    return "ChatRequest[" + messages.size() + " messages, " + tools.size() + " tools]";
  }

  private static Map<String, Map<String, Object>> copy(Map<String, Map<String, Object>> options) {
    Map<String, Map<String, Object>> copy = new LinkedHashMap<>();
    options.forEach((vendor, fields) -> copy.put(vendor, Map.copyOf(fields)));
    return Map.copyOf(copy);
  }

  /** Fills in a {@link ChatRequest}; not safe for several threads. */
  public static final class Builder {
    private final List<Message> messages = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private @Nullable ToolChoice toolChoice;
    private @Nullable Boolean parallelToolCalls;
    private ResponseFormat responseFormat = ResponseFormat.text();
    private @Nullable Double temperature;
    private @Nullable Double topP;
    private @Nullable Integer maxOutputTokens;
    private List<String> stop = List.of();
    private @Nullable Long seed;
    private @Nullable ReasoningEffort reasoningEffort;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> vendorOptions = new LinkedHashMap<>();
    private boolean bestEffort;
    private boolean background;
    private @Nullable Duration timeout;
    private PromptCaching promptCaching = PromptCaching.off();
    private @Nullable Integer logprobs;
    private @Nullable Object nativeRequest;

    private Builder() {}

    /** Adds instructions. */
    public Builder system(String text) {
      return message(Message.system(text));
    }

    /** Adds a question. */
    public Builder user(String text) {
      return message(Message.user(text));
    }

    /** Adds a question of several parts. */
    public Builder user(Part... parts) {
      return message(Message.user(parts));
    }

    /** Adds an earlier answer. */
    public Builder assistant(String text) {
      return message(Message.assistant(text));
    }

    /** Adds a message. */
    public Builder message(Message message) {
      messages.add(Objects.requireNonNull(message, "message"));
      return this;
    }

    /** Adds messages, oldest first. */
    public Builder messages(List<Message> more) {
      more.forEach(this::message);
      return this;
    }

    /** Adds a tool. */
    public Builder tool(Tool tool) {
      tools.add(Objects.requireNonNull(tool, "tool"));
      return this;
    }

    /** Adds tools. */
    public Builder tools(List<Tool> more) {
      more.forEach(this::tool);
      return this;
    }

    /** Says whether the model may call tools. */
    public Builder toolChoice(ToolChoice choice) {
      this.toolChoice = Objects.requireNonNull(choice, "choice");
      return this;
    }

    /** Says whether the model may call several tools in one answer. */
    public Builder parallelToolCalls(boolean parallel) {
      this.parallelToolCalls = parallel;
      return this;
    }

    /** Sets the shape of the answer. */
    public Builder responseFormat(ResponseFormat format) {
      this.responseFormat = Objects.requireNonNull(format, "format");
      return this;
    }

    /** Sets the sampling temperature, 0 to 2. */
    public Builder temperature(double temperature) {
      this.temperature = temperature;
      return this;
    }

    /** Sets the nucleus sampling mass, 0 to 1. */
    public Builder topP(double topP) {
      this.topP = topP;
      return this;
    }

    /** Sets the most tokens to generate, 1 or more. */
    public Builder maxOutputTokens(int tokens) {
      this.maxOutputTokens = tokens;
      return this;
    }

    /** Sets the texts at which the model stops. */
    public Builder stop(String... texts) {
      this.stop = List.of(texts);
      return this;
    }

    /** Sets a seed for repeatable sampling. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Sets how much a reasoning model thinks. */
    public Builder reasoningEffort(ReasoningEffort effort) {
      this.reasoningEffort = Objects.requireNonNull(effort, "effort");
      return this;
    }

    /** Adds a pair that the vendor stores with the request. */
    public Builder metadata(String key, String value) {
      metadata.put(key, value);
      return this;
    }

    /**
     * Adds a tag, in place of one of the same name: listeners see it with the call's events, and so
     * do meters and traces that were told its name. It is never sent to a vendor.
     *
     * @param name up to 64 letters, digits, dots, hyphens and underscores, such as {@code tenant}
     * @param value up to 256 characters
     */
    public Builder tag(String name, String value) {
      tags.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Adds a field to the request body of one vendor.
     *
     * @param vendor the {@link io.github.resilientllm.provider.LlmProvider#vendor() vendor}
     * @param value a string, number, boolean, list or map of those
     * @throws IllegalArgumentException if the value is of another type
     */
    public Builder vendorOption(String vendor, String field, Object value) {
      Object copy = JsonValues.copy(field, value);
      vendorOptions.computeIfAbsent(vendor, v -> new LinkedHashMap<>()).put(field, copy);
      return this;
    }

    /**
     * Lets a target that lacks an option answer without it, which the attempt then says; without
     * this such a target is passed over. What carries meaning is never left out: messages, images,
     * tools and the shape of the answer.
     */
    public Builder bestEffort() {
      this.bestEffort = true;
      return this;
    }

    /**
     * Marks a request for whose answer nobody is waiting: where there is a queue for a target it
     * stands behind the others, and it leaves them the last tenth of a vendor's rate limit.
     */
    public Builder background() {
      this.background = true;
      return this;
    }

    /**
     * Takes over everything but the messages, and a native request that holds them, from another
     * request: tools are added to those that are here, what it leaves to the vendor stays as it is.
     * So a {@code Conversation} asks each question as a template says.
     */
    public Builder settingsOf(ChatRequest other) {
      tools.addAll(other.tools);
      toolChoice = other.toolChoice == null ? toolChoice : other.toolChoice;
      parallelToolCalls =
          other.parallelToolCalls == null ? parallelToolCalls : other.parallelToolCalls;
      responseFormat =
          other.responseFormat.equals(ResponseFormat.text())
              ? responseFormat
              : other.responseFormat;
      temperature = other.temperature == null ? temperature : other.temperature;
      topP = other.topP == null ? topP : other.topP;
      maxOutputTokens = other.maxOutputTokens == null ? maxOutputTokens : other.maxOutputTokens;
      stop = other.stop.isEmpty() ? stop : other.stop;
      seed = other.seed == null ? seed : other.seed;
      reasoningEffort = other.reasoningEffort == null ? reasoningEffort : other.reasoningEffort;
      metadata.putAll(other.metadata);
      tags.putAll(other.tags);
      bestEffort |= other.bestEffort;
      background |= other.background;
      timeout = other.timeout == null ? timeout : other.timeout;
      promptCaching = other.promptCaching.isOff() ? promptCaching : other.promptCaching;
      logprobs = other.logprobs == null ? logprobs : other.logprobs;
      other.vendorOptions.forEach(
          (vendor, options) -> options.forEach((k, v) -> vendorOption(vendor, k, v)));
      return this;
    }

    /**
     * Sets how long the call may take in all; it can shorten what the client allows, not lengthen
     * it. The clocks of an attempt, of the first token and of a stall shrink in proportion.
     *
     * @throws IllegalArgumentException if it is not more than zero
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isZero() || timeout.isNegative()) {
        throw new IllegalArgumentException("timeout is more than zero, not " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * Asks how likely each token of the answer was, and this many others in its place, 0 to 20. Few
     * vendors tell; the others are not eligible.
     */
    public Builder logprobs(int alternatives) {
      this.logprobs = alternatives;
      return this;
    }

    /** Says what the vendor is asked to keep for the next request that begins alike. */
    public Builder promptCaching(PromptCaching caching) {
      this.promptCaching = Objects.requireNonNull(caching, "caching");
      return this;
    }

    /**
     * Sets the same request in a framework's own objects, for the targets that know them; all other
     * targets are sent the rest.
     *
     * @param request safe for several threads; null for none
     */
    @Experimental
    public Builder nativeRequest(@Nullable Object request) {
      this.nativeRequest = request;
      return this;
    }

    /**
     * Builds the request.
     *
     * @throws IllegalArgumentException if it is contradictory or out of range, naming the value
     */
    public ChatRequest build() {
      return RequestCheck.checked(new ChatRequest(this));
    }
  }
}
