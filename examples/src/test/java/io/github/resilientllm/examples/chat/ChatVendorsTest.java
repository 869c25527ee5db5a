package io.github.resilientllm.examples.chat;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.notFound;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A chat with several vendors, and whose key goes where. */
class ChatVendorsTest {
  private static final Map<String, String> KEYS =
      Map.of("OPENAI_API_KEY", "sk-secret-1", "ANTHROPIC_API_KEY", "sk-secret-2");

  private final Terminal terminal = Terminal.piped("How are you?");

  private int chat(Map<String, String> environment, String... options) {
    List<String> words = new ArrayList<>(List.of("chat"));
    words.addAll(List.of(options));
    return new CommandLine("test", List.of(new ChatCommand(environment, Duration.ofMillis(1))))
        .run(words, terminal.screen());
  }

  @ParameterizedTest
  @CsvSource({"openai", "anthropic", "gemini"})
  void theFirstMayBeOfAnyVendor(String vendor) {
    try (LocalVendor local = LocalVendor.start(q -> says("I am " + q.model()))) {
      String[] options = {"--vendor", vendor, "--base-url", local.baseUrl(), "--model", "m"};
      assertThat(chat(Map.of(), options)).isZero();
      assertThat(terminal.out()).isEqualToNormalizingNewlines("I am m\n");
      assertThat(terminal.err()).contains("3 tokens in, 3 out", "1 attempt");
    }
  }

  @ParameterizedTest
  @CsvSource({"openai, anthropic", "anthropic, gemini", "gemini, openai"})
  void aFallbackMayBeOfAnotherVendor(String first, String second) {
    Reply missing = new Reply.Refusal(404, "model_not_found", "No such model.", 0);
    try (LocalVendor one = LocalVendor.start(q -> missing);
        LocalVendor two = LocalVendor.start(q -> says("I am " + q.model()))) {
      String[] options = {
        "--vendor",
        first,
        "--base-url",
        one.baseUrl(),
        "--model",
        "a",
        "--fallback",
        second + "/b",
        "--fallback-base-url",
        two.baseUrl()
      };
      assertThat(chat(Map.of(), options)).isZero();
      assertThat(terminal.out()).isEqualToNormalizingNewlines("I am b\n");
      assertThat(terminal.err()).contains("[b@127.0.0.1:", "2 attempts");
    }
  }

  @Test
  void aModelWithASlashInItsNameIsTheServersOwn() {
    try (LocalVendor local = LocalVendor.start(q -> answerOfSlash(q.model()))) {
      String[] options = {
        "--base-url", local.baseUrl(), "--model", "a", "--fallback", "mistralai/b"
      };
      assertThat(chat(Map.of(), options)).isZero();
      assertThat(terminal.out()).isEqualToNormalizingNewlines("I am mistralai/b\n");
    }
  }

  private static Reply answerOfSlash(String model) {
    return model.contains("/")
        ? says("I am " + model)
        : new Reply.Refusal(404, "model_not_found", "No such model.", 0);
  }

  @Test
  void aServerOfAnotherAddressIsShownNoKeyThatWasNotNamedForIt() {
    assertThat(headersOfTwoServers()).containsExactly("", "");
  }

  @Test
  void theFirstServersKeyIsNotShownToTheSecond() {
    assertThat(headersOfTwoServers("--key-env", "OPENAI_API_KEY"))
        .containsExactly("Bearer sk-secret-1", "");
  }

  @Test
  void theSecondServersKeyIsNotShownToTheFirst() {
    assertThat(headersOfTwoServers("--fallback-key-env", "ANTHROPIC_API_KEY"))
        .containsExactly("", "sk-secret-2");
  }

  /** The key that OpenAI's and that Anthropic's server got, all there is in any header. */
  private List<String> headersOfTwoServers(String... keyOptions) {
    WireMockServer one = server();
    WireMockServer two = server();
    try {
      List<String> options = new ArrayList<>(List.of("--base-url", one.baseUrl(), "--model", "a"));
      options.addAll(List.of("--fallback", "anthropic/b", "--fallback-base-url", two.baseUrl()));
      options.addAll(List.of(keyOptions));
      assertThat(chat(KEYS, options.toArray(String[]::new))).isOne();
      return List.of(secrets(one), secrets(two));
    } finally {
      one.stop();
      two.stop();
    }
  }

  private static WireMockServer server() {
    WireMockServer server =
        new WireMockServer(WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    server.stubFor(any(anyUrl()).willReturn(notFound()));
    server.start();
    return server;
  }

  private static String secrets(WireMockServer server) {
    assertThat(server.getAllServeEvents()).hasSize(1);
    return server.getAllServeEvents().get(0).getRequest().getHeaders().all().stream()
        .flatMap(header -> header.values().stream())
        .filter(value -> value.contains("secret"))
        .findFirst()
        .orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--vendor antropic | unknown vendor \"antropic\"; did you mean \"anthropic\"?; known are openai,",
        "--vendor bicycle | unknown vendor \"bicycle\"; known are openai, anthropic, gemini,",
        "--vendor groq | no key: set GROQ_API_KEY, name another variable with --key-env",
        "--vendor ollama | --vendor ollama needs a model: --model NAME",
        "--fallback antropic/m | unknown vendor \"antropic\" in --fallback; did you mean \"anthropic\"?",
        "--fallback anthropic | --fallback anthropic names no model; give both: --fallback anthropic/MODEL",
        "--fallback anthropic/ | --fallback anthropic/ names no model",
        "--fallback gemini/m | no key: set GEMINI_API_KEY, name another variable with --fallback-key-env",
        "--fallback bedrock/m | no key: set AWS_BEARER_TOKEN_BEDROCK",
        "--fallback bedrock/m --fallback-key-env OPENAI_API_KEY | AWS_REGION is not set",
        "--fallback azure/m --fallback-key-env OPENAI_API_KEY | AZURE_OPENAI_ENDPOINT is not set",
        "--fallback gpt-4.1-mini | openai/gpt-4.1-mini is asked twice",
        "--fallback anthropic/m --fallback gemini/m --fallback-key-env OPENAI_API_KEY"
            + " | --fallback-key-env names one key",
      })
  void aMistakeIsOneLineThatNamesIt(String line, String message) {
    assertThat(chat(KEYS, line.split(" "))).isEqualTo(2);
    assertThat(terminal.err())
        .startsWith("error: ")
        .contains(message)
        .doesNotContain("secret")
        .hasLineCount(1);
  }

  private static Reply says(String text) {
    return Reply.Answer.of(text, Duration.ZERO, Duration.ZERO);
  }
}
