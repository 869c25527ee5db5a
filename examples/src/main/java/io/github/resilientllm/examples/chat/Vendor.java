package io.github.resilientllm.examples.chat;

import io.github.resilientllm.examples.cli.Nearest;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.AzureOpenAi;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A vendor that a command line can name, with the variable that its key is read from. */
public enum Vendor {
  /** OpenAI; at another address, any server that is compatible with it. */
  OPENAI("OPENAI_API_KEY", "gpt-4.1-mini"),
  /** Anthropic. */
  ANTHROPIC("ANTHROPIC_API_KEY", "claude-sonnet-4-5"),
  /** Google, by the Gemini API. */
  GEMINI("GEMINI_API_KEY", "gemini-2.5-flash"),
  /** AWS, in the region that {@code AWS_REGION} names. */
  BEDROCK("AWS_BEARER_TOKEN_BEDROCK", null),
  /** The Azure resource that {@code AZURE_OPENAI_ENDPOINT} names. */
  AZURE("AZURE_OPENAI_API_KEY", null),
  /** Groq. */
  GROQ("GROQ_API_KEY", null),
  /** Mistral. */
  MISTRAL("MISTRAL_API_KEY", null),
  /** DeepSeek. */
  DEEPSEEK("DEEPSEEK_API_KEY", null),
  /** OpenRouter. */
  OPENROUTER("OPENROUTER_API_KEY", null),
  /** A vLLM server on this machine. */
  VLLM("", null),
  /** An Ollama server on this machine. */
  OLLAMA("", null),
  /** An LM Studio server on this machine. */
  LMSTUDIO("", null);

  private final String keyVariable;
  private final @Nullable String defaultModel;

  Vendor(String keyVariable, @Nullable String defaultModel) {
    this.keyVariable = keyVariable;
    this.defaultModel = defaultModel;
  }

  /** The vendor of that name. */
  static Optional<Vendor> find(String word) {
    return Arrays.stream(values()).filter(vendor -> vendor.word().equals(word)).findFirst();
  }

  /** What every vendor is called. */
  static List<String> words() {
    return Arrays.stream(values()).map(Vendor::word).toList();
  }

  static Vendor named(String word) throws UsageException {
    return find(word)
        .orElseThrow(
            () ->
                new UsageException(
                    "unknown vendor \""
                        + word
                        + "\""
                        + Nearest.hint(word, words())
                        + "; known are "
                        + String.join(", ", words())));
  }

  /** What a command line calls it, such as {@code anthropic}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The variable with its key; empty if it needs none. */
  public String keyVariable() {
    return keyVariable;
  }

  /** The model to ask where none is named; empty if there is none that everybody has. */
  public Optional<String> defaultModel() {
    return Optional.ofNullable(defaultModel);
  }

  /**
   * One of its models.
   *
   * @param url another address than the vendor's own
   * @param environment names what is needed besides a key: a region, an endpoint
   * @throws UsageException if that is not there, or something is malformed
   */
  public LlmProvider provider(
      String model, Optional<String> url, Optional<ApiKey> key, Map<String, String> environment)
      throws UsageException {
    try {
      return switch (this) {
        case ANTHROPIC -> {
          Anthropic.Builder builder = Anthropic.model(model);
          url.ifPresent(builder::baseUrl);
          key.ifPresent(builder::apiKey);
          yield builder.build();
        }
        case GEMINI -> {
          Gemini.Builder builder = Gemini.model(model);
          url.ifPresent(builder::baseUrl);
          key.ifPresent(builder::apiKey);
          yield builder.build();
        }
        case BEDROCK -> bedrock(model, url, key, environment);
        case AZURE -> azure(model, url, key, environment);
        default -> compatible(model, url, key);
      };
    } catch (IllegalArgumentException | IllegalStateException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
  }

  private LlmProvider compatible(String model, Optional<String> url, Optional<ApiKey> key) {
    OpenAi.Builder builder = OpenAi.model(model).dialect(dialect(url.isPresent()));
    url.ifPresent(builder::baseUrl);
    key.ifPresent(builder::apiKey);
    return builder.build();
  }

  private Dialect dialect(boolean elsewhere) {
    return switch (this) {
      case GROQ -> Dialect.GROQ;
      case MISTRAL -> Dialect.MISTRAL;
      case DEEPSEEK -> Dialect.DEEPSEEK;
      case OPENROUTER -> Dialect.OPENROUTER;
      case VLLM -> Dialect.VLLM;
      case OLLAMA -> Dialect.OLLAMA;
      case LMSTUDIO -> Dialect.LM_STUDIO;
      default -> elsewhere ? Dialect.COMPATIBLE : Dialect.OPENAI;
    };
  }

  private static LlmProvider bedrock(
      String model, Optional<String> url, Optional<ApiKey> key, Map<String, String> environment)
      throws UsageException {
    Bedrock.Builder builder = Bedrock.model(model);
    key.ifPresent(builder::apiKey);
    if (url.isPresent()) {
      return builder.baseUrl(url.get()).build();
    }
    return builder.region(needed("AWS_REGION", "such as eu-central-1", environment)).build();
  }

  private static LlmProvider azure(
      String model, Optional<String> url, Optional<ApiKey> key, Map<String, String> environment)
      throws UsageException {
    String example = "such as https://my-resource.openai.azure.com";
    String endpoint =
        url.isPresent() ? url.get() : needed("AZURE_OPENAI_ENDPOINT", example, environment);
    if (key.isEmpty()) {
      throw new UsageException(
          "azure needs a key at any address: name its variable with --key-env");
    }
    AzureOpenAi.Builder builder = AzureOpenAi.deployment(model).endpoint(endpoint);
    return builder.apiKey(key.get()).build();
  }

  private static String needed(String variable, String example, Map<String, String> environment)
      throws UsageException {
    String value = environment.getOrDefault(variable, "").strip();
    if (value.isEmpty()) {
      throw new UsageException(variable + " is not set; it is needed, " + example);
    }
    return value;
  }
}
