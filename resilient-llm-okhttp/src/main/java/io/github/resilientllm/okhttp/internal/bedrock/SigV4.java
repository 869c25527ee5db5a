package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.okhttp.internal.identity.Renewing;
import io.github.resilientllm.okhttp.internal.identity.Supplied;
import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.okhttp.internal.waiting.Elapsed;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Request;
import okio.ByteString;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.Identity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/**
 * A signature of AWS over the whole request, body included (Signature Version 4), by the SDK's own
 * signer. Only what AWS asks for is signed: a gateway in between may change the other headers.
 */
public final class SigV4 implements Credential {
  private static final String SERVICE = "bedrock";
  private static final String TOKEN = "X-Amz-Security-Token";
  private static final String AUTHORIZATION = "Authorization";

  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final Renewing<AwsCredentialsIdentity> identities;
  private final String region;
  private final SigningClock clock;

  public SigV4(
      IdentityProvider<? extends AwsCredentialsIdentity> provider,
      String region,
      SigningClock clock) {
    this.identities =
        new Renewing<>(
            () -> provider.resolveIdentity().get(),
            Identity::expirationTime,
            () -> clock.now().instant(),
            Elapsed::nanos);
    this.region = region;
    this.clock = clock;
  }

  @Override
  public void addTo(Request.Builder request, ByteString body, Closing closing)
      throws ProviderException {
    AwsCredentialsIdentity identity =
        Supplied.await(identities.value(), closing, "the provider of AWS credentials");
    SdkHttpRequest unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(request.build().url().uri())
            .build();
    Map<String, List<String>> signed =
        signer
            .sign(
                what ->
                    what.request(unsigned)
                        .identity(identity)
                        .payload(ContentStreamProvider.fromByteArray(body.toByteArray()))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock.now()))
            .request()
            .headers();
    signed.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
  }

  /** The key's id and the signature, not the words between them that anybody may know. */
  @Override
  public List<String> secrets(Request sent) {
    List<String> secrets = new ArrayList<>(3);
    String authorization = sent.header(AUTHORIZATION);
    if (authorization != null) {
      secrets.add(between(authorization, "Credential=", "/"));
      secrets.add(between(authorization, "Signature=", ","));
    }
    String token = sent.header(TOKEN);
    if (token != null) {
      secrets.add(token);
    }
    return secrets;
  }

  @Override
  public boolean rotates() {
    return true;
  }

  @Override
  public void refused(Request sent) {
    String authorization = sent.header(AUTHORIZATION);
    if (authorization != null) {
      String id = between(authorization, "Credential=", "/");
      identities.refusedIf(identity -> identity.accessKeyId().equals(id));
    }
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start);
    if (from < 0) {
      return "";
    }
    int to = text.indexOf(end, from);
    return text.substring(from + start.length(), to < 0 ? text.length() : to);
  }

  /** Where, not who. */
  @Override
  public String toString() {
    return "SigV4[" + region + "]";
  }
}
