package io.github.resilientllm.okhttp;

import io.github.resilientllm.provider.LlmProvider;
import java.time.InstantSource;
import java.util.Objects;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Models behind OpenAI's chat completions, at OpenAI itself or at one of the many servers that
 * speak its protocol.
 *
 * <pre>{@code
 * LlmProvider mini = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
 * LlmProvider local = OpenAi.model("qwen3:8b").dialect(Dialect.OLLAMA).build();
 * }</pre>
 */
public final class OpenAi {

  private OpenAi() {}

  /** Starts a provider for a model, by the name that the vendor knows it by. */
  public static Builder model(String name) {
    return new Builder(VendorBuilder.checkModel(name));
  }

  /** Fills in a provider; not safe for several threads. */
  public static final class Builder extends VendorBuilder<Builder> {
    private final String model;
    private @Nullable Dialect dialect; // null until said
    private @Nullable HttpUrl baseUrl;

    private Builder(String model) {
      this.model = model;
    }

    /**
     * Says who answers; this also sets the base URL. If it is not said, it is OpenAI at an address
     * of {@code openai.com} and without a base URL, and {@link Dialect#COMPATIBLE} at any other.
     */
    public Builder dialect(Dialect dialect) {
      this.dialect = Objects.requireNonNull(dialect, "dialect");
      return this;
    }

    /**
     * Sets the URL below which {@code chat/completions} lies, if not the dialect's own.
     *
     * @throws IllegalArgumentException if it is no http or https URL
     */
    public Builder baseUrl(String url) {
      this.baseUrl = parse(url);
      return this;
    }

    /** Sets the organization that pays, if the key belongs to several. */
    public Builder organization(String id) {
      return header("OpenAI-Organization", id);
    }

    /** Sets the project that pays, if the key belongs to several. */
    public Builder project(String id) {
      return header("OpenAI-Project", id);
    }

    /**
     * Builds the provider.
     *
     * @throws IllegalStateException if the vendor's own address is used without a key, or the
     *     dialect has no address
     */
    public LlmProvider build() {
      Traits traits = spoken().traits();
      HttpUrl base = baseUrl;
      if (base == null) {
        if (traits.baseUrl == null) {
          throw new IllegalStateException("The dialect " + traits.vendor + " needs a baseUrl(...)");
        }
        if (traits.needsKey && apiKey() == null) {
          throw new IllegalStateException(traits.vendor + " needs a key; call apiKey(...)");
        }
        base = parse(traits.baseUrl);
      }
      ApiKey key = apiKey();
      Credential credential = key == null ? null : Credential.bearer(key);
      return new HttpProvider(
          traits.vendor,
          model,
          endpoint(under(base, "chat/completions"), credential),
          new OpenAiProtocol(
              traits, UsersModels.model(model), keyRotates(), InstantSource.system()));
    }

    /** Another server does not know what only OpenAI knows, nor can it read OpenAI's data. */
    private Dialect spoken() {
      if (dialect != null) {
        return dialect;
      }
      boolean elsewhere = baseUrl != null && !("." + baseUrl.host()).endsWith(".openai.com");
      return elsewhere ? Dialect.COMPATIBLE : Dialect.OPENAI;
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
