package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.SigningClock;
import io.github.resilientllm.okhttp.internal.http.HttpProvider;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.okhttp.internal.models.UsersModels;
import io.github.resilientllm.provider.LlmProvider;
import java.time.InstantSource;
import java.util.Objects;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Models behind AWS Bedrock's Converse API, with an API key of Bedrock or by IAM.
 *
 * <pre>{@code
 * LlmProvider claude = Bedrock.model("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")
 *     .region("eu-central-1")
 *     .apiKey(ApiKey.fromEnv("AWS_BEARER_TOKEN_BEDROCK"))
 *     .build();
 * LlmProvider byRole = Bedrock.model("eu.amazon.nova-pro-v1:0")
 *     .region("eu-central-1")
 *     .iam(AwsIdentity.chain())
 *     .build();
 * }</pre>
 *
 * <p>Fields of Converse that a {@code ChatRequest} has no word for, such as {@code
 * guardrailConfig}, go as vendor options of {@code bedrock}; those that only the model knows, such
 * as {@code top_k}, in a map under {@code additionalModelRequestFields}.
 */
public final class Bedrock {
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
    private @Nullable AwsIdentity identity;

    private Builder(String model) {
      this.model = model;
    }

    /**
     * Sets the AWS region that serves the model and that the key belongs to, such as {@code
     * eu-central-1}. Signatures name it, so that by IAM it is needed beside a base URL, too.
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

    /** Signs each request (Signature Version 4) with AWS credentials, in place of a key. */
    public Builder iam(AwsIdentity identity) {
      this.identity = Objects.requireNonNull(identity, "identity");
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
     * @throws IllegalStateException if there is neither a region nor a base URL, no key and no
     *     identity for AWS, both of them, or an identity without a region
     */
    public LlmProvider build() {
      return build(InstantSource.system());
    }

    LlmProvider build(InstantSource time) {
      HttpUrl base = baseUrl == null ? ofRegion() : baseUrl;
      SigningClock clock = identity == null ? null : new SigningClock(time);
      Credential credential = credential(clock);
      boolean rotates = credential != null && credential.rotates();
      return new HttpProvider(
          BedrockProtocol.VENDOR,
          model,
          endpoint(url(base, "converse"), url(base, "converse-stream"), credential),
          new BedrockProtocol(BedrockModel.of(UsersModels.model(model)), rotates, clock, time));
    }

    private @Nullable Credential credential(@Nullable SigningClock clock) {
      ApiKey key = apiKey();
      if (identity == null || clock == null) {
        return key == null ? null : Credential.bearer(key.secret());
      }
      if (key != null) {
        throw new IllegalStateException(
            "Bedrock takes either an apiKey(...) or iam(...), not both");
      }
      if (region == null) {
        throw new IllegalStateException("Bedrock by IAM needs a region(...), which is signed");
      }
      return identity.signer(region, clock);
    }

    @Override
    Builder self() {
      return this;
    }

    private HttpUrl ofRegion() {
      if (region == null) {
        throw new IllegalStateException("Bedrock needs a region(...), such as eu-central-1");
      }
      if (apiKey() == null && identity == null) {
        throw new IllegalStateException("Bedrock needs a key; call apiKey(...), or iam(...)");
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
