package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.boot.Apps.Plain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Names with dashes, beside environment variables, which have none. */
@ExtendWith(OutputCaptureExtension.class)
class SpellingsTest {

  @Test
  void aTargetWithADashIsNotDoubledByAVariable() {
    Map<String, Object> file = file();
    file.remove("resilient-llm.targets.gpt.model");
    file.remove("resilient-llm.targets.gpt.provider");
    file.remove("resilient-llm.policies.my-support.targets");
    try (ConfigurableApplicationContext app =
        start(file, Map.of("RESILIENTLLM_TARGETS_CLAUDESONNET_MODEL", "claude-opus-4-5"))) {
      LlmClients clients = app.getBean(LlmClients.class);
      assertThat(clients.resilient("my-support").plan().targets()).containsExactly("claude-sonnet");
      assertThat(clients.resilient("my-support").targets().get(0).model())
          .isEqualTo("claude-opus-4-5");
    }
  }

  @Test
  void aPolicyWithADashIsNotDoubledByAVariable() {
    try (ConfigurableApplicationContext app =
        start(file(), Map.of("RESILIENTLLM_POLICIES_MYSUPPORT_TIMEOUT", "7s"))) {
      LlmClients clients = app.getBean(LlmClients.class);
      assertThat(clients.policies()).containsExactly("my-support");
      assertThat(clients.resilient("my-support").plan().longest())
          .isEqualTo(java.time.Duration.ofSeconds(7));
      assertThat(app.getBeanNamesForType(io.github.resilientllm.chat.LlmClient.class))
          .containsExactlyInAnyOrder("resilientLlmClient", "resilientLlmClient.my-support");
    }
  }

  @Test
  void aKeyInTheVariableThatStartUpAdvisesIsTheProvidersKey() {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("resilient-llm.providers.azure-openai.base-url", "https://us.openai.azure.com");
    file.put("resilient-llm.targets.azure-openai.model", "gpt");
    try (ConfigurableApplicationContext app =
        start(file, Map.of("RESILIENTLLM_PROVIDERS_AZUREOPENAI_APIKEY", "sk-hush"))) {
      assertThat(app.getBean(LlmClients.class).resilient("default").plan().targets())
          .containsExactly("azure-openai");
    }
  }

  @Test
  void variablesAloneNameTypesAndReferencesToo() {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("RESILIENTLLM_PROVIDERS_LMSTUDIO_CONNECTTIMEOUT", "2s");
    variables.put("RESILIENTLLM_TARGETS_BIGONE_PROVIDER", "lm-studio");
    variables.put("RESILIENTLLM_TARGETS_BIGONE_MODEL", "big");
    variables.put("RESILIENTLLM_TARGETS_SMALLONE_PROVIDER", "lmstudio");
    variables.put("RESILIENTLLM_TARGETS_SMALLONE_MODEL", "small");
    variables.put("RESILIENTLLM_POLICIES_DAYTIME_TARGETS", "big-one,small-one");
    variables.put("RESILIENTLLM_POLICIES_NIGHTTIME_BASEPOLICY", "day-time");
    variables.put("RESILIENTLLM_DEFAULTPOLICY", "Day-Time");
    try (ConfigurableApplicationContext app = start(Map.of(), variables)) {
      LlmClients clients = app.getBean(LlmClients.class);
      assertThat(clients.defaultPolicy()).isEqualTo("daytime");
      assertThat(clients.resilient("nighttime").plan().targets())
          .containsExactly("bigone", "smallone");
      assertThat(clients.resilient("night-time")).isSameAs(clients.resilient("nighttime"));
    }
  }

  @Test
  void variablesAloneChooseTheJournalAndItsSettings(@TempDir Path directory) {
    Map<String, Object> variables = new LinkedHashMap<>();
    file().forEach((name, value) -> variables.put(variable(name), value));
    variables.put("RESILIENTLLM_JOURNAL_TYPE", "FILE");
    variables.put("RESILIENTLLM_JOURNAL_DIRECTORY", directory.resolve("talks").toString());
    variables.put("RESILIENTLLM_JOURNAL_SYNC", "EVERY_EVENT");
    variables.put("RESILIENTLLM_JOURNAL_RETENTION_MAXAGE", "30d");
    variables.put("RESILIENTLLM_POLICIES_MYSUPPORT_CIRCUITBREAKER_WINDOW", "not a number");
    assertThat(catchThrowable(() -> start(Map.of(), variables).close())).isNotNull();
    variables.put("RESILIENTLLM_POLICIES_MYSUPPORT_CIRCUITBREAKER_WINDOW", "40");
    try (ConfigurableApplicationContext app = start(Map.of(), variables)) {
      assertThat(app.getBean(Journal.class)).isInstanceOf(FileJournal.class);
    }
  }

