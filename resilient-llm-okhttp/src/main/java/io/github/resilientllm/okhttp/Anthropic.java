package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.http.HttpProvider;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.okhttp.internal.models.Claude;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.models.UsersModels;
import io.github.resilientllm.provider.LlmProvider;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Claude models at Anthropic, at Google's Vertex AI, or at a server that speaks Anthropic's
 * Messages API. (Those of AWS are behind {@link Bedrock}.)
 *
 * <pre>{@code
 * LlmProvider claude = Anthropic.model("claude-sonnet-4-5")
 *     .apiKey(ApiKey.fromEnv("ANTHROPIC_API_KEY"))
 *     .build();
 * LlmProvider vertex = Anthropic.model("claude-sonnet-4-5@20250929")
 *     .vertex("my-project", "europe-west1")
 *     .authToken(ApiKey.expiring(() -> {
 *       AccessToken token = credentials.refreshAccessToken();
 *       return new ApiKey.Token(token.getTokenValue(), token.getExpirationTime().toInstant());
 *     }))
 *     .build();
 * }</pre>
 *
 * <p>Its vendor is {@code anthropic}. The vendor wants to be told how long an answer may be: if a
 * request does not say, it is some 16,000 tokens, more where the model is to think, or what the
 * model can.
 */
public final class Anthropic {

  private Anthropic() {}

  /** Starts a provider for a model, by the name that the vendor knows it by. */
  public static Builder model(String name) {
    return new Builder(VendorBuilder.checkModel(name));
  }

  /** Fills in a provider; not safe for several threads. */
  public static final class Builder extends VendorBuilder<Builder> {
    private static final String VERSION = "anthropic-version";
    private static final String BETAS = "anthropic-beta";

    private final String model;
    private @Nullable HttpUrl baseUrl;
    private @Nullable Vertex vertex;
    private @Nullable ApiKey token;
    private String version = "2023-06-01"; // there is no later one

    private final Set<String> betas = new LinkedHashSet<>();

    private Builder(String model) {
      this.model = model;
    }

    /**
     * Uses Vertex AI, which takes an {@link #authToken} of Google. The model has the name that it
     * has there, such as {@code claude-sonnet-4-5@20250929}.
     *
     * @param location a region such as {@code europe-west1}, {@code eu}, {@code us}, or {@code
     *     global}
     * @throws IllegalArgumentException if either could not stand in a URL
     */
    public Builder vertex(String project, String location) {
      this.vertex = Vertex.of(project, location);
      return this;
    }

    /**
     * Sets the URL below which {@code v1/messages} lies, with or without {@code v1}, if not
     * Anthropic's own; with {@link #vertex}, that below which {@code projects} lies.
     *
     * @throws IllegalArgumentException if it is no http or https URL
     */
    public Builder baseUrl(String url) {
      this.baseUrl = parse(url);
      return this;
    }

    /**
     * Sets the version of the protocol, {@code 2023-06-01} by default.
     *
     * @throws IllegalArgumentException if it is no date
     */
    public Builder version(String version) {
      if (!version.matches("\\d{4}-\\d{2}-\\d{2}")) {
        throw new IllegalArgumentException("A version is a date, not \"" + version + "\"");
      }
      this.version = version;
      return this;
    }

    /**
     * Asks for features that are not yet for everybody, such as {@code context-1m-2025-08-07}, and
     * for those of earlier calls.
     */
    public Builder beta(String... features) {
      return header(BETAS, String.join(",", features));
    }

    /**
     * Sends a token as {@code Authorization: Bearer}, mostly {@link ApiKey#expiring}, in place of a
     * key: one of OAuth, of a workload or of Google, or what a gateway wants.
     */
    public Builder authToken(ApiKey token) {
      this.token = Objects.requireNonNull(token, "token");
      return this;
    }

    @Override
    public Builder header(String name, String value) {
      if (name.equalsIgnoreCase(BETAS)) {
        betas.addAll(Arrays.stream(value.split(",")).map(String::strip).toList());
        return super.header(name, String.join(",", betas));
      }
      if (name.equalsIgnoreCase(VERSION)) {
        throw new IllegalArgumentException(
            "The header " + name + " is set by the library; call version(...)");
      }
      return super.header(name, value);
    }

    /**
     * Builds the provider.
     *
     * @throws IllegalStateException if Anthropic's own address is used without a key or a token, or
     *     there are both, or Vertex is used without a token
     */
    public LlmProvider build() {
      Credential credential = credential();
      if (vertex == null) {
        super.header(VERSION, version); // there it stands in the body
      }
      NamedModel known = UsersModels.model(model);
      if (baseUrl == null && vertex == null && Claude.of(known.like()).bindsThoughts()) {
        beta(AnthropicProtocol.DROPS_THOUGHTS); // some servers that are not Anthropic's refuse it
      }
      return new HttpProvider(
          AnthropicProtocol.VENDOR,
          model,
          endpoint(url(/* streams= */ false), url(/* streams= */ true), credential),
          new AnthropicProtocol(
              known,
              vertex != null,
              betas.contains(AnthropicProtocol.DROPS_THOUGHTS),
              credential != null && credential.rotates(),
              InstantSource.system()));
    }

    @Override
    Builder self() {
      return this;
    }

    private @Nullable Credential credential() {
      ApiKey key = apiKey();
      if (key != null && token != null) {
        throw new IllegalStateException(
            "Anthropic takes either an apiKey(...) or an authToken(...), not both");
      }
      if (token != null) {
        return Credential.bearer(token.secret());
      }
      if (vertex != null && (key != null || baseUrl == null)) {
        throw new IllegalStateException(
            "Claude on Vertex needs a token of Google; call authToken(...)");
      }
      if (key == null && baseUrl == null) {
        throw new IllegalStateException(
            "Anthropic needs a key; call apiKey(...), or authToken(...) for a token");
      }
      return key == null ? null : Credential.header("x-api-key", key.secret());
    }

    /** On Vertex, whole answers and streams have URLs of their own. */
    private HttpUrl url(boolean streams) {
      if (vertex != null) {
        String method = streams ? "streamRawPredict" : "rawPredict";
        HttpUrl base = baseUrl == null ? parse(vertex.address()) : baseUrl;
        return under(base, vertex.path() + "publishers/anthropic/models/" + model + ":" + method);
      }
      HttpUrl base = baseUrl == null ? parse("https://api.anthropic.com") : baseUrl;
      boolean hasVersion = base.encodedPath().matches(".*/v1/?");
      return under(base, hasVersion ? "messages" : "v1/messages");
    }
  }
}
