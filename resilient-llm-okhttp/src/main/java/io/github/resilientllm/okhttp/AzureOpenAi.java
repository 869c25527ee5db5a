package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.Experimental;
import io.github.resilientllm.okhttp.internal.http.HttpProvider;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.models.UsersModels;
import io.github.resilientllm.okhttp.internal.openai.OpenAiProtocol;
import io.github.resilientllm.okhttp.internal.openai.Traits;
import io.github.resilientllm.okhttp.internal.responses.BackgroundCall;
import io.github.resilientllm.okhttp.internal.responses.ResponsesProtocol;
import io.github.resilientllm.provider.LlmProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Models that are deployed in an Azure OpenAI resource.
 *
 * <pre>{@code
 * LlmProvider gpt = AzureOpenAi.deployment("support-gpt")
 *     .endpoint("https://my-resource.openai.azure.com")
 *     .apiKey(ApiKey.fromEnv("AZURE_OPENAI_API_KEY"))
 *     .build();
 * }</pre>
 */
public final class AzureOpenAi {
  static final Traits CURRENT =
      Traits.of("azure")
          .maxTokensField("max_completion_tokens")
          .metadataOfStored()
          .openAisModels()
          .audio()
          .logprobs()
          .sealedThoughts()
          .closedSchemas();
  private static final Traits OLD =
      Traits.of("azure").openAisModels().closedSchemas().usageAlwaysSent();

  /** The first API version that knows {@code max_completion_tokens} and {@code stream_options}. */
  private static final String FIRST_CURRENT = "2024-09-01";

  private AzureOpenAi() {}

  /** Starts a provider for a deployment, by the name that was given to it. */
  public static Builder deployment(String name) {
    return new Builder(VendorBuilder.checkModel(name), /* responds= */ false);
  }

  /**
   * Starts a provider for a deployment that is asked through the Responses API; see {@link
   * OpenAi#responses}.
   */
  public static Builder responses(String deployment) {
    return new Builder(VendorBuilder.checkModel(deployment), /* responds= */ true);
  }

  /** Fills in a provider; not safe for several threads. */
  public static final class Builder extends VendorBuilder<Builder> {
    private final String deployment;
    private final boolean responds;
    private @Nullable HttpUrl endpoint;
    private @Nullable String apiVersion;
    private @Nullable ApiKey token;
    private @Nullable Duration attachWait; // null unless in the background

    private Builder(String deployment, boolean responds) {
      this.deployment = deployment;
      this.responds = responds;
    }

    /**
     * Sets the resource's address, such as {@code https://my-resource.openai.azure.com}.
     *
     * @throws IllegalArgumentException if it is no http or https URL
     */
    public Builder endpoint(String url) {
      this.endpoint = parse(url);
      return this;
    }

    /**
     * Uses the deployment's own URL with this version, such as {@code 2024-10-21}. Without one, the
     * v1 URL is used, which has no versions.
     *
     * @throws IllegalArgumentException if it does not start with a date
     */
    public Builder apiVersion(String version) {
      if (!version.matches("\\d{4}-\\d{2}-\\d{2}(-[a-z0-9]+)?")) {
        throw new IllegalArgumentException(
            "An API version is a date, perhaps with -preview, not \"" + version + "\"");
      }
      this.apiVersion = version;
      return this;
    }

    /**
     * Sends a token of Microsoft Entra in place of a key. With Azure's own library, of which this
     * one needs nothing:
     *
     * <pre>{@code
     * TokenCredential entra = new DefaultAzureCredentialBuilder().build();
     * TokenRequestContext scope =
     *     new TokenRequestContext().addScopes("https://cognitiveservices.azure.com/.default");
     * builder.entraToken(ApiKey.expiring(() -> {
     *   AccessToken token = entra.getTokenSync(scope);
     *   return new ApiKey.Token(token.getToken(), token.getExpiresAt().toInstant());
     * }));
     * }</pre>
     */
    public Builder entraToken(ApiKey token) {
      this.token = token;
      return this;
    }

    /**
     * Lets responses run at the vendor's by themselves; see {@link OpenAi.Builder#background()}.
     */
    @Experimental
    public Builder background() {
      this.attachWait = BackgroundCall.FIRST_WAIT;
      return this;
    }

    /**
     * Builds the provider.
     *
     * @throws IllegalStateException if there is no endpoint, or not exactly one of key and token
     */
    public LlmProvider build() {
      if (attachWait != null && !responds) {
        throw new IllegalStateException(
            "Chat completions have no background(); use AzureOpenAi.responses(...)");
      }
      if (endpoint == null) {
        throw new IllegalStateException("Azure OpenAI needs an endpoint(...)");
      }
      boolean isOld = apiVersion != null && apiVersion.compareTo(FIRST_CURRENT) < 0;
      Traits traits = isOld ? OLD : CURRENT;
      Credential credential = credential();
      return new HttpProvider(
          traits.vendor,
          deployment,
          endpoint(url(endpoint), credential),
          protocol(traits, credential.rotates()));
    }

    private Protocol protocol(Traits traits, boolean keyRotates) {
      NamedModel model = UsersModels.model(deployment);
      InstantSource clock = InstantSource.system();
      return responds
          ? new ResponsesProtocol(traits, model, attachWait, keyRotates, clock)
          : new OpenAiProtocol(traits, model, keyRotates, clock);
    }

    @Override
    Builder self() {
      return this;
    }

    private HttpUrl url(HttpUrl resource) {
      if (apiVersion == null) {
        return under(resource, "openai/v1/" + (responds ? "responses" : "chat/completions"));
      }
      if (responds) { // the deployment's name stands in the body
        return under(resource, "openai/responses")
            .newBuilder()
            .addQueryParameter("api-version", apiVersion)
            .build();
      }
      return under(resource, "openai/deployments")
          .newBuilder()
          .addPathSegment(deployment)
          .addPathSegments("chat/completions")
          .addQueryParameter("api-version", apiVersion)
          .build();
    }

    private Credential credential() {
      ApiKey key = apiKey();
      if ((key == null) == (token == null)) {
        throw new IllegalStateException(
            "Azure OpenAI needs either an apiKey(...) or an entraToken(...)");
      }
      return key == null
          ? Credential.bearer(Objects.requireNonNull(token).secret())
          : Credential.header("api-key", key.secret());
    }
  }
}
