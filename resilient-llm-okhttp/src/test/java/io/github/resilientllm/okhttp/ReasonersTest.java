package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.gemini.GeminiProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.openai.OpenAiProtocol;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may be silent because it thinks is known by name, at every vendor that serves it. */
class ReasonersTest {

  private static Protocol protocol(String vendor, String model) {
    InstantSource clock = InstantSource.system();
    return switch (vendor) {
      case "anthropic" -> new AnthropicProtocol(model, false, clock);
      case "gemini" -> new GeminiProtocol(model, false, false, clock);
      case "bedrock" -> new BedrockProtocol(BedrockModel.of(model), false, clock);
      case "openai" -> new OpenAiProtocol(Dialect.OPENAI.traits(), model, false, clock);
      case "deepseek" -> new OpenAiProtocol(Dialect.DEEPSEEK.traits(), model, false, clock);
      case "groq" -> new OpenAiProtocol(Dialect.GROQ.traits(), model, false, clock);
      case "mistral" -> new OpenAiProtocol(Dialect.MISTRAL.traits(), model, false, clock);
      case "openrouter" -> new OpenAiProtocol(Dialect.OPENROUTER.traits(), model, false, clock);
      case "ollama" -> new OpenAiProtocol(Dialect.OLLAMA.traits(), model, false, clock);
      default -> new OpenAiProtocol(Dialect.COMPATIBLE.traits(), model, false, clock);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "openai, o1",
    "openai, o4-mini-2025-04-16",
    "openai, gpt-5",
    "openai, gpt-5.6-luna",
    "openai, o3-deep-research",
    "openai, DeepSeek-R1",
    "openai, model-router",
    "deepseek, deepseek-reasoner",
    "deepseek, deepseek-v4-pro",
    "anthropic, claude-fable-5-1",
    "anthropic, claude-mythos-5",
    "anthropic, claude-opus-5",
    "anthropic, claude-sonnet-5-5",
    "anthropic, kimi-k2-thinking",
    "gemini, gemini-2.5-flash",
    "gemini, gemini-2.5-pro",
    "gemini, models/gemini-3-pro-preview",
    "gemini, gemini-3.8-flash",
    "gemini, gemini-pro-latest",
    "gemini, gemini-3-pro-image-preview",
    "gemini, gemini-2.0-flash-thinking-exp",
    "bedrock, us.deepseek.r1-v1:0",
    "bedrock, openai.gpt-oss-120b-1:0",
    "bedrock, moonshot.kimi-k2-thinking",
    "bedrock, global.anthropic.claude-opus-5-v1:0",
    "bedrock, anthropic.claude-fable-5",
    "bedrock, zai.glm-4.6",
    "bedrock, openai.gpt-5.5",
    "openrouter, openai/o3",
    "openrouter, openai/gpt-5-mini",
    "openrouter, google/gemini-2.5-pro",
    "openrouter, anthropic/claude-sonnet-5",
    "openrouter, anthropic/claude-3.7-sonnet:thinking",
    "openrouter, x-ai/grok-4",
    "openrouter, deepseek/deepseek-r1:free",
    "openrouter, qwen/qwen3-235b-a22b-thinking-2507",
    "openrouter, z-ai/glm-4.6",
    "openrouter, minimax/minimax-m2",
    "openrouter, openrouter/auto",
    "groq, openai/gpt-oss-20b",
    "groq, qwen/qwen3-32b",
    "groq, deepseek-r1-distill-llama-70b",
    "groq, groq/compound",
    "mistral, magistral-medium-latest",
    "ollama, qwq:32b",
    "ollama, deepseek-r1:8b",
    "ollama, qwen3:8b",
    "compatible, grok-4-fast-reasoning",
    "compatible, sonar-reasoning-pro",
  })
  void aModelThatThinksUnaskedMayBeSilent(String vendor, String model) {
    assertThat(protocol(vendor, model).capabilities().thinksInSilence()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4o",
    "openai, gpt-4.1-mini",
    "openai, gpt-5-chat-latest",
    "openai, gpt-3.5-turbo",
    "openai, our-deployment",
    "deepseek, deepseek-chat",
    "anthropic, claude-sonnet-4-5",
    "anthropic, claude-opus-4-8",
    "anthropic, claude-3-haiku-20240307",
    "anthropic, claude-instant-1.2",
    "gemini, gemini-2.0-flash",
    "gemini, gemini-1.5-pro",
    "gemini, gemini-2.5-flash-lite",
    "gemini, gemini-flash-lite-latest",
    "gemini, gemini-2.5-flash-image",
    "gemini, gemini-2.5-flash-preview-tts",
    "gemini, gemma-3-27b-it",
    "gemini, tunedModels/mine",
    "bedrock, amazon.nova-pro-v1:0",
    "bedrock, eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "bedrock, meta.llama3-3-70b-instruct-v1:0",
    "bedrock, mistral.mistral-large-2407-v1:0",
    "bedrock, qwen.qwen3-coder-480b-a35b-v1:0",
    "bedrock, deepseek.v3-v1:0",
    "openrouter, openai/gpt-4o-mini",
    "openrouter, anthropic/claude-haiku-4.5",
    "openrouter, meta-llama/llama-3.3-70b-instruct",
    "openrouter, deepseek/deepseek-chat-v3-0324",
    "openrouter, qwen/qwen3-235b-a22b-instruct-2507",
    "openrouter, qwen/qwen3-max",
    "openrouter, z-ai/glm-4-32b",
    "groq, llama-3.3-70b-versatile",
    "groq, moonshotai/kimi-k2-instruct",
    "mistral, mistral-large-latest",
    "mistral, codestral-latest",
    "ollama, llama3.2",
    "ollama, gemma3:12b",
    "compatible, grok-3",
    "compatible, grok-4-1-fast-non-reasoning",
  })
  void aPlainModelIsToSpeakSoon(String vendor, String model) {
    assertThat(protocol(vendor, model).capabilities().thinksInSilence()).isFalse();
  }
}
