package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.Names;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
 * @param keepAlive How long a connection that nobody uses may be used again. 30 seconds by default.
 * @param http2 HTTP/2, where the server speaks it. By default HTTP/1.1.
 * @param allowKeyOverPlainHttp Whether the key may go over plain http:// to another machine, where
 *     everybody in between can read it.
 * @param proxy A proxy to connect through.
 * @param ssl How TLS connections are made.
 * @param protocol Which of OpenAI's protocols is spoken, by openai and azure-openai.
 * @param background Whether responses run at the vendor's by themselves, so that a stream that
 *     breaks off is gone on with. For the protocol responses.
 * @param iam Whether requests to bedrock are signed with AWS credentials, in place of a key: those
 *     of an AwsIdentity bean, or else those that the AWS SDK finds.
 * @param vertex Google's Vertex AI as the place of gemini or anthropic.
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
    @Nullable Duration keepAlive,
    @Nullable Http2Properties http2,
    @DefaultValue("false") boolean allowKeyOverPlainHttp,
    @Nullable ProxyProperties proxy,
    @Nullable SslProperties ssl,
    @Nullable Protocol protocol,
    @DefaultValue("false") boolean background,
    @DefaultValue("false") boolean iam,
    @Nullable VertexProperties vertex,
    @DefaultValue Map<String, String> headers) {

  /**
   * A proxy.
   *
   * @param host Its host.
   * @param port Its port.
   * @param type What it speaks.
   * @param username Who an HTTP proxy is told that asks for it, be it this one or the system's.
   * @param password The password of that user. Never shown by toString or by an actuator endpoint.
   */
  record ProxyProperties(
      @Nullable String host,
      int port,
      @DefaultValue("http") ProxyType type,
      @Nullable String username,
      @Nullable Secret password) {

    /** Whether it has the address of a proxy, or half of one. */
    boolean hasAddress() {
      return host != null || port != 0;
    }

    /** Whether it has a login, or half of one. */
    boolean hasLogin() {
      return username != null || password != null;
    }
  }

  /**
   * HTTP/2.
   *
   * @param pingInterval How often the server is asked for a sign of life: a connection that all
   *     requests share and that died without a word is found out after up to twice this time.
   */
  record Http2Properties(@Nullable Duration pingInterval) {}

  /** One of OpenAI's protocols. */
  enum Protocol {
    /** Chat completions. */
    CHAT_COMPLETIONS,
    /** The Responses API. */
    RESPONSES
  }

  /**
   * A place in Google's Vertex AI, where a token stands in place of a key.
   *
   * @param project The project.
   * @param location A region, eu, us or global.
   */
  record VertexProperties(@Nullable String project, @Nullable String location) {}

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

  /** Whether it is the vendor's own endpoint, and only the key is said. */
  boolean isPlain() {
    return Stream.of(
                baseUrl,
                region,
                apiVersion,
                connectTimeout,
                keepAlive,
                http2,
                proxy,
                ssl,
                protocol,
                vertex)
            .allMatch(Objects::isNull)
        && !background
        && !iam
        && headers.isEmpty();
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
