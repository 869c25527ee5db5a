package io.github.resilientllm.spring.boot;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.AwsIdentity;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmCredentials;
import io.github.resilientllm.spring.LlmOkHttpCustomizer;
import io.github.resilientllm.spring.boot.Apps.Plain;
import io.github.resilientllm.testing.SigV4Check;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Providers of the okhttp module by their properties, against a local SERVER. */
class VendorsTest {
  static final String ANSWER =
      """
      {"id":"1","model":"m","choices":[{"index":0,"finish_reason":"stop",
       "message":{"role":"assistant","content":"Hello."}}],
       "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

  private static final String CONVERSED =
      """
      {"output":{"message":{"role":"assistant","content":[{"text":"Hello."}]}},
       "stopReason":"end_turn"}""";

  private static final String ONE_ATTEMPT = "resilient-llm.policies.default.retry.max-attempts=1";

  private static final WireMockServer SERVER =
      new WireMockServer(WireMockConfiguration.options().dynamicPort());

  @BeforeAll
  static void start() {
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
  }

  @AfterEach
  void forget() {
    SERVER.resetAll();
  }

  @ParameterizedTest
  @CsvSource({
    "openai, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "groq, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "mistral, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "deepseek, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "openrouter, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "vllm, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "ollama, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "lm-studio, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "compatible, /v1, /v1/chat/completions, Authorization, Bearer sk-hush",
    "azure-openai, '', /openai/v1/chat/completions, api-key, sk-hush",
    "anthropic, '', /v1/messages, x-api-key, sk-hush",
    "gemini, /v1beta, /v1beta/models/m:generateContent, x-goog-api-key, sk-hush",
    "bedrock, '', /model/m/converse, Authorization, Bearer sk-hush",
  })
  void aProviderThatIsNamedLikeItsTypeAsksThere(
      String name, String base, String path, String header, String value) {
    SERVER.stubFor(any(anyUrl()).willReturn(WireMock.status(400)));
    String at = "resilient-llm.providers." + name;
    try (ConfigurableApplicationContext app =
        Apps.start(
            Plain.class,
            at + ".base-url=" + SERVER.baseUrl() + base,
            at + ".api-key=sk-hush",
            at + ".headers.X-Team=support",
            "resilient-llm.targets." + name + ".model=m")) {
      assertThat(catchThrowable(() -> app.getBean(LlmClient.class).chat("Hello?"))).isNotNull();
    }
    LoggedRequest sent = sent();
    assertThat(sent.getUrl()).isEqualTo(path);
    assertThat(sent.getHeader(header)).isEqualTo(value);
    assertThat(sent.getHeader("X-Team")).isEqualTo("support");
  }

  @ParameterizedTest
  @ValueSource(classes = {Plain.class, Identified.class})
  void aRequestToBedrockIsSignedByWhatTheAwsSdkFindsOrByABean(Class<?> kind) throws Exception {
    SERVER.stubFor(post(urlPathEqualTo("/model/m/converse")).willReturn(okJson(CONVERSED)));
    String at = "resilient-llm.providers.bedrock";
    System.setProperty("aws.accessKeyId", "AKIDFOUND");
    System.setProperty("aws.secretAccessKey", "found-hush");
    try (ConfigurableApplicationContext app =
        Apps.start(
            kind,
            at + ".iam=true",
            at + ".region=eu-central-1",
            at + ".base-url=" + SERVER.baseUrl(),
            "resilient-llm.targets.bedrock.model=m")) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("Hello.");
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
    boolean found = kind == Plain.class;
    SigV4Check arrived = check(sent());
    assertThat(arrived.field("Credential"))
        .startsWith(found ? "AKIDFOUND/" : "AKIDBEAN/")
        .endsWith("/eu-central-1/bedrock/aws4_request");
    assertThat(arrived.field("Signature"))
        .isEqualTo(arrived.signature(found ? "found-hush" : "bean-hush"));
  }

  /** As AWS reads it. */
  private static SigV4Check check(LoggedRequest sent) {
    String headers =
        sent.getHeaders().all().stream()
            .map(header -> header.key() + ": " + header.firstValue() + "\r\n")
            .collect(Collectors.joining());
    return new SigV4Check(
        sent.getMethod()
            + " "
            + sent.getUrl()
            + " HTTP/1.1\r\n"
            + headers
            + "\r\n"
            + sent.getBodyAsString());
  }

  @Configuration(proxyBeanMethods = false)
  static class Identified {
    @Bean
    AwsIdentity identity() {
      AwsCredentials credentials = AwsBasicCredentials.create("AKIDBEAN", "bean-hush");
      return AwsIdentity.of(StaticCredentialsProvider.create(credentials));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class WithOllama extends Plain {
    @Bean
    OllamaConnectionDetails ollama() {
      return SERVER::baseUrl;
    }
  }

  @Test
  void anOllamaThatWasStartedForTheApplicationIsAskedInPlaceOfTheProperty() {
    SERVER.stubFor(any(anyUrl()).willReturn(okJson(ANSWER)));
    try (ConfigurableApplicationContext app =
        Apps.start(
            WithOllama.class,
            "resilient-llm.providers.local.dialect=ollama",
            "resilient-llm.providers.local.base-url=http://localhost:1/v1",
            "resilient-llm.targets.qwen.provider=local",
            "resilient-llm.targets.qwen.model=qwen3:8b")) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("Hello.");
    }
    assertThat(sent().getUrl()).isEqualTo("/v1/chat/completions");
  }

  @Test
  void onlyProvidersOfThatDialectGoThere() {
    SERVER.stubFor(any(anyUrl()).willReturn(okJson(ANSWER)));
    try (ConfigurableApplicationContext app =
        Apps.start(
            WithOllama.class,
            "resilient-llm.providers.vllm.base-url=" + SERVER.baseUrl() + "/elsewhere",
            "resilient-llm.targets.qwen.provider=vllm",
            "resilient-llm.targets.qwen.model=qwen3:8b")) {
      app.getBean(LlmClient.class).chat("Hello?");
    }
    assertThat(sent().getUrl()).isEqualTo("/elsewhere/chat/completions");
  }

  @Test
  void aTypeADialectAndAnApiVersionAreSet() {
    SERVER.stubFor(any(anyUrl()).willReturn(WireMock.status(400)));
    try (ConfigurableApplicationContext app =
        Apps.start(
            Plain.class,
            "resilient-llm.providers.ours.type=azure-openai",
            "resilient-llm.providers.ours.base-url=" + SERVER.baseUrl(),
            "resilient-llm.providers.ours.api-key=sk-hush",
            "resilient-llm.providers.ours.api-version=2024-10-21",
            "resilient-llm.targets.gpt.provider=ours",
            "resilient-llm.targets.gpt.model=support-gpt")) {
      assertThat(catchThrowable(() -> app.getBean(LlmClient.class).chat("Hello?"))).isNotNull();
    }
    assertThat(sent().getUrl())
        .isEqualTo("/openai/deployments/support-gpt/chat/completions?api-version=2024-10-21");
  }

  @Test
  void anEnvironmentVariableOverridesAPropertyAndAPlaceholderIsResolved() {
    SERVER.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(ANSWER)));
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(
                    "RESILIENTLLM_PROVIDERS_OPENAI_APIKEY", "sk-env",
                    "RESILIENTLLM_TARGETS_GPT_MODEL", "m2",
                    "LLM_URL", SERVER.baseUrl() + "/v1")));
    SpringApplication application = new SpringApplication(Plain.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setEnvironment(environment);
    application.setDefaultProperties(
        Map.of(
            "resilient-llm.providers.openai.api-key", "sk-file",
            "resilient-llm.providers.openai.base-url", "${LLM_URL}",
            "resilient-llm.targets.gpt.provider", "openai",
            "resilient-llm.targets.gpt.model", "m1"));
    try (ConfigurableApplicationContext app = application.run()) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("Hello.");
    }
    assertThat(sent().getHeader("Authorization")).isEqualTo("Bearer sk-env");
    assertThat(sent().getBodyAsString()).contains("\"m2\"");
  }

  @Test
  void aKeyMayComeFromABeanThatIsAskedForEachAttempt() {
    SERVER.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(ANSWER)));
    try (ConfigurableApplicationContext app =
        Apps.start(
            Rotated.class,
            "resilient-llm.providers.openai.base-url=" + SERVER.baseUrl() + "/v1",
            "resilient-llm.providers.openai.api-key=sk-property",
            "resilient-llm.providers.groq.base-url=" + SERVER.baseUrl() + "/v1",
            "resilient-llm.providers.groq.api-key=sk-groq",
            "resilient-llm.targets.openai.model=m",
            "resilient-llm.targets.groq.model=m",
            "resilient-llm.default-policy=one",
            "resilient-llm.policies.one.targets=openai",
            "resilient-llm.policies.other.targets=groq")) {
      LlmClients clients = app.getBean(LlmClients.class);
      clients.client().chat("Hello?");
      clients.client().chat("Hello?");
      clients.client("other").chat("Hello?");
    }
    assertThat(SERVER.getAllServeEvents().stream().map(event -> event.getRequest()))
        .extracting(request -> request.getHeader("Authorization"))
        .containsExactly("Bearer sk-groq", "Bearer sk-2", "Bearer sk-1"); // the last one first
  }

  @ParameterizedTest
  @CsvSource({
    "azure-openai, , /openai/v1/chat/completions, Authorization",
    "azure-openai, protocol=responses, /openai/v1/responses, Authorization",
    "anthropic, , /v1/messages, Authorization",
    "anthropic, vertex.project=p;vertex.location=eu,"
        + " /projects/p/locations/eu/publishers/anthropic/models/m:rawPredict, Authorization",
    "gemini, vertex.project=p;vertex.location=eu,"
        + " /projects/p/locations/eu/publishers/google/models/m:generateContent, Authorization",
    "openai, protocol=responses, /responses, Authorization",
    "openai, protocol=responses;background=true, /responses, Authorization",
    "openai, protocol=chat-completions, /chat/completions, Authorization",
  })
  void aTokenThatEndsGoesWhereTheVendorWantsIt(
      String type, String more, String path, String header) {
    SERVER.stubFor(any(anyUrl()).willReturn(WireMock.status(400)));
    String at = "resilient-llm.providers.ours.";
    Stream<String> set =
        Stream.of(
            at + "type=" + type,
            at + "base-url=" + SERVER.baseUrl(),
            "resilient-llm.targets.ours.model=m");
    Stream<String> also =
        more == null ? Stream.empty() : Stream.of(more.split(";")).map(each -> at + each);
    try (ConfigurableApplicationContext app =
        Apps.start(Tokens.class, Stream.concat(set, also).toArray(String[]::new))) {
      assertThat(catchThrowable(() -> app.getBean(LlmClient.class).chat("Hello?"))).isNotNull();
    }
    assertThat(sent().getUrl()).isEqualTo(path);
    assertThat(sent().getHeader(header)).isEqualTo("Bearer token-1");
    if (more != null && more.contains("background")) {
      assertThat(sent().getBodyAsString()).contains("\"background\":true");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Tokens extends Plain {
    @Bean
    LlmCredentials tokens() {
      return new LlmCredentials() {
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public @Nullable Supplier<String> key(String provider) {
          return null;
        }

        @Override
        public @Nullable Supplier<Token> token(String provider) {
          return () -> new Token("token-" + asked.incrementAndGet(), Instant.MAX);
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Rotated extends Plain {
    @Bean
    LlmCredentials keys() {
      AtomicInteger asked = new AtomicInteger();
      return provider -> provider.equals("openai") ? () -> "sk-" + asked.incrementAndGet() : null;
    }
  }

  @Test
  void aCustomizerChangesTheClientOfAProvider() {
    SERVER.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(ANSWER)));
    try (ConfigurableApplicationContext app = Apps.start(Customized.class, openAi("/v1"))) {
      app.getBean(LlmClient.class).chat("Hello?");
    }
    assertThat(sent().getHeader("X-Audit")).isEqualTo("openai");
  }

  @Test
  void aClientOfItsOwnReadsTheTrustStoreNoSecondTime() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Watched.class,
            "resilient-llm.providers.openai.api-key=sk-hush",
            "resilient-llm.providers.openai.connect-timeout=5s",
            "resilient-llm.providers.groq.api-key=sk-hush",
            "resilient-llm.targets.openai.model=m",
            "resilient-llm.targets.groq.model=m",
            "resilient-llm.policies.default.targets=openai,groq")) {
      Map<String, OkHttpClient> made = app.getBean(Watched.class).made;
      OkHttpClient one = made.get("openai");
      OkHttpClient other = made.get("groq");
      assertThat(one.connectTimeoutMillis()).isEqualTo(5000);
      assertThat(one.sslSocketFactory()).isSameAs(other.sslSocketFactory());
      assertThat(one.connectionPool()).isNotSameAs(other.connectionPool());
      assertThat(one.dispatcher()).isNotSameAs(other.dispatcher());
    }
  }

  @Test
  void aClientOfItsOwnSendsAtOnceAndShowsSignsOfLifeAsTheOthersDo() {
    SERVER.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(ANSWER)));
    try (ConfigurableApplicationContext app = Apps.start(Connected.class, openAi("/v1"))) {
      app.getBean(LlmClient.class).chat("Hello?");
      assertThat(app.getBean(Connected.class).sockets)
          .containsExactly("no delay: true, keep alive: true");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Connected extends Plain {
    final List<String> sockets = new CopyOnWriteArrayList<>();

    @Bean
    LlmOkHttpCustomizer watching() {
      return (provider, client) ->
          client.addNetworkInterceptor(
              chain -> {
                Socket socket = Objects.requireNonNull(chain.connection()).socket();
                sockets.add(
                    "no delay: %s, keep alive: %s"
                        .formatted(socket.getTcpNoDelay(), socket.getKeepAlive()));
                return chain.proceed(chain.request());
              });
    }
  }

  @Test
  void aTimeToConnectOrAProxyAloneIsNoReasonForAnotherPool() {
    ProviderProperties settings =
        new ProviderProperties(
            null,
            null,
            null,
            null,
            null,
            null,
            Duration.ofSeconds(5),
            null,
            null,
            false,
            new ProviderProperties.ProxyProperties(
                "proxy", 3128, ProviderProperties.ProxyType.HTTP, null, null),
            null,
            null,
            false,
            false,
            null,
            Map.of());
    assertThat(new OkHttpClients(null, List.of()).client("openai", settings)).isNull();
  }

  @Configuration(proxyBeanMethods = false)
  static class Watched extends Plain {
    final Map<String, OkHttpClient> made = new ConcurrentHashMap<>();

    @Bean
    LlmOkHttpCustomizer watching() {
      return (provider, client) -> made.put(provider, client.build());
    }
  }

  @Test
  void aProxyIsAsked() {
    SERVER.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(ANSWER)));
    try (ConfigurableApplicationContext app =
        Apps.start(
            Plain.class,
            "resilient-llm.providers.openai.base-url=http://vendor.invalid/v1",
            "resilient-llm.providers.openai.allow-key-over-plain-http=true",
            "resilient-llm.providers.openai.api-key=sk-hush",
            "resilient-llm.providers.openai.connect-timeout=5s",
            "resilient-llm.providers.openai.proxy.host=localhost",
            "resilient-llm.providers.openai.proxy.port=" + SERVER.port(),
            "resilient-llm.targets.openai.model=m")) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("Hello.");
    }
    assertThat(sent().getHeader("Host")).isEqualTo("vendor.invalid");
  }

  @Test
  void aBundleOfSpringBootSecuresTheConnection(@TempDir Path directory) throws Exception {
    Path keys = directory.resolve("keys.p12");
    makeKeys(keys);
    WireMockServer secure = secure(keys);
    try (ConfigurableApplicationContext app =
        Apps.start(
            Plain.class,
            secureOpenAi(
                secure, keys, "spring.ssl.bundle.jks.local.options.enabled-protocols=TLSv1.3"))) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("Hello.");
    } finally {
      secure.stop();
    }
  }

  @Test
  void connectionsAreMadeWithWhatAReloadedBundleHolds(@TempDir Path directory) throws Exception {
    Path keys = directory.resolve("keys.p12");
    Path others = directory.resolve("others.p12");
    makeKeys(keys);
    makeKeys(others);
    WireMockServer secure = secure(keys);
    try (ConfigurableApplicationContext app =
        Apps.start(Plain.class, secureOpenAi(secure, others, ONE_ATTEMPT))) {
      LlmClient llm = app.getBean(LlmClient.class);
      assertThat(catchThrowable(() -> llm.chat("Hello?")))
          .hasMessageContaining("SSLHandshakeException");
      reload(app, keys);
      assertThat(llm.chat("Hello?").text()).isEqualTo("Hello.");
      reload(app, others); // no idle connection outlives the certificate that it was trusted by
      assertThat(catchThrowable(() -> llm.chat("Hello?")))
          .hasMessageContaining("SSLHandshakeException");
    } finally {
      secure.stop();
    }
  }

  private static void reload(ConfigurableApplicationContext app, Path trusted) throws Exception {
    KeyStore store = KeyStore.getInstance(trusted.toFile(), "hush-hush".toCharArray());
    app.getBean(SslBundleRegistry.class)
        .updateBundle("local", SslBundle.of(SslStoreBundle.of(null, null, store)));
  }

  private static WireMockServer secure(Path keys) {
    WireMockServer secure =
        new WireMockServer(
            WireMockConfiguration.options()
                .httpDisabled(true)
                .dynamicHttpsPort()
                .keystoreType("PKCS12")
                .keystorePath(keys.toString())
                .keystorePassword("hush-hush")
                .keyManagerPassword("hush-hush"));
    secure.start();
    secure.stubFor(post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(ANSWER)));
    return secure;
  }

  private static String[] secureOpenAi(WireMockServer server, Path trusted, String property) {
    return new String[] {
      "resilient-llm.providers.openai.base-url=https://localhost:" + server.httpsPort() + "/v1",
      "resilient-llm.providers.openai.api-key=sk-hush",
      "resilient-llm.providers.openai.ssl.bundle=local",
      "resilient-llm.targets.openai.model=m",
      "spring.ssl.bundle.jks.local.truststore.location=file:" + trusted,
      "spring.ssl.bundle.jks.local.truststore.password=hush-hush",
      property
    };
  }

  private static void makeKeys(Path file) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                "hush-hush",
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
  }

  private String[] openAi(String base) {
    return Stream.of(
            "resilient-llm.providers.openai.base-url=" + SERVER.baseUrl() + base,
            "resilient-llm.providers.openai.api-key=sk-hush",
            "resilient-llm.targets.openai.model=m")
        .toArray(String[]::new);
  }

  private LoggedRequest sent() {
    List<LoggedRequest> all = SERVER.findAll(WireMock.anyRequestedFor(anyUrl()));
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Configuration(proxyBeanMethods = false)
  static class Customized {
    @Bean
    LlmOkHttpCustomizer audited() {
      return (provider, client) ->
          client.addInterceptor(
              chain ->
                  chain.proceed(chain.request().newBuilder().header("X-Audit", provider).build()));
    }
  }
}
