package io.github.resilientllm.spring.boot;

/** Who answers at an OpenAI-compatible address. */
enum DialectName {
  /** OpenAI itself. */
  OPENAI,
  /** Groq. */
  GROQ,
  /** Mistral. */
  MISTRAL,
  /** DeepSeek. */
  DEEPSEEK,
  /** OpenRouter. */
  OPENROUTER,
  /** xAI. */
  XAI,
  /** Together. */
  TOGETHER,
  /** Fireworks. */
  FIREWORKS,
  /** Cerebras. */
  CEREBRAS,
  /** Google's server for Gemini in OpenAI's words. */
  GEMINI_OPENAI,
  /** A vLLM server, on this machine without a base URL. */
  VLLM,
  /** An Ollama server, on this machine without a base URL. */
  OLLAMA,
  /** An LM Studio server, on this machine without a base URL. */
  LM_STUDIO,
  /** Any other server; needs a base URL. */
  COMPATIBLE
}
