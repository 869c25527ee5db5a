package io.github.resilientllm.spring.boot;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.Jvm;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import okhttp3.OkHttpClient;

/**
 * Applications with another library beside the starter, each in a JVM whose class path a test puts
 * into order, and the local server that both ask.
 */
final class Beside implements AutoCloseable {
  private static final String STREAM =
      """
      data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Hel"}}]}

      data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"lo."}}]}

      data: {"id":"1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private final WireMockServer server =
      new WireMockServer(WireMockConfiguration.options().dynamicPort());

  Beside() {
    server.start();
    server.stubFor(
        post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(VendorsTest.ANSWER)));
    server.stubFor(
        post(urlPathEqualTo("/v1/chat/completions"))
            .withRequestBody(containing("\"stream\":true"))
            .willReturn(ok(STREAM).withHeader("Content-Type", "text/event-stream")));
  }

  /** Where it answers as OpenAI does. */
  String url() {
    return server.baseUrl() + "/v1";
  }

  /** The class path of the tests, the jars of these names before all others. */
  static List<String> first(String... names) {
    List<String> order = Arrays.asList(names);
    List<String> paths = new ArrayList<>(List.of(Jvm.classPath().split(File.pathSeparator)));
    paths.sort(
        Comparator.comparingInt(
            path -> {
              int at = order.indexOf(Path.of(path).getFileName().toString());
              return at < 0 ? order.size() : at;
            }));
    return paths;
  }

  /** Starts an application with the starter's properties and others; returns what it prints. */
  String run(List<String> classPath, Class<?> main, String... properties) throws Exception {
    return Jvm.run(
        String.join(File.pathSeparator, classPath), List.of(), main, arguments(properties));
  }

  /** What a person reads on the console of an application that does not start. */
  String failure(List<String> classPath, Class<?> main, String... properties) throws Exception {
    String all = Jvm.fail(String.join(File.pathSeparator, classPath), main, arguments(properties));
    int report = all.indexOf("APPLICATION FAILED TO START");
    assertThat(report).as(all).isNotNegative();
    assertThat(all).doesNotContain("Started " + main.getSimpleName());
    return all.substring(report);
  }

  private List<String> arguments(String... properties) {
    List<String> arguments = new ArrayList<>(List.of(properties));
    arguments.add("--spring.main.banner-mode=off");
    arguments.add("--resilient-llm.providers.openai.base-url=" + url());
    arguments.add("--resilient-llm.providers.openai.api-key=sk-hush");
    arguments.add("--resilient-llm.targets.gpt.provider=openai");
    arguments.add("--resilient-llm.targets.gpt.model=m");
    return arguments;
  }

  /** Asks by our client and says what it answers, and by which OkHttp; called in that JVM. */
  static void ask(LlmClient llm) throws Exception {
    System.out.println("ours: " + llm.chat("Hello?").text());
    try (ChatStream stream = llm.stream("Hello?")) {
      System.out.println("ours, streamed: " + stream.response().text());
    }
    Path jar =
        Path.of(OkHttpClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    System.out.println("OkHttp: " + jar.getFileName());
  }

  @Override
  public void close() {
    server.stop();
  }
}
