package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.Names;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One endpoint of one vendor.
 *
 * @param type Which protocol it speaks. By default what its name says, or openai if a dialect is
 *     set.
 * @param dialect Who answers at an OpenAI-compatible address.
 * @param baseUrl Its address, if not the vendor's own; for azure-openai the resource's.
 * @param apiKey Its key. Never shown by toString or by an actuator endpoint.
 * @param region The AWS region of bedrock.
 * @param apiVersion The API version of azure-openai, or of anthropic.
 * @param connectTimeout How long connecting to one address may take. 10 seconds by default.
 * @param proxy A proxy to connect through.
 * @param ssl How TLS connections are made.
 * @param headers Headers of each request. Never shown by an actuator endpoint.
 */
record ProviderProperties(
    @Nullable ProviderType type,
    @Nullable DialectName dialect,
    @Nullable String baseUrl,
    @Nullable Secret apiKey,
    @Nullable String region,
    @Nullable String apiVersion,
    @Nullable Duration connectTimeout,
    @Nullable ProxyProperties proxy,
    @Nullable SslProperties ssl,
    @DefaultValue Map<String, String> headers) {

  /**
   * A proxy.
   *
   * @param host Its host.
   * @param port Its port.
   * @param type What it speaks.
   */
  record ProxyProperties(@Nullable String host, int port, @DefaultValue("http") ProxyType type) {}

  /** What a proxy speaks. */
  enum ProxyType {
    /** HTTP. */
    HTTP,
    /** SOCKS. */
    SOCKS
  }

  /**
   * TLS.
   *
   * @param bundle The name of a bundle of spring.ssl.bundle.*.
   */
  record SslProperties(@Nullable String bundle) {}

  /** Joins the spellings of a header. */
  ProviderProperties {
    headers = Names.joined(headers);
  }

  /** Leaves out the values of headers, which may be secrets. */
  @Override
  public String toString() {
    return "ProviderProperties[type="
        + type
        + ", dialect="
        + dialect
        + ", baseUrl="
        + baseUrl
        + ", headers="
        + headers.keySet()
        + "]";
  }
}
