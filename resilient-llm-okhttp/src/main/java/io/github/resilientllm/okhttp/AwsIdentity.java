package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.bedrock.SigV4;
import io.github.resilientllm.okhttp.internal.bedrock.SigningClock;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import java.util.Objects;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/**
 * Who an application is at AWS: the credentials by which its requests are signed. They come from
 * the AWS SDK for Java 2, of which {@code software.amazon.awssdk:auth} must be on the class path;
 * this library does not bring it. Nothing shows them.
 *
 * <pre>{@code
 * LlmProvider claude = Bedrock.model("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")
 *     .region("eu-central-1")
 *     .iam(AwsIdentity.chain())
 *     .build();
 * }</pre>
 */
public final class AwsIdentity {

  /** What signs; without the SDK, this class can be linked, and those that do it cannot. */
  private interface Signers {
    Credential signer(String region, SigningClock clock);
  }

  /** Looked at by the JVM only when it is needed. */
  private static final class Chain {
    private Chain() {}

    static Signers signers() {
      DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
      return (region, clock) -> new SigV4(chain, region, clock);
    }
  }

  private final Signers signers;

  private AwsIdentity(Signers signers) {
    this.signers = signers;
  }

  /**
   * What the SDK finds in its usual order: system properties, environment, web identity, profile,
   * container, instance. Roles of a web identity want {@code software.amazon.awssdk:sts} beside it,
   * profiles of single sign-on {@code sso} and {@code ssooidc}.
   *
   * @throws IllegalStateException if the SDK is not there
   */
  public static AwsIdentity chain() {
    try {
      return new AwsIdentity(Chain.signers());
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "Bedrock by IAM needs software.amazon.awssdk:auth (of the AWS SDK for Java 2) on the"
              + " class path; add that dependency, or use apiKey(...)",
          e);
    }
  }

  /**
   * What a provider of the SDK gives, such as one that assumes a role. It is asked on a thread of
   * its own, since it may hang and a call must still end: for each attempt, unless its credentials
   * say when they expire; those are kept and renewed five minutes before that, while the old ones
   * still serve. Whoever made the provider closes it.
   */
  @SuppressWarnings("exports") // whoever calls this has the SDK
  public static AwsIdentity of(IdentityProvider<? extends AwsCredentialsIdentity> provider) {
    Objects.requireNonNull(provider, "provider");
    return new AwsIdentity((region, clock) -> new SigV4(provider, region, clock));
  }

  /** Says that there are credentials, not which. */
  @Override
  public String toString() {
    return "AwsIdentity[hidden]";
  }

  /** What puts signatures on requests to a region. */
  Credential signer(String region, SigningClock clock) {
    return signers.signer(region, clock);
  }
}
