package io.github.resilientllm.spring.chaos;

import static io.github.resilientllm.test.LlmAssertions.assertThat;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration;
import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.junit.LlmOutageTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The kit's vendors in a test of an application of Spring Boot, as docs/testing.md shows it. */
@SpringBootTest(
    classes = VendorPropertiesTest.App.class,
    properties = {
      "resilient-llm.providers.openai.api-key=not-a-secret",
      "resilient-llm.targets.openai.model=gpt-4.1-mini"
    })
@LlmOutageTest
class VendorPropertiesTest {
  static final Vendor openai = Vendor.start("openai");

  @DynamicPropertySource
  static void urls(DynamicPropertyRegistry registry) {
    registry.add("resilient-llm.providers.openai.base-url", openai::baseUrl);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(ResilientLlmAutoConfiguration.class)
  static class App {}

  @Autowired private LlmClient llm;

  @AfterAll
  static void close() {
    openai.close();
  }

  @Test
  void theApplicationAsksIt() {
    assertThat(Call.of(() -> llm.chat("Hello?").text(), openai)).answeredBy(openai);
  }

  @Test
  void aScriptIsForOneTest() {
    openai.streams(3).tokens().thenEndsUnfinished().once();
    assertThat(Call.of(() -> llm.chat("Hello?").text(), openai)).neverTruncated();
  }
}
