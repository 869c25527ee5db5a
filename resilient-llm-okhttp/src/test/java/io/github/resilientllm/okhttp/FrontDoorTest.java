package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.connection.Clients;
import io.github.resilientllm.okhttp.internal.connection.Transport;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see: keys, builders, names and addresses. */
class FrontDoorTest {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final String HELLO =
      "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

  private static String requestLine(FaultServer server) {
    return server.requests().get(0).lines().findFirst().orElseThrow();
  }

  @Test
  void theTypesThatUsersSeeAreThese() {
    List<String> visible =
        new ClassFileImporter()
                .withImportOption(location -> !location.contains("test-classes"))
                .importPackages("io.github.resilientllm.okhttp")
                .stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getPackageName().contains(".internal"))
                .map(type -> type.getName().replace("io.github.resilientllm.okhttp.", ""))
                .sorted()
                .toList();
    assertThat(visible)
        .containsExactly(
            "Anthropic",
            "Anthropic$Builder",
            "ApiKey",
            "ApiKey$Token",
            "AwsIdentity",
            "AzureOpenAi",
            "AzureOpenAi$Builder",
            "Bedrock",
            "Bedrock$Builder",
            "Dialect",
            "Gemini",
            "Gemini$Builder",
            "OpenAi",
            "OpenAi$Builder",
            "VendorErrors");
  }

  @Test
  void aKeyIsShownNowhere() throws Exception {
    PrintStream err = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    String shown;
    try (FaultServer server = FaultServer.start(x -> x.respond(500, KEY))) {
      ApiKey key = ApiKey.of(KEY);
      OpenAi.Builder builder = OpenAi.model("m").apiKey(key).baseUrl(server.url());
      LlmProvider provider = builder.header("X-Gateway", KEY).build();
      Collected got = Collected.from(provider, true);
      shown =
          key
              + " "
              + provider
              + got.failure
              + provider.newCall(ChatRequest.of("Hi"), CallOptions.streamed())
              + Credential.bearer(key.secret());
    } finally {
      System.setErr(err);
    }
    assertThat(shown).doesNotContain(KEY).contains("ApiKey[hidden]");
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "sk-secret\n", "sk-secret\r\nX: y", "sk secret", "sk-sécret"})
  void aKeyThatIsNoneIsRefusedUnseen(String key) {
    assertThatThrownBy(() -> ApiKey.of(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The key")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> ApiKey.supplied(() -> key).secret().value().get())
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ApiKey.Token(key, Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aVariableThatIsNotSetIsNamed() {
    assertThatThrownBy(() -> ApiKey.fromEnv("RESILIENT_LLM_NO_SUCH_KEY"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RESILIENT_LLM_NO_SUCH_KEY")
        .hasMessageContaining("not set");
  }

  @Test
  void aSuppliedTokenIsAskedForEachAttempt() throws Exception {
    Iterator<String> tokens = List.of("first", "second").iterator();
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      LlmProvider provider =
          OpenAi.model("m").baseUrl(server.url()).apiKey(ApiKey.supplied(tokens::next)).build();
      Collected.from(provider, false);
      Collected.from(provider, false);
      assertThat(server.requests().get(0)).contains("Bearer first");
      assertThat(server.requests().get(1)).contains("Bearer second");
    }
  }

  @Test
  void aRefusedTokenThatRotatesMayBeTriedAgain() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(401, ""))) {
      LlmProvider provider =
          OpenAi.model("m").baseUrl(server.url()).apiKey(ApiKey.supplied(() -> "token")).build();
      assertThat(Collected.from(provider, true).failure.retryHint()).contains(true);
    }
  }

  @Test
  void aTokenThatCannotBeHadFailsTheAttemptOnly() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      LlmProvider provider =
          OpenAi.model("m")
              .baseUrl(server.url())
              .apiKey(
                  ApiKey.supplied(
                      () -> {
                        throw new IllegalStateException("secret " + KEY);
                      }))
              .build();
      ProviderException failure = Collected.from(provider, false).failure;
      assertThat(failure.kind()).isEqualTo(ErrorKind.NETWORK);
      assertThat(failure).hasMessageEndingWith("java.lang.IllegalStateException").hasNoCause();
      assertThat(server.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"'', /v1/chat/completions", "/, /v1/chat/completions", "//, /v1/chat/completions"})
  void aSlashAtTheEndOfTheBaseUrlDoesNotMatter(String end, String path) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      Collected.from(OpenAi.model("m").baseUrl(server.url() + end).build(), false);
      assertThat(requestLine(server)).isEqualTo("POST " + path + " HTTP/1.1");
      assertThat(server.requests().get(0)).doesNotContain("Authorization");
    }
  }

  @Test
  void azureHasTwoUrlsAndTwoWaysToSayWhoAsks() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      String resource = server.url().replace("/v1", "");
      Collected.from(
          AzureOpenAi.deployment("my gpt")
              .endpoint(resource)
              .apiVersion("2024-10-21")
              .apiKey(ApiKey.of(KEY))
              .build(),
          false);
      Collected.from(
          AzureOpenAi.deployment("gpt")
              .endpoint(resource + "/")
              .entraToken(ApiKey.supplied(() -> "token"))
              .build(),
          false);
      assertThat(requestLine(server))
          .isEqualTo(
              "POST /openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21 HTTP/1.1");
      assertThat(server.requests().get(0)).containsIgnoringCase("api-key: " + KEY);
      assertThat(server.requests().get(1))
          .startsWith("POST /openai/v1/chat/completions HTTP/1.1")
          .contains("Authorization: Bearer token")
          .contains("\"model\":\"gpt\"");
    }
  }

  @ParameterizedTest
  @CsvSource({"'', /v1/messages", "/, /v1/messages"})
  void anthropicIsAskedWithItsOwnHeaders(String end, String path) throws Exception {
    String hello = "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}";
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, hello, "request-id: req_1", "retry-after: 60"))) {
      for (String base : List.of(server.url() + end, server.url().replace("/v1", end))) {
        LlmProvider claude =
            Anthropic.model("claude-opus-5")
                .apiKey(ApiKey.of(KEY))
                .baseUrl(base)
                .version("2024-01-01")
                .beta("a-1")
                .beta("b-2", "a-1")
                .build();
        assertThat(claude).hasToString("anthropic/claude-opus-5");
        Collected got = Collected.from(claude, false);
        assertThat(got.text.toString()).isEqualTo("Hi");
        assertThat(got.completion.requestId()).contains("req_1");
        assertThat(claude.leavesOut(ChatRequest.builder().user("Hi").topP(1).build()))
            .containsExactly("topP");
      }
      assertThat(server.requests())
          .hasSize(2)
          .allSatisfy(
              request ->
                  assertThat(request)
                      .startsWith("POST " + path + " HTTP/1.1")
                      .containsIgnoringCase("x-api-key: " + KEY)
                      .containsIgnoringCase("anthropic-version: 2024-01-01")
                      .containsIgnoringCase("anthropic-beta: a-1,b-2")
                      .doesNotContain("Authorization"));
    }
  }

  @Test
  void aTokenForAnthropicIsABearer() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(401, "{}"))) {
      Iterator<String> tokens = List.of("one", "two", "three").iterator();
      LlmProvider claude =
          Anthropic.model("claude-opus-5")
              .authToken(ApiKey.supplied(tokens::next))
              .baseUrl(server.url())
              .build();
      assertThat(Collected.from(claude, false).failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
      assertThat(server.requests().get(0))
          .containsIgnoringCase("Authorization: Bearer one")
          .doesNotContainIgnoringCase("x-api-key");
    }
  }

  @Test
  void featuresThatAreAskedForByHeaderJoinTheOthers() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(500, "{}"))) {
      Anthropic.Builder builder =
          Anthropic.model("claude-fable-5-1").apiKey(ApiKey.of(KEY)).baseUrl(server.url());
      Collected.from(builder.header("Anthropic-Beta", "a-1, b-2").beta("c-3").build(), false);
      assertThat(server.requests().get(0)).containsIgnoringCase("anthropic-beta: a-1,b-2,c-3\r\n");
    }
  }

  @Test
  void anthropicsKeyIsShownNowhere() throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(401, "{\"error\":{\"message\":\"" + KEY + "\"}}"))) {
      LlmProvider claude =
          Anthropic.model("m").apiKey(ApiKey.of(KEY)).baseUrl(server.url()).build();
      Collected got = Collected.from(claude, true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
      assertThat(claude + " " + got.failure).doesNotContain(KEY);
    }
  }

  @Test
  void anOldAzureVersionGetsOnlyFieldsItKnows() throws Exception {
    ChatRequest request = ChatRequest.builder().user("Hi").maxOutputTokens(5).build();
    List<String> bodies = new ArrayList<>();
    for (String version : new String[] {"2024-06-01", "2024-09-01-preview"}) {
      try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
        AzureOpenAi.Builder azure = AzureOpenAi.deployment("d").apiKey(ApiKey.of(KEY));
        Collected.from(azure.endpoint(server.url()).apiVersion(version).build(), request, true);
        bodies.add(server.requests().get(0));
      }
    }
    assertThat(bodies.get(0)).contains("\"max_tokens\":5").doesNotContain("stream_options");
    assertThat(bodies.get(1)).contains("\"max_completion_tokens\":5", "include_usage");
  }

  @Test
  void mistakesAreToldWhereTheyAreMade() {
    assertThatThrownBy(() -> OpenAi.model(" ")).hasMessage("The model's name is blank");
    assertThatThrownBy(() -> OpenAi.model("m").build())
        .hasMessage("openai needs a key; call apiKey(...)");
    assertThatThrownBy(() -> OpenAi.model("m").dialect(Dialect.COMPATIBLE).build())
        .hasMessageContaining("needs a baseUrl");
    assertThatThrownBy(() -> OpenAi.model("m").baseUrl("ftp://x")).hasMessageContaining("http");
    assertThatThrownBy(() -> OpenAi.model("m").baseUrl("https://u:secret@x"))
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> OpenAi.model("m").baseUrl("https://x/?a=b"))
        .hasMessageContaining("no ?");
    assertThatThrownBy(() -> Anthropic.model("m").build())
        .hasMessage("Anthropic needs a key; call apiKey(...), or authToken(...) for a token");
    ApiKey both = ApiKey.of(KEY);
    assertThatThrownBy(() -> Anthropic.model("m").apiKey(both).authToken(both).build())
        .hasMessage("Anthropic takes either an apiKey(...) or an authToken(...), not both");
    assertThatThrownBy(() -> Anthropic.model("m").header("Anthropic-Version", "2024-01-01"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The header Anthropic-Version is set by the library; call version(...)");
    assertThatThrownBy(() -> Anthropic.model("m").version("latest")).hasMessageContaining("latest");
    assertThatThrownBy(() -> OpenAi.model("m").header("X-A", "secret\n"))
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> OpenAi.model("m").connectTimeout(Duration.ZERO))
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> AzureOpenAi.deployment("d").endpoint("https://x").build())
        .hasMessageContaining("either");
    assertThatThrownBy(() -> AzureOpenAi.deployment("d").apiVersion("latest"))
        .hasMessageContaining("latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "api-key",
        "X-Api-Key",
        "x-goog-api-key",
        "User-Agent",
        "Cache-Control",
        "Accept-Encoding",
        "Accept",
        "Host"
      })
  void headersOfTheLibraryAreNotSetByHand(String name) {
    assertThatThrownBy(() -> OpenAi.model("m").header(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The header " + name + " is set by the library; a key goes into apiKey(...)");
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1, openai",
    "https://eu.api.openai.com/v1, openai",
    "https://openai.com.example.org/v1, openai-compatible",
    "https://notopenai.com/v1, openai-compatible",
    "http://localhost:8000/v1, openai-compatible",
  })
  void aBaseUrlElsewhereIsSomebodyElse(String url, String vendor) {
    assertThat(OpenAi.model("m").baseUrl(url).build().vendor()).isEqualTo(vendor);
    assertThat(OpenAi.model("m").baseUrl(url).dialect(Dialect.OPENAI).build().vendor())
        .isEqualTo("openai");
  }

  @Test
  void aLocalServerNeedsNoKeyAndNamesItsVendor() {
    LlmProvider provider = OpenAi.model("qwen3:8b").dialect(Dialect.OLLAMA).build();
    assertThat(provider.vendor()).isEqualTo("ollama");
    assertThat(provider.model()).isEqualTo("qwen3:8b");
    assertThat(provider).hasToString("ollama/qwen3:8b");
  }

  @Test
  void aUsersClientKeepsItsPoolAndLosesItsClocksAndRedirects() {
    OkHttpClient users =
        new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(1)).followRedirects(true).build();
    OkHttpClient ours =
        Clients.client(
            new Transport(users, null, null, Duration.ofSeconds(3), Transport.KEEP_ALIVE, null));
    assertThat(ours.connectionPool()).isSameAs(users.connectionPool());
    assertThat(ours.dispatcher()).isSameAs(users.dispatcher());
    assertThat(ours.callTimeoutMillis()).isZero();
    assertThat(ours.readTimeoutMillis()).isZero();
    assertThat(ours.followRedirects()).isFalse();
    assertThat(ours.followSslRedirects()).isFalse();
  }

  @Test
  void aProxyIsUsed() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      int port = Integer.parseInt(server.url().replaceAll("\\D+(?:127.0.0.1:)(\\d+)/v1", "$1"));
      Proxy proxy =
          new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      LlmProvider provider =
          OpenAi.model("m").baseUrl("http://vendor.invalid/v1").proxy(proxy).build();
      assertThat(Collected.from(provider, false).failure).isNull();
      assertThat(requestLine(server)).contains("http://vendor.invalid/v1/chat/completions");
    }
  }

  @Test
  void oneOkHttpIsOnTheClassPathAndItIsTheExpectedOne() throws IOException {
    assertThat(Clients.copies("okhttp3/OkHttpClient.class")).hasSize(1);
    assertThat(Clients.copies("META-INF/MANIFEST.MF")).hasSizeGreaterThan(1);
    String expected = System.getProperty("expected.okhttp.version");
    if (expected != null) { // set by the build, which runs the tests on two versions
      assertThat(okhttp3.OkHttp.VERSION).isEqualTo(expected);
    }
  }
}
