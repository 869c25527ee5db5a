package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.gemini.GeminiProtocol;
import io.github.resilientllm.okhttp.internal.http.HttpProvider;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.okhttp.internal.models.UsersModels;
import io.github.resilientllm.provider.LlmProvider;
import java.time.InstantSource;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Google's Gemini models, by the Gemini API or by Vertex AI.
 *
 * <pre>{@code
 * LlmProvider flash = Gemini.model("gemini-2.5-flash").apiKey(ApiKey.fromEnv("GEMINI_API_KEY")).build();
 * LlmProvider vertex = Gemini.model("gemini-2.5-flash")
 *     .vertex("my-project", "europe-west1")
 *     .apiKey(ApiKey.expiring(() -> newToken(credentials)))
 *     .build();
 * }</pre>
 */
public final class Gemini {
  private static final String GEMINI_API = "https://generativelanguage.googleapis.com/v1beta";

  private Gemini() {}

  /** Starts a provider for a model, by the name that Google knows it by. */
  public static Builder model(String name) {
    return new Builder(VendorBuilder.checkModel(name));
  }

  /** Fills in a provider; not safe for several threads. */
  public static final class Builder extends VendorBuilder<Builder> {
    private final String model;
    private @Nullable Vertex vertex;
    private @Nullable HttpUrl baseUrl;

    private Builder(String model) {
      this.model = model;
    }

    /**
     * Uses Vertex AI, where the key is an access token, mostly {@link ApiKey#expiring}.
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
     * Sets the URL below which {@code models} or {@code projects} lies, if not Google's own.
     *
     * @throws IllegalArgumentException if it is no http or https URL
     */
    public Builder baseUrl(String url) {
      this.baseUrl = parse(url);
      return this;
    }

    /**
     * Builds the provider.
     *
     * @throws IllegalStateException if Google's own address is used without a key
     */
    public LlmProvider build() {
      ApiKey key = apiKey();
      if (key == null && baseUrl == null) {
        throw new IllegalStateException("Gemini needs a key; call apiKey(...)");
      }
      HttpUrl base = address();
      HttpUrl streams =
          url(base, "streamGenerateContent").newBuilder().addQueryParameter("alt", "sse").build();
      return new HttpProvider(
          GeminiProtocol.VENDOR,
          model,
          endpoint(url(base, "generateContent"), streams, credential(key)),
          new GeminiProtocol(
              UsersModels.model(model), isVertex(), keyRotates(), InstantSource.system()));
    }

    @Override
    Builder self() {
      return this;
    }

    private boolean isVertex() {
      return vertex != null;
    }

    /** The URL of the API's version. */
    HttpUrl address() {
      if (baseUrl != null) {
        return baseUrl;
      }
      return parse(vertex == null ? GEMINI_API : vertex.address());
    }

    /** A name with a slash, such as {@code tunedModels/mine}, says itself where it lies. */
    private HttpUrl url(HttpUrl base, String method) {
      String place = vertex == null ? "" : vertex.path();
      String models = isVertex() ? "publishers/google/models/" : "models/";
      String path = model.contains("/") ? model : models + model;
      return under(base, place + path + ":" + method);
    }

    private @Nullable Credential credential(@Nullable ApiKey key) {
      if (key == null) {
        return null;
      }
      return isVertex()
          ? Credential.bearer(key.secret())
          : Credential.header("x-goog-api-key", key.secret());
    }
  }
}
