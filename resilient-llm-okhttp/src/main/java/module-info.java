/**
 * Vendors over HTTP: {@code OpenAi}, which is also the servers that speak its protocol, {@code
 * AzureOpenAi}, {@code Anthropic}, {@code Gemini} and {@code Bedrock}.
 *
 * <p>It knows nothing of retries, hedges or fallbacks; those are the engine's.
 */
@SuppressWarnings("requires-automatic") // okio, whose name is fixed in its manifest
module io.github.resilientllm.okhttp {
  requires transitive io.github.resilientllm.api;
  requires transitive okhttp3; // users may bring their own client
  requires com.fasterxml.jackson.core;
  requires kotlin.stdlib;
  requires okio;
  requires org.slf4j;
  requires static org.jspecify;
  requires static software.amazon.awssdk.auth; // this and the next: Bedrock by IAM
  requires static software.amazon.awssdk.http;
  requires static software.amazon.awssdk.http.auth.aws;
  requires static software.amazon.awssdk.http.auth.spi;
  requires static software.amazon.awssdk.identity.spi;
  requires static software.amazon.awssdk.utils;

  exports io.github.resilientllm.okhttp;
}
