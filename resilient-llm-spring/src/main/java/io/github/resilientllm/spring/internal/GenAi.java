package io.github.resilientllm.spring.internal;

import java.util.Map;

/**
 * The names of OpenTelemetry's semantic conventions for generative AI, version 1.41, all in one
 * place, for they are in development and have been moved since.
 */
public final class GenAi {
  /** The duration of a call, as its caller sees it: retries and fallbacks included. */
  public static final String OPERATION_DURATION = "gen_ai.client.operation.duration";

  /** The time from a call's start to its first content; streams only. */
  public static final String TIME_TO_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk";

  /** The tokens of a call. */
  public static final String TOKEN_USAGE = "gen_ai.client.token.usage";

  public static final String TOKEN_TYPE = "gen_ai.token.type";
  public static final String OPERATION = "gen_ai.operation.name";
  public static final String PROVIDER = "gen_ai.provider.name";
  public static final String REQUEST_MODEL = "gen_ai.request.model";
  public static final String REQUEST_STREAM = "gen_ai.request.stream";
  public static final String CONVERSATION = "gen_ai.conversation.id";
  public static final String RESPONSE_ID = "gen_ai.response.id";
  public static final String RESPONSE_MODEL = "gen_ai.response.model";
  public static final String FINISH_REASONS = "gen_ai.response.finish_reasons";
  public static final String RESPONSE_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";
  public static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
  public static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
  public static final String CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens";
  public static final String CACHE_WRITE_TOKENS = "gen_ai.usage.cache_creation.input_tokens";
  public static final String REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens";
  public static final String ERROR_TYPE = "error.type";

  /** The one operation that there is here. */
  public static final String CHAT = "chat";

  /** An attribute that is not there, where the keys of a meter must not change. */
  public static final String NONE = "none";

  /** Ours, where they are not the convention's; any other vendor is called what it is here. */
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "azure", "azure.ai.openai",
          "bedrock", "aws.bedrock",
          "gemini", "gcp.gemini",
          "mistral", "mistral_ai");

  private GenAi() {}

  /** The convention's name of a vendor. */
  public static String provider(String vendor) {
    return PROVIDERS.getOrDefault(vendor, vendor);
  }
}
