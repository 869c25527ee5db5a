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
 * Models behind OpenAI's chat completions or its Responses API, at OpenAI itself or at one of the
 * many servers that speak its protocols.
 *
 * <pre>{@code
 * LlmProvider mini = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
 * LlmProvider agent = OpenAi.responses("gpt-5.6").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
 * LlmProvider local = OpenAi.model("qwen3:8b").dialect(Dialect.OLLAMA).build();
 * }</pre>
 */
public final class OpenAi {

  private OpenAi() {}

  /** Starts a provider for a model, by the name that the vendor knows it by. */
  public static Builder model(String name) {
    return new Builder(VendorBuilder.checkModel(name), /* responds= */ false);
  }

  /**
   * Starts a provider for a model that is asked through the Responses API, by the name that the
   * vendor knows it by. It is the way for reasoning models that are given tools: from gpt-5.4 on
   * they take both together here alone, and their thoughts, encrypted, go back to them with each
   * round of calls. The vendor stores nothing unless a request says so.
   */
  public static Builder responses(String name) {
    return new Builder(VendorBuilder.checkModel(name), /* responds= */ true);
  }

  /** Fills in a provider; not safe for several threads. */
  public static final class Builder extends VendorBuilder<Builder> {
    private final String model;
    private final boolean responds;
    private @Nullable Dialect dialect; // null until said
    private @Nullable HttpUrl baseUrl;
    private @Nullable Duration attachWait; // null unless in the background

    private Builder(String model, boolean responds) {
      this.model = model;
      this.responds = responds;
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
     * Sets the URL below which {@code chat/completions} or {@code responses} lies, if not the
     * dialect's own.
     *
     * @throws IllegalArgumentException if it is no http or https URL
     */
    public Builder baseUrl(String url) {
      this.baseUrl = parse(url);
      return this;
    }

    /**
     * Lets responses run at the vendor's by themselves: a stream that breaks off is attached to
     * again where it broke, and nothing is asked for or billed a second time. For long answers of
     * reasoning models. The vendor keeps each response for a while, the first word comes later, and
     * every answer streams on the wire. A call that is given up cancels its response.
     */
    @Experimental
    public Builder background() {
      return background(BackgroundCall.FIRST_WAIT);
    }

    /** The same with another wait before a second attempt to attach. */
    Builder background(Duration attachWait) {
      this.attachWait = attachWait;
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
     * @throws IllegalStateException if the vendor's own address is used without a key, the dialect
     *     has no address, or chat completions are to run in the background
     */
    public LlmProvider build() {
      if (attachWait != null && !responds) {
        throw new IllegalStateException(
            "Chat completions have no background(); use OpenAi.responses(...)");
      }
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
      Credential credential = key == null ? null : Credential.bearer(key.secret());
      String path = responds ? "responses" : "chat/completions";
      return new HttpProvider(
          traits.vendor, model, endpoint(under(base, path), credential), protocol(traits));
    }

    private Protocol protocol(Traits traits) {
      NamedModel named = UsersModels.model(model);
      InstantSource clock = InstantSource.system();
      return responds
          ? new ResponsesProtocol(traits, named, attachWait, keyRotates(), clock)
          : new OpenAiProtocol(traits, named, keyRotates(), clock);
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