  @Test
  void aHeaderIsNotDoubledByAVariable() {
    StandardEnvironment environment =
        environment(Map.of("RESILIENTLLM_PROVIDERS_OPENAI_HEADERS_XTEAM", "night"));
    environment
        .getPropertySources()
        .addLast(
            new org.springframework.core.env.MapPropertySource(
                "file", Map.of("resilient-llm.providers.openai.headers.X-Team", "day")));
    ResilientLlmProperties bound =
        Binder.get(environment)
            .bind("resilient-llm", Bindable.of(ResilientLlmProperties.class))
            .get();
    assertThat(bound.providers().get("openai").headers()).isEqualTo(Map.of("X-Team", "night"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void variablesAloneMakeTheSameClientsAsAFileWhateverTheirOrder(long seed) {
    Map<String, Object> file = file();
    file.put("resilient-llm.policies.my-support.retry.max-attempts", "2");
    file.put("resilient-llm.policies.night-shift.base-policy", "my-support");
    file.put("resilient-llm.policies.night-shift.targets[0]", "claude-sonnet");
    file.put("resilient-llm.policies.night-shift.options.max-output-tokens", "50");
    file.put("resilient-llm.targets.gpt.options.reasoning-effort", "low");
    file.put("resilient-llm.default-policy", "my-support");
    List<String> names = new ArrayList<>(file.keySet());
    Collections.shuffle(names, new Random(seed));
    Map<String, Object> variables = new LinkedHashMap<>();
    names.forEach(name -> variables.put(variable(name), file.get(name)));
    try (ConfigurableApplicationContext ofFile = start(file, Map.of());
        ConfigurableApplicationContext ofVariables = start(Map.of(), variables)) {
      assertThat(described(ofVariables)).isEqualTo(described(ofFile)).hasSize(3);
    }
  }

  /** As Spring Boot's documentation says: no dashes, and an underscore for a dot or a bracket. */
  private static String variable(String property) {
    return property
        .replace("-", "")
        .replace("[", ".")
        .replace("]", "")
        .replace('.', '_')
        .toUpperCase(Locale.ROOT);
  }

  /** What there is to say of the clients, without the spelling of names. */
  private static Map<String, String> described(ConfigurableApplicationContext app) {
    LlmClients clients = app.getBean(LlmClients.class);
    Map<String, String> described = new TreeMap<>();
    described.put("default", clients.defaultPolicy().replace("-", ""));
    for (String policy : clients.policies()) {
      ResilientLlm client = clients.resilient(policy);
      String targets =
          client.targets().stream()
              .map(each -> each.name() + " " + each.vendor() + " " + each.model())
              .collect(Collectors.joining(", "));
      String says = client.plan().maxAttempts() + " " + client.plan().longest() + " " + targets;
      described.put(policy.replace("-", ""), says.replace("-", ""));
    }
    return described;
  }

  @Configuration(proxyBeanMethods = false)
  static class WantsClient extends Plain {
    WantsClient(LlmClient llm) {}
  }

  @Test
  void aDashIsNoUnderscoreAndThatIsSaid(CapturedOutput console) {
    SpringApplication application = new SpringApplication(WantsClient.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setEnvironment(
        environment(
            Map.of(
                "RESILIENT_LLM_TARGETS_GPT_PROVIDER", "openai",
                "RESILIENT_LLM_SERVICE_HOST", "10.0.0.1"))); // Kubernetes' own
    assertThatThrownBy(() -> application.run().close()).isNotNull();
    assertThat(console)
        .contains("WantsClient wants an LlmClient, and none is configured.")
        .contains(
            "Names of environment variables have no dashes: write RESILIENTLLM_TARGETS_GPT_PROVIDER"
                + " for RESILIENT_LLM_TARGETS_GPT_PROVIDER, and so on.");
  }

  private static Map<String, Object> file() {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("resilient-llm.providers.openai.api-key", "sk-hush");
    file.put("resilient-llm.providers.anthropic.api-key", "sk-hush");
    file.put("resilient-llm.targets.gpt.provider", "openai");
    file.put("resilient-llm.targets.gpt.model", "gpt-4.1");
    file.put("resilient-llm.targets.claude-sonnet.provider", "anthropic");
    file.put("resilient-llm.targets.claude-sonnet.model", "claude-sonnet-4-5");
    file.put("resilient-llm.policies.my-support.timeout", "20s");
    file.put("resilient-llm.policies.my-support.targets", "gpt,claude-sonnet");
    return file;
  }

  private static StandardEnvironment environment(Map<String, Object> variables) {
    StandardEnvironment environment = new StandardEnvironment();
    String source = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    environment
        .getPropertySources()
        .replace(source, new SystemEnvironmentPropertySource(source, variables));
    return environment;
  }

  private static ConfigurableApplicationContext start(
      Map<String, Object> file, Map<String, Object> variables) {
    SpringApplication application = new SpringApplication(Plain.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setEnvironment(environment(variables));
    application.setDefaultProperties(file);
    return application.run();
  }
}
