package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.bedrock.SigningClock;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.SigV4Check;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/** Bedrock by IAM: what arrives is checked as AWS checks it, and wrong clocks are put right. */
@Timeout(60)
class BedrockIamTest {
  private static final String CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String ID = "AKIDEXAMPLE0123";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String SESSION = "IQoJb3JpZ2luX2VjEXAMPLETOKEN//////////==";
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
  private static final String NOON_AT_AWS = "Date: Mon, 30 Nov 2026 12:00:00 GMT";
  private static final String HELLO =
      "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hello\"}]}},"
          + "\"stopReason\":\"end_turn\"}";

  private static Bedrock.Builder builder(FaultServer server, String model, AwsIdentity identity) {
    return Bedrock.model(model)
        .baseUrl(server.url().replace("/v1", ""))
        .region("eu-central-1")
        .iam(identity);
  }

  private static AwsIdentity basic() {
    return AwsIdentity.of(StaticCredentialsProvider.create(AwsBasicCredentials.create(ID, SECRET)));
  }

  private static AwsCredentials session(String id, Instant end) {
    return AwsSessionCredentials.builder()
        .accessKeyId(id)
        .secretAccessKey(SECRET)
        .sessionToken(SESSION)
        .expirationTime(end)
        .build();
  }

  private static AwsIdentity inTurn(AwsCredentials... credentials) {
    Iterator<AwsCredentials> all = List.of(credentials).iterator();
    AwsCredentialsProvider provider = all::next;
    return AwsIdentity.of(provider);
  }

  private static ResilientLlm client(LlmProvider provider) {
    return ResilientLlm.with(provider)
        .retry(Retry.upTo(2).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .build();
  }

  private static void refuse(FaultServer.Exchange x, String type, String... headers)
      throws Exception {
    String[] all =
        Stream.concat(Stream.of("x-amzn-errortype: " + type), Stream.of(headers))
            .toArray(String[]::new);
    x.respond(403, "{\"message\":\"no\"}", all);
  }

  private static FaultServer.Script refusing(String type, String... headers) {
    return x -> {
      try {
        refuse(x, type, headers);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    };
  }

  /** AWS's own example, get-vanilla of its test suite. */
  @Test
  void theCheckItselfGivesWhatAwsPublished() throws Exception {
    SigV4Check request =
        new SigV4Check(
            "GET / HTTP/1.1\r\nHost: example.amazonaws.com\r\nX-Amz-Date: 20150830T123600Z\r\n"
                + "Authorization: AWS4-HMAC-SHA256"
                + " Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature=?\r\n\r\n");
    assertThat(request.signature(SECRET))
        .isEqualTo("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  }

  @ParameterizedTest
  @CsvSource({
    CLAUDE + ", false",
    CLAUDE + ", true",
    "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0, false",
  })
  void whatArrivesIsSignedAsAwsWantsIt(String model, boolean streaming) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      LlmProvider provider =
          builder(server, model, basic())
              .header("X-Own", "not signed, for a gateway may change it")
              .build(InstantSource.fixed(NOON));
      ChatRequest request = ChatRequest.of("Grüße, 你好 \"quoted\" \u2028");
      assertThat(Collected.from(provider, request, streaming).failure).isNull();

      SigV4Check arrived = new SigV4Check(server.requests().get(0));
      assertThat(arrived.field("Signature")).isEqualTo(arrived.signature(SECRET));
      assertThat(arrived.field("Credential"))
          .isEqualTo(ID + "/20261130/eu-central-1/bedrock/aws4_request");
      assertThat(arrived.field("SignedHeaders")).contains("host", "x-amz-date");
      assertThat(arrived.field("SignedHeaders")).doesNotContain("x-own", "accept");
      assertThat(arrived.header("x-amz-date")).isEqualTo("20261130T120000Z");

      SigV4Check forged = new SigV4Check(server.requests().get(0).replace("quoted", "forged"));
      assertThat(forged.field("Signature")).isNotEqualTo(forged.signature(SECRET));
    }
  }

  @Test
  void aSessionsTokenGoesAlongAndIsSigned() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      AwsIdentity identity = inTurn(session(ID, NOON.plusSeconds(3_600)));
      LlmProvider provider = builder(server, CLAUDE, identity).build(InstantSource.fixed(NOON));
      assertThat(Collected.from(provider, true).failure).isNull();
      assertThat(Collected.from(provider, true).failure).as("kept while they are good").isNull();

      SigV4Check arrived = new SigV4Check(server.requests().get(1));
      assertThat(arrived.header("x-amz-security-token")).isEqualTo(SESSION);
      assertThat(arrived.field("SignedHeaders")).contains("x-amz-security-token");
      assertThat(arrived.field("Signature")).isEqualTo(arrived.signature(SECRET));
    }
  }

