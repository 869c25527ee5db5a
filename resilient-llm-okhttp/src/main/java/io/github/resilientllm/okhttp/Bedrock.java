package io.github.resilientllm.okhttp;

import io.github.resilientllm.provider.LlmProvider;
import java.time.InstantSource;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Models behind AWS Bedrock's Converse API, with an API key of Bedrock.
 *
 * <pre>{@code
 * LlmProvider claude = Bedrock.model("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")
 *     .region("eu-central-1")
 *     .apiKey(ApiKey.fromEnv("AWS_BEARER_TOKEN_BEDROCK"))
 *     .build();
 * }</pre>
 *
 * <p>Fields of Converse that a {@code ChatRequest} has no word for, such as {@code
 * guardrailConfig}, go as vendor options of {@code bedrock}; those that only the model knows, such
 * as {@code top_k}, in a map under {@code additionalModelRequestFields}.
 */
public final class Bedrock {
  static final String VENDOR = "bedrock";

  private Bedrock() {}

  /** Starts a provider for a model, by its id, its inference profile's id, or an ARN of either. */
  public static Builder model(String id) {
    return new Builder(VendorBuilder.checkModel(id));
  }

  /** Fills in a provider; not safe for several threads. */
  public static final class Builder extends VendorBuilder<Builder> {
    private final String model;
    private @Nullable String region;
    private @Nullable HttpUrl baseUrl;

    private Builder(String model) {
      this.model = model;
    }

    /**
     * Sets the AWS region that serves the model and that the key belongs to, such as {@code
     * eu-central-1}.
     *
     * @throws IllegalArgumentException if it is no region's name
     */
    public Builder region(String name) {
      if (!name.matches("[a-z]{2,4}(-[a-z]{1,12}){1,3}-\\d{1,2}")) {
        throw new IllegalArgumentException(
            "A region is named like \"eu-central-1\", not \"" + name + "\"");
      }
      this.region = name;
      return this;
    }

    /**
     * Sets the URL below which {@code model/{id}/converse} lies, in place of a region: that of a
     * VPC endpoint or a gateway.
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
     * @throws IllegalStateException if there is neither a region nor a base URL, or no key for AWS
     */
    public LlmProvider build() {
      HttpUrl base = baseUrl == null ? ofRegion() : baseUrl;
      ApiKey key = apiKey();
      Credential credential = key == null ? null : Credential.bearer(key);
      return new HttpProvider(
          VENDOR,
          model,
          endpoint(url(base, "converse"), url(base, "converse-stream"), credential),
          new BedrockProtocol(
              BedrockModel.of(UsersModels.model(model)), keyRotates(), InstantSource.system()));
    }

    @Override
    Builder self() {
      return this;
    }

    private HttpUrl ofRegion() {
      if (region == null) {
        throw new IllegalStateException("Bedrock needs a region(...), such as eu-central-1");
      }
      if (apiKey() == null) {
        throw new IllegalStateException("Bedrock needs a key; call apiKey(...)");
      }
      String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
      return parse("https://bedrock-runtime." + region + suffix);
    }

    /** The id is one segment: AWS answers a slash or colon that is not encoded with HTTP 200. */
    private HttpUrl url(HttpUrl base, String operation) {
      String segment = model.replace("%", "%25").replace(":", "%3A").replace("/", "%2F");
      return under(base, "model")
          .newBuilder()
          .addEncodedPathSegment(segment)
          .addPathSegment(operation)
          .build();
    }
  }
}
