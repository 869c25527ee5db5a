package io.github.resilientllm.spring.boot;

/** The protocols that the okhttp module speaks. */
enum ProviderType {
  /** OpenAI's chat completions, at OpenAI or at whom the dialect says. */
  OPENAI,
  /** Azure OpenAI. */
  AZURE_OPENAI,
  /** Anthropic's Messages API. */
  ANTHROPIC,
  /** Google's Gemini API. */
  GEMINI,
  /** AWS Bedrock's Converse API. */
  BEDROCK
}
