package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.boot.Apps.Plain;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.support.GenericApplicationContext;

/** Providers that a start does not wait for. */
class LateProviderTest {
  private static ProviderProperties settings(String baseUrl) {
    return new ProviderProperties(
        null,
        null,
        baseUrl,
        Secret.of("sk-hush"),
        null,
        null,
        null,
        null,
        null,
        false,
        null,
        null,
        null,
        false,
        false,
        null,
        Map.of());
  }

  private static OkHttpVendors vendors() {
    return new OkHttpVendors(new OkHttpClients(null, List.of()), List.of(), () -> null, () -> null);
  }

  @ParameterizedTest
  @CsvSource({"openai, o4-mini", "anthropic, claude-sonnet-4-5", "gemini, gemini-2.5-pro"})
  void areWhatTheyWouldHaveBeen(String name, String model) {
    LateProvider late = (LateProvider) vendors().provider(name, settings(null), model);
    assertThat(late.vendor()).isEqualTo(late.provider().vendor());
    assertThat(late.model()).isEqualTo(late.provider().model());
    assertThat(late.capabilities()).isEqualTo(late.provider().capabilities());
    assertThat(late.cannotServe(ChatRequest.of("Why?"))).isEmpty();
    assertThat(late.leavesOut(ChatRequest.of("Why?"))).isEmpty();
    assertThat(late.provider()).isSameAs(late.provider());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:1", "https://gateway.example.com/v1"})
  void areOnlyThoseOfWhichNothingButTheKeyIsSaid(String baseUrl) {
    assertThat(vendors().provider("openai", settings(baseUrl), "gpt-4.1"))
        .isNotInstanceOf(LateProvider.class);
  }

  @Test
  void areMadeWhenTheApplicationIsReady() {
    OkHttpVendors vendors = vendors();
    LateProvider late = (LateProvider) vendors.provider("openai", settings(null), "gpt-4.1");
    assertThat(late.isMade()).isFalse();
    vendors.onApplicationEvent(
        new ApplicationReadyEvent(
            new SpringApplication(Plain.class),
            new String[0],
            new GenericApplicationContext(),
            Duration.ZERO));
    Until.isTrue(late::isMade);
  }
}
