package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.boot.Apps.Plain;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Who is asked first, whatever order the properties are read in. */
@ExtendWith(OutputCaptureExtension.class)
class OrderOfTargetsTest {
  private static final List<String> GPT_THEN_CLAUDE =
      List.of(
          "resilient-llm.providers.openai.api-key=sk-hush",
          "resilient-llm.providers.anthropic.api-key=sk-hush",
          "resilient-llm.targets.gpt.provider=openai",
          "resilient-llm.targets.gpt.model=gpt-4.1",
          "resilient-llm.targets.claude.provider=anthropic",
          "resilient-llm.targets.claude.model=claude-sonnet-4-5");

  @Test
  void twoTargetsInNoOrderStopTheStart(CapturedOutput console) {
    assertThat(Apps.failure(console, Plain.class, GPT_THEN_CLAUDE.toArray(String[]::new)))
        .contains(
            "There are the targets claude, gpt, and resilient-llm.policies.default.targets does not"
                + " say in which order they are asked.")
        .contains("an environment variable or a profile would change it")
        .contains("Set resilient-llm.policies.default.targets, the first one first,");
  }

  @Test
  void aPolicyWithoutTargetsStopsTheStart(CapturedOutput console) {
    List<String> properties = new ArrayList<>(GPT_THEN_CLAUDE);
    properties.add("resilient-llm.policies.support.timeout=20s");
    assertThat(Apps.failure(console, Plain.class, properties.toArray(String[]::new)))
        .contains("resilient-llm.policies.support.targets does not say in which order");
  }

  @Test
  void aBasePolicySaysTheOrder() {
    List<String> properties = new ArrayList<>(GPT_THEN_CLAUDE);
    properties.add("resilient-llm.policies.default.targets=gpt,claude");
    properties.add("resilient-llm.policies.support.base-policy=default");
    try (ConfigurableApplicationContext app =
        Apps.start(Plain.class, properties.toArray(String[]::new))) {
      assertThat(plan(app, "support")).containsExactly("gpt", "claude");
    }
  }

  @Test
  void aVariableThatCorrectsTheFallbackLeavesThePrimaryVendor() {
    Map<String, Object> file = new LinkedHashMap<>();
    GPT_THEN_CLAUDE.forEach(line -> file.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    file.put("resilient-llm.policies.default.targets", "gpt,claude");
    try (ConfigurableApplicationContext app =
        start(file, Map.of("RESILIENTLLM_TARGETS_CLAUDE_MODEL", "claude-opus-4-5"))) {
      assertThat(plan(app, "default")).containsExactly("gpt", "claude");
      assertThat(app.getBean(LlmClients.class).resilient("default").targets().get(1).model())
          .isEqualTo("claude-opus-4-5");
    }
  }

  @Test
  void variablesAloneMakeTheSameClientsInAnyOrder() {
    List<String> names = new ArrayList<>();
    Map<String, Object> variables = new LinkedHashMap<>();
    for (String line : GPT_THEN_CLAUDE) {
      String[] pair = line.split("=", 2);
      String name = pair[0].replace("-", "").replace('.', '_').toUpperCase(java.util.Locale.ROOT);
      names.add(name);
      variables.put(name, pair[1]);
    }
    names.add("RESILIENTLLM_POLICIES_MAIN_TARGETS");
    variables.put("RESILIENTLLM_POLICIES_MAIN_TARGETS", "gpt,claude");
    names.add("RESILIENTLLM_POLICIES_NIGHT_BASEPOLICY");
    variables.put("RESILIENTLLM_POLICIES_NIGHT_BASEPOLICY", "main");
    names.add("RESILIENTLLM_DEFAULTPOLICY");
    variables.put("RESILIENTLLM_DEFAULTPOLICY", "main");
    for (long seed = 0; seed < 5; seed++) {
      Collections.shuffle(names, new Random(seed));
      Map<String, Object> shuffled = new LinkedHashMap<>();
      names.forEach(name -> shuffled.put(name, variables.get(name)));
      try (ConfigurableApplicationContext app = start(Map.of(), shuffled)) {
        assertThat(app.getBean(LlmClients.class).defaultPolicy()).isEqualTo("main");
        assertThat(plan(app, "main")).as(names.toString()).containsExactly("gpt", "claude");
        assertThat(plan(app, "night")).as(names.toString()).containsExactly("gpt", "claude");
      }
    }
  }

  @Test
  void theChainIsLoggedAtStart(CapturedOutput console) {
    Apps.start(TwoProviders.class).close();
    assertThat(console.getAll())
        .contains("Policy \"default\", the default one, asks first (first m), then second (second");
  }

  @Test
  void beansWithoutAnOrderStopTheStart(CapturedOutput console) {
    assertThat(Apps.failure(console, Unordered.class))
        .contains("There are the targets one, other, and resilient-llm.policies.default.targets")
        .contains("@Order gives each a number of its own, and here it does not");
  }

  private static List<String> plan(ConfigurableApplicationContext app, String policy) {
    return app.getBean(LlmClients.class).resilient(policy).plan().targets();
  }

  private static ConfigurableApplicationContext start(
      Map<String, Object> file, Map<String, Object> variables) {
    StandardEnvironment environment = new StandardEnvironment();
    String source = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    environment
        .getPropertySources()
        .replace(source, new SystemEnvironmentPropertySource(source, variables));
    SpringApplication application = new SpringApplication(Plain.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setEnvironment(environment);
    application.setDefaultProperties(file);
    return application.run();
  }

  @Configuration(proxyBeanMethods = false)
  static class Unordered extends Plain {
    @Bean
    LlmProvider other() {
      return Apps.saying("other");
    }

    @Bean
    LlmProvider one() {
      return Apps.saying("one");
    }
  }
}
