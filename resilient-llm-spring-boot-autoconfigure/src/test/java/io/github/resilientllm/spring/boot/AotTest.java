package io.github.resilientllm.spring.boot;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.github.resilientllm.spring.AheadOfTime;
import io.github.resilientllm.spring.Jvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor.Settings;

/** An application that was processed ahead of time, started on a JVM as such. */
class AotTest {
  @TempDir private Path directory;

  @Test
  void anApplicationProcessedAheadOfTimeStartsAndCalls() throws Exception {
    WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort());
    server.start();
    server.stubFor(
        post(urlPathEqualTo("/v1/chat/completions")).willReturn(okJson(VendorsTest.ANSWER)));
    try {
      String[] properties = {
        "--spring.main.banner-mode=off",
        "--resilient-llm.providers.openai.base-url=" + server.baseUrl() + "/v1",
        "--resilient-llm.providers.openai.api-key=sk-hush",
        "--resilient-llm.targets.gpt.provider=openai",
        "--resilient-llm.targets.gpt.model=m",
        "--resilient-llm.policies.default.timeout=20s",
        "--resilient-llm.policies.support.base-policy=default",
        "--resilient-llm.policies.night.retry.max-attempts=1",
        "--resilient-llm.journal.directory=" + directory.resolve("journal"),
        "--resilient-llm.outbox.directory=" + directory.resolve("outbox")
      };
      process(properties);
      AheadOfTime.compile(directory.resolve("sources"), classes());

      String said =
          Jvm.run(
              String.join(
                  File.pathSeparator,
                  classes().toString(),
                  directory.resolve("resources").toString(),
                  Jvm.classPath()),
              List.of("-Dspring.aot.enabled=true"),
              AotApp.class,
              with(properties, "--resilient-llm.policies.later.timeout=9s"));

      assertThat(said)
          .contains("Starting AOT-processed AotApp")
          .contains("said: Hello.Hello.Hello. by ")
          .contains("taken: Hello.")
          .contains("LlmClient[default]LlmClient[support]LlmClient[night]LlmClient[later]");
      assertThat(resources()).contains("io.github.resilientllm.spring.boot.Secret");
    } finally {
      server.stop();
    }
  }

  @Test
  void oneThatHadNoTargetsWhenItWasProcessedSaysSo() throws Exception {
    process("--spring.main.banner-mode=off");
    AheadOfTime.compile(directory.resolve("sources"), classes());
    String said =
        Jvm.fail(
            classes() + File.pathSeparator + Jvm.classPath(),
            List.of("-Dspring.aot.enabled=true"),
            AotApp.class,
            List.of(
                "--resilient-llm.providers.openai.api-key=sk-hush",
                "--resilient-llm.targets.gpt.provider=openai",
                "--resilient-llm.targets.gpt.model=m"));
    assertThat(said)
        .contains("There are targets now, but there were none when the application was processed")
        .contains("of one target at least when the application is built");
  }

  private static List<String> with(String[] properties, String more) {
    List<String> all = new ArrayList<>(List.of(properties));
    all.add(more);
    return all;
  }

  private void process(String... arguments) {
    Settings settings =
        Settings.builder()
            .sourceOutput(directory.resolve("sources"))
            .resourceOutput(directory.resolve("resources"))
            .classOutput(classes())
            .groupId("io.github.resilientllm")
            .artifactId("aot-app")
            .build();
    new SpringApplicationAotProcessor(AotApp.class, settings, arguments).process();
  }

  /** All that was written for a native image. */
  private String resources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory.resolve("resources"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private Path classes() {
    return directory.resolve("classes");
  }
}