  @Test
  void credentialsAreRenewedBeforeTheyEndAndAfterTheyDid() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(NOON);
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      AwsIdentity identity =
          inTurn(
              session("AKIDFIRST00", NOON.plusSeconds(3_600)),
              session("AKIDSECOND0", NOON.plusSeconds(7_200)));
      LlmProvider provider = builder(server, CLAUDE, identity).build(now::get);
      assertThat(Collected.from(provider, false).failure).isNull();
      now.set(NOON.plusSeconds(3_601));
      assertThat(Collected.from(provider, false).failure).isNull();
      assertThat(new SigV4Check(server.requests().get(0)).field("Credential"))
          .startsWith("AKIDFIRST00/");
      assertThat(new SigV4Check(server.requests().get(1)).field("Credential"))
          .startsWith("AKIDSECOND0/");
    }
  }

  @Test
  void credentialsThatAwsFindsExpiredAreAskedForAgain() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            refusing("ExpiredTokenException:http://amazonaws.com/", NOON_AT_AWS),
            x -> x.respond(200, HELLO))) {
      AwsIdentity identity =
          inTurn(
              session("AKIDFIRST00", NOON.plusSeconds(3_600)),
              session("AKIDSECOND0", NOON.plusSeconds(7_200)));
      LlmProvider provider = builder(server, CLAUDE, identity).build(InstantSource.fixed(NOON));
      ChatResponse answer = client(provider).chat("Hi");
      assertThat(answer.text()).isEqualTo("Hello");
      assertThat(answer.attempts().get(0).error()).contains(ErrorKind.UNAUTHORIZED);
      assertThat(new SigV4Check(server.requests().get(1)).field("Credential"))
          .startsWith("AKIDSECOND0/");
    }
  }

  @ParameterizedTest
  @CsvSource({"-600, 600 s behind", "420, 420 s ahead of"})
  void aClockThatIsWrongIsSaidAndPutRight(int seconds, String words) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            refusing("InvalidSignatureException", NOON_AT_AWS), x -> x.respond(200, HELLO))) {
      LlmProvider provider =
          builder(server, CLAUDE, basic()).build(InstantSource.fixed(NOON.plusSeconds(seconds)));
      ProviderException failure = Collected.from(provider, false).failure;
      assertThat(failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
      assertThat(failure)
          .hasMessageContaining(
              "HTTP 403, type InvalidSignatureException; this machine's clock is "
                  + words
                  + " AWS's")
          .hasMessageContaining("NTP");
      assertThat(failure.retryHint()).contains(true);

      assertThat(Collected.from(provider, false).failure).isNull();
      SigV4Check second = new SigV4Check(server.requests().get(1));
      assertThat(second.header("x-amz-date")).isEqualTo("20261130T120000Z");
      assertThat(second.field("Signature")).isEqualTo(second.signature(SECRET));
    }
  }

  @Test
  void aClockThatIsRightIsNotBlamed() throws Exception {
    try (FaultServer server =
        FaultServer.start(refusing("UnrecognizedClientException", NOON_AT_AWS))) {
      LlmProvider provider =
          builder(server, CLAUDE, basic()).build(InstantSource.fixed(NOON.plusSeconds(50)));
      assertThat(Collected.from(provider, false).failure)
          .hasMessage("bedrock: HTTP 403, type UnrecognizedClientException");
    }
  }

  @Test
  void whoItIsShowsNowhere() throws Exception {
    AtomicReference<SigV4Check> arrived = new AtomicReference<>();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              SigV4Check request = new SigV4Check(x.request());
              arrived.set(request);
              x.respond(
                  403,
                  "{\"message\":\""
                      + x.request().length()
                      + SESSION
                      + "\",\"code\":\""
                      + ID
                      + "\"}",
                  "x-amzn-errortype: " + request.field("Signature").substring(0, 30),
                  "x-amzn-requestid: " + SESSION.substring(0, 20));
            })) {
      AwsIdentity identity = inTurn(session(ID, NOON.plusSeconds(3_600)));
      LlmProvider provider = builder(server, CLAUDE, identity).build(InstantSource.fixed(NOON));
      ProviderException failure = Collected.from(provider, false).failure;
      assertThat(failure).hasMessage("bedrock: HTTP 403").hasNoCause();
      assertThat(failure.requestId()).isEmpty();
      Credential signer = identity.signer("eu-central-1", new SigningClock(InstantSource.system()));
      assertThat(identity + " " + provider + " " + signer)
          .isEqualTo("AwsIdentity[hidden] bedrock/" + CLAUDE + " SigV4[eu-central-1]");
    }
  }

  @Test
  void aProviderThatFailsIsNotAws() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      AwsCredentialsProvider failing =
          () -> {
            throw new IllegalStateException("about " + SECRET);
          };
      LlmProvider provider = builder(server, CLAUDE, AwsIdentity.of(failing)).build();
      ProviderException failure = Collected.from(provider, false).failure;
      assertThat(failure.kind()).isEqualTo(ErrorKind.NETWORK);
      assertThat(failure)
          .hasMessage("the provider of AWS credentials failed: java.lang.IllegalStateException")
          .hasNoCause();
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void anAttemptIsClosedWhileItsProviderHangs() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    IdentityProvider<AwsCredentialsIdentity> hanging =
        new IdentityProvider<>() {
          @Override
          public Class<AwsCredentialsIdentity> identityType() {
            return AwsCredentialsIdentity.class;
          }

          @Override
          public CompletableFuture<? extends AwsCredentialsIdentity> resolveIdentity(
              ResolveIdentityRequest request) {
            asked.countDown();
            return new CompletableFuture<>();
          }
        };
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      LlmProvider provider = builder(server, CLAUDE, AwsIdentity.of(hanging)).build();
      ProviderCall call = provider.newCall(ChatRequest.of("Hi"), CallOptions.of(false));
      CompletableFuture<ProviderException> ended = new CompletableFuture<>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  call.next();
                } catch (ProviderException e) {
                  ended.complete(e);
                }
              });
      reader.start();
      asked.await();
      call.close();
      assertThat(ended.get().kind()).isEqualTo(ErrorKind.CANCELLED);
      reader.join();
    }
  }

  @Test
  void whatIsMissingIsSaidWhenTheProviderIsBuilt() {
    Bedrock.Builder noRegion =
        Bedrock.model(CLAUDE).baseUrl("https://gateway.example").iam(basic());
    assertThatThrownBy(noRegion::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Bedrock by IAM needs a region(...), which is signed");
    Bedrock.Builder both =
        Bedrock.model(CLAUDE).region("eu-central-1").apiKey(ApiKey.of("key")).iam(basic());
    assertThatThrownBy(both::build).hasMessageContaining("either an apiKey(...) or iam(...)");
    assertThatThrownBy(Bedrock.model(CLAUDE).region("eu-central-1")::build)
        .hasMessageContaining("apiKey(...), or iam(...)");
    assertThat(Bedrock.model(CLAUDE).region("eu-central-1").iam(AwsIdentity.chain()).build())
        .as("nothing is asked for before a call")
        .isNotNull();
  }

  @Test
  void withoutTheSdkTheErrorNamesTheDependencyAndAKeyStillDoes() throws Exception {
    URL[] withoutSdk =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("awssdk"))
            .map(BedrockIamTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(withoutSdk, ClassLoader.getPlatformClassLoader())) {
      Class<?> identity = loader.loadClass(AwsIdentity.class.getName());
      assertThatThrownBy(() -> identity.getMethod("chain"))
          .as("reflection looks at all methods")
          .isInstanceOf(NoClassDefFoundError.class);
      Class<?> bedrock = loader.loadClass(WithoutSdk.class.getName());
      assertThatThrownBy(() -> bedrock.getMethod("chain").invoke(null))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("software.amazon.awssdk:auth");
      assertThat(bedrock.getMethod("byKey").invoke(null)).hasToString("bedrock/m");
    }
  }

  /** Runs where there is no SDK. */
  public static final class WithoutSdk {
    private WithoutSdk() {}

    public static Object chain() {
      return AwsIdentity.chain();
    }

    public static Object byKey() {
      return Bedrock.model("m").region("eu-central-1").apiKey(ApiKey.of("key")).build();
    }
  }

  private static URL url(String entry) {
    try {
      return new File(entry).toURI().toURL();
    } catch (java.net.MalformedURLException e) {
      throw new AssertionError(e);
    }
  }
}
