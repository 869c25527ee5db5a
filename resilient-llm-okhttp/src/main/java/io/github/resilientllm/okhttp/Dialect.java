package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.models.GrokModel;
import io.github.resilientllm.okhttp.internal.openai.Traits;

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
              .sealedThoughts()
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
              .sealedThoughts()
              .reasoningDetails()
              .files()
              .audio()
              .logprobs());

  /** api.x.ai; its errors are told as 400s, and its reasoning models take no stop texts. */
  public static final Dialect XAI =
      new Dialect(
          Traits.of("xai")
              .at("https://api.x.ai/v1")
              .maxTokensField("max_completion_tokens")
              .models(GrokModel::of)
              .sealedThoughts()
              .noStopsFor(GrokModel.STOPLESS));

  /** api.together.ai. */
  public static final Dialect TOGETHER =
      new Dialect(Traits.of("together").at("https://api.together.ai/v1"));

  /** api.fireworks.ai, which sends the usage of each stream unasked. */
  public static final Dialect FIREWORKS =
      new Dialect(
          Traits.of("fireworks").at("https://api.fireworks.ai/inference/v1").usageAlwaysSent());

  /** api.cerebras.ai, which refuses some of OpenAI's fields. */
  public static final Dialect CEREBRAS =
      new Dialect(
          Traits.of("cerebras")
              .at("https://api.cerebras.ai/v1")
              .maxTokensField("max_completion_tokens")
              .closedSchemas()
              .noParallelSwitch());

  /**
   * Google's server for Gemini in OpenAI's words; {@link Gemini} knows more of these models. What
   * one of the two wants back of an answer is not sent to the other.
   */
  public static final Dialect GEMINI =
      new Dialect(
          Traits.of("gemini-openai")
              .at("https://generativelanguage.googleapis.com/v1beta/openai")
              .images(Traits.Images.BYTES)
              .noParallelSwitch());

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
