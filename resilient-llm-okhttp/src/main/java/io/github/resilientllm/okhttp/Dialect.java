package io.github.resilientllm.okhttp;

/**
 * Which of the servers that call themselves compatible with OpenAI answers, for each differs in
 * what it understands.
 */
public final class Dialect {
  /** api.openai.com. */
  public static final Dialect OPENAI =
      new Dialect(
          Traits.of("openai")
              .at("https://api.openai.com/v1")
              .maxTokensField("max_completion_tokens") // reasoning models refuse max_tokens
              .metadataOfStored()
              .openAisModels()
              .closedSchemas()
              .withoutObfuscation()
              .files()
              .audio()
              .logprobs());

  /** api.groq.com. */
  public static final Dialect GROQ =
      new Dialect(
          Traits.of("groq")
              .at("https://api.groq.com/openai/v1")
              .closedSchemas()
              .schemasOnly(".*(?:gpt-oss|kimi-k2|llama-4-).*"));

  /** api.mistral.ai, which refuses fields it does not know. */
  public static final Dialect MISTRAL =
      new Dialect(
          Traits.of("mistral")
              .at("https://api.mistral.ai/v1")
              .requiredToolWord("any")
              .seedField("random_seed")
              .usageAlwaysSent()
              .shortToolIds()
              .prefixFlag()
              .noUserAfterTool());

  /** api.deepseek.com. */
  public static final Dialect DEEPSEEK =
      new Dialect(
          Traits.of("deepseek")
              .at("https://api.deepseek.com/v1")
              .seedField(null)
              .images(Traits.Images.NONE)
              .effort(Traits.Effort.THINKING_SWITCH)
              .schemasOnly("")
              .logprobs()
              .reasoningEcho("reasoning_content"));

  /** openrouter.ai. */
  public static final Dialect OPENROUTER =
      new Dialect(
          Traits.of("openrouter")
              .at("https://openrouter.ai/api/v1")
              .effort(Traits.Effort.NESTED)
              .reasoningDetails()
              .files()
              .audio()
              .logprobs());

  /** A vLLM server; by default the one on this machine. */
  public static final Dialect VLLM =
      new Dialect(Traits.of("vllm").atLocal("http://localhost:8000/v1").audio().logprobs());

  /** An Ollama server; by default the one on this machine. */
  public static final Dialect OLLAMA =
      new Dialect(
          Traits.of("ollama")
              .atLocal("http://localhost:11434/v1")
              .images(Traits.Images.BYTES)
              .ignoresToolChoice());

  /** An LM Studio server; by default the one on this machine. */
  public static final Dialect LM_STUDIO =
      new Dialect(
          Traits.of("lmstudio").atLocal("http://localhost:1234/v1").images(Traits.Images.BYTES));

  /** Any other server; it needs a base URL. */
  public static final Dialect COMPATIBLE =
      new Dialect(Traits.of("openai-compatible").files().audio().logprobs());

  private final Traits traits;

  private Dialect(Traits traits) {
    this.traits = traits;
  }

  /** The vendor's name, such as {@code groq}. */
  @Override
  public String toString() {
    return traits.vendor;
  }

  Traits traits() {
    return traits;
  }
}
