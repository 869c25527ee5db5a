package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.Llm;
import io.github.resilientllm.spring.boot.Apps.Plain;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a person reads who set something up wrongly. */
@ExtendWith(OutputCaptureExtension.class)
class WrongSetUpTest {
  private static final String KEY = "resilient-llm.providers.openai.api-key=sk-hush";
  private static final String MODEL = "resilient-llm.targets.gpt.model=gpt-4.1";
  private static final String PROVIDER = "resilient-llm.targets.gpt.provider=openai";

  @Test
  void aProviderThatThereIsNot(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console, Plain.class, KEY, MODEL, "resilient-llm.targets.gpt.provider=opnai"))
        .contains("resilient-llm.targets.gpt.provider is \"opnai\", and there is no such provider.")
        .contains("Did you mean \"openai\"? There are the providers openai.");
  }

  @Test
  void aTargetThatThereIsNot(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console, TwoProviders.class, "resilient-llm.policies.support.targets=first,secnd"))
        .contains(
            "resilient-llm.policies.support.targets[1] is \"secnd\", and there is no such target.")
        .contains("Did you mean \"second\"? There are the targets first, second.");
  }

  @Test
  void aTargetThatIsNamedTwice(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console, TwoProviders.class, "resilient-llm.policies.support.targets=first,first"))
        .contains("resilient-llm.policies.support.targets names \"first\" twice.");
  }

  @Test
  void aChainOfNobody(CapturedOutput console) {
    assertThat(Apps.failure(console, TwoProviders.class, "resilient-llm.policies.support.targets="))
        .contains("resilient-llm.policies.support.targets is empty, so there is nobody to ask.")
        .contains("Name one target or more");
  }

  @Test
  void providersWithoutATarget(CapturedOutput console) {
    assertThat(Apps.failure(console, Plain.class, KEY))
        .contains("No target is configured, so there is nobody to ask.")
        .contains("Set resilient-llm.targets.<name>.provider and .model");
  }

  @Test
  void aTargetWithoutAModel(CapturedOutput console) {
    assertThat(Apps.failure(console, Plain.class, KEY, PROVIDER))
        .contains("resilient-llm.targets.gpt.model is missing.");
  }

  @Test
  void aModelOfABeanThatServesAnother(CapturedOutput console) {
    assertThat(
            Apps.failure(console, TwoProviders.class, "resilient-llm.targets.first.model=gpt-4.1"))
        .contains("resilient-llm.targets.first.model is \"gpt-4.1\", but the bean \"first\"");
  }

  @Test
  void aDefaultPolicyThatThereIsNot(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.policies.support.timeout=20s",
                "resilient-llm.default-policy=suport"))
        .contains("resilient-llm.default-policy is \"suport\", and there is no such policy.")
        .contains("Did you mean \"support\"?");
  }

  @Test
  void severalPoliciesOfWhichNoneIsTheDefault(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.policies.a.timeout=20s",
                "resilient-llm.policies.b.timeout=20s"))
        .contains("There are the policies a, b, and nothing says which one is used")
        .contains("Set resilient-llm.default-policy");
  }

  @Test
  void aBasePolicyThatThereIsNot(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.policies.default.timeout=20s",
                "resilient-llm.policies.support.base-policy=defualt"))
        .contains("resilient-llm.policies.support.base-policy is \"defualt\"")
        .contains("Did you mean \"default\"?");
  }

  @Test
  void policiesThatGoRoundInACircle(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.policies.a.base-policy=b",
                "resilient-llm.policies.b.base-policy=c",
                "resilient-llm.policies.c.base-policy=b"))
        .contains("go round in a circle by their base-policy: b -> c -> b.");
  }

  @Test
  void anAttemptThatMayTakeLongerThanTheCall(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.policies.default.attempt-timeout=25s",
                "resilient-llm.policies.support.base-policy=default",
                "resilient-llm.policies.support.timeout=20s"))
        .contains(
            "resilient-llm.policies.support.attempt-timeout of 25s is longer than its timeout of 20s")
        .contains("either may come from the base policy");
  }

  @Test
  void aValueThatIsOutOfRange(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.policies.default.retry.max-attempts=50"))
        .contains(
            "resilient-llm.policies.default.retry is set wrongly: max-attempts is 1 to 20, not 50.");
  }

  @Test
  void settingsThatContradictEachOther(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.policies.default.timeout=8s",
                "resilient-llm.policies.default.hedge.extra-load=0.05",
                "resilient-llm.policies.default.hedge.initial-delay=3s"))
        .contains("The settings of resilient-llm.policies.default contradict each other:")
        .contains(
            "hedge.initial-delay 3s is not shorter than first-token-timeout of 800ms:"
                + " no hedge would start");
  }

  @Test
  void aDurationThatSpringBootCannotRead(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console, TwoProviders.class, "resilient-llm.policies.default.timeout=1m30s"))
        .contains("resilient-llm.policies.default.timeout")
        .contains("'1m30s' is not a valid duration");
  }

  @Test
  void aKeyThatIsMissing(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                "resilient-llm.targets.gpt.model=gpt-4.1",
                "resilient-llm.targets.gpt.provider=my-openai",
                "resilient-llm.providers.my-openai.type=openai"))
        .contains("The provider \"my-openai\" (openai) needs an API key and has none.")
        .contains(
            "Set the property resilient-llm.providers.my-openai.api-key or the environment"
                + " variable RESILIENTLLM_PROVIDERS_MYOPENAI_APIKEY, or define an");
  }

  @Test
  void aKeyWhosePlaceholderNothingDefines(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.api-key=${NO_SUCH_KEY}"))
        .contains("resilient-llm.providers.openai.api-key is ${NO_SUCH_KEY}, and nothing defines")
        .contains("Set the environment variable or property NO_SUCH_KEY.");
  }

  @Test
  void aKeyWithALineEnd(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.api-key=sk-hush\nsk-again"))
        .contains("resilient-llm.providers.openai.api-key is set wrongly: The key holds a space")
        .doesNotContain("sk-");
  }

  @Test
  void aProviderOfWhichNobodyKnowsTheType(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                MODEL,
                "resilient-llm.targets.gpt.provider=mistal",
                "resilient-llm.providers.mistal.api-key=sk-hush"))
        .contains("resilient-llm.providers.mistal.type is missing, and its name does not say it.")
        .contains("(openai, azure-openai, anthropic, gemini, bedrock)")
        .contains("Did you mean to name the provider \"mistral\"?");
  }

  @Test
  void aTypeWithoutDialects(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                KEY,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.type=gemini",
                "resilient-llm.providers.openai.dialect=groq"))
        .contains("dialect is \"groq\", but its type \"gemini\" has no dialects.");
  }

  @Test
  void anAddressThatIsNone(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.base-url=ftp://x"))
        .contains(
            "resilient-llm.providers.openai.base-url is set wrongly: The base URL is no http");
  }

  @Test
  void anAddressThatIsMissing(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                MODEL,
                "resilient-llm.targets.gpt.provider=azure-openai",
                "resilient-llm.providers.azure-openai.api-key=sk-hush"))
        .contains("resilient-llm.providers.azure-openai.base-url is missing.");
  }

  @Test
  void aBundleThatThereIsNot(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                KEY,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.ssl.bundle=corp",
                "spring.ssl.bundle.pem.corporate.truststore.certificate=classpath:missing.pem"))
        .contains(
            "resilient-llm.providers.openai.ssl.bundle is \"corp\", and there is no such bundle")
        .contains("There are the bundles corporate");
  }

  @Test
  void aNameWithADot(CapturedOutput console) {
    assertThat(
            Apps.failure(console, Plain.class, KEY, "resilient-llm.targets.gpt-4.1.model=gpt-4.1"))
        .contains("The property resilient-llm.targets.gpt-4.1.model is not known.")
        .contains("put it into brackets: resilient-llm.targets[gpt-4.1]");
  }

  @Test
  void aPropertyThatIsMistyped(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console, TwoProviders.class, "resilient-llm.policies.default.retry.max-atempts=2"))
        .contains("The property resilient-llm.policies.default.retry.max-atempts is not known.")
        .contains("Did you mean \"max-attempts\"?");
  }

  @ParameterizedTest
  @CsvSource({
    "resilient-llm.observability.gen-ai-metric=on, gen-ai-metrics",
    "resilient-llm.health.status-when-exausted=DOWN, status-when-exhausted",
    "resilient-llm.annotation.enable=false, enabled",
    "resilient-llm.service.enabel=false, enabled",
    "resilient-llm.polices.default.timeout=20s, policies",
    "resilient-llm.journal.retention.max-aeg=30d, max-age"
  })
  void aPropertyThatIsMistypedAnywhereElse(String property, String meant, CapturedOutput console) {
    String name = property.substring(0, property.indexOf('='));
    assertThat(Apps.failure(console, TwoProviders.class, property))
        .contains("The property " + name + " is not known.")
        .contains("Did you mean \"" + meant + "\"?")
        .doesNotContain("brackets");
  }

  @Test
  void aJournalWhereNobodyCanWrite(CapturedOutput console, @TempDir Path directory)
      throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.journal.directory=" + file + "/journal"))
        .contains("resilient-llm.journal.directory is " + file + "/journal, but " + file)
        .contains("is no directory")
        .contains("Set it to a directory that this process can write");
  }

  @Test
  void aClientOfAPolicyThatThereIsNot(CapturedOutput console) {
    assertThat(
            Apps.failure(console, WantsSupport.class, "resilient-llm.policies.suport.timeout=20s"))
        .contains("WantsSupport wants @Llm(\"support\"), and there is no such policy.")
        .contains("Did you mean \"suport\"? There are the policies suport.");
  }

  @Test
  void aClientWhereNothingIsConfigured(CapturedOutput console) {
    assertThat(Apps.failure(console, WantsClient.class))
        .contains("WantsClient wants an LlmClient, and none is configured.")
        .contains("Set resilient-llm.targets.<name>.provider and .model");
  }

  @Test
  void aClientWhereClientsAreSwitchedOff(CapturedOutput console) {
    assertThat(Apps.failure(console, WantsClient.class, "resilient-llm.enabled=false"))
        .contains("Remove resilient-llm.enabled=false.");
  }

  @Configuration(proxyBeanMethods = false)
  static class WantsSupport extends TwoProviders {
    @Bean
    String answer(@Llm("support") LlmClient llm) {
      return llm.chat("Hello?").text();
    }
  }

  @Test
  void aProxyWithoutAHost(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                KEY,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.proxy.port=3128"))
        .contains(
            "resilient-llm.providers.openai.proxy has no host and the port 3128, which is no"
                + " address.")
        .contains("Set resilient-llm.providers.openai.proxy.host and");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "proxy.username=me | proxy.password is missing.",
        "proxy.password=hush | proxy.username is missing.",
        "proxy.username=me:hush,proxy.password=hush | proxy.username is blank or holds a colon",
        "proxy.username=me,proxy.password=hush,proxy.type=socks,proxy.host=p,proxy.port=1"
            + " | proxy.username is set, but resilient-llm.providers.openai.proxy.type is socks.",
        "keep-alive=0s | keep-alive is set wrongly: keep-alive is longer than 0",
        "http2.ping-interval=100d | http2.ping-interval is set wrongly: ping-interval is longer",
        "base-url=http://models.example | base-url is set wrongly: The key would go over plain"
      })
  void aConnectionThatCannotBe(String properties, String complaint, CapturedOutput console) {
    String at = "resilient-llm.providers.openai.";
    Stream<String> set = Stream.of(properties.split(",")).map(property -> at + property.strip());
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                Stream.concat(Stream.of(KEY, MODEL, PROVIDER), set).toArray(String[]::new)))
        .contains(at + complaint)
        .doesNotContain("me:hush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iam=true | iam is set, but its type is \"openai\".",
        "vertex.project=p | vertex is set, but its type is \"openai\".",
        "type=gemini,protocol=responses | protocol is set, but its type is \"gemini\".",
        "background=true | background is set, but chat completions do not run",
        "type=bedrock,region=eu-central-1,iam=true | iam is set, and there is an API key as well.",
        "type=anthropic,vertex.project=p | vertex.location is missing.",
        "type=gemini,vertex.project=p,vertex.location=EU | vertex is set wrongly: A location is",
        "protocol=grpc | protocol"
      })
  void anIdentityOrAProtocolThatCannotBe(
      String properties, String complaint, CapturedOutput console) {
    String at = "resilient-llm.providers.openai.";
    Stream<String> set = Stream.of(properties.split(",")).map(property -> at + property.strip());
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                Stream.concat(Stream.of(KEY, MODEL, PROVIDER), set).toArray(String[]::new)))
        .contains(at + complaint)
        .doesNotContain("sk-hush");
  }

  @Test
  void signaturesWithoutTheAwsSdk(CapturedOutput console) throws Exception {
    try (WithoutAwsSdk loader = new WithoutAwsSdk()) {
      assertThat(
              loader.failure(
                  console,
                  MODEL,
                  "resilient-llm.targets.gpt.provider=bedrock",
                  "resilient-llm.providers.bedrock.region=eu-central-1",
                  "resilient-llm.providers.bedrock.iam=true"))
          .contains("bedrock.iam is set, and the AWS SDK is not on the class path.")
          .contains("Add the dependency software.amazon.awssdk:auth.");
    }
  }

  @Test
  void aPlaceAtVertexWithoutAToken(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                MODEL,
                "resilient-llm.targets.gpt.provider=gemini",
                "resilient-llm.providers.gemini.vertex.project=p",
                "resilient-llm.providers.gemini.vertex.location=eu"))
        .contains("The provider \"gemini\" (gemini) needs a token and has none.")
        .contains("Define an LlmCredentials bean whose token(\"gemini\")");
  }

  @Test
  void aKeyThatWouldGoInTheOpenSaysWhatAllowsIt(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                KEY,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.base-url=http://models.example"))
        .contains("set resilient-llm.providers.openai.allow-key-over-plain-http to true if");
  }

  @ParameterizedTest
  @CsvSource({
    "circuit-breaker.failures=3, circuit-breaker",
    "concurrency.limit=3, concurrency",
    "rate-limit.permits=3, rate-limit",
    "budget.capacity=3, budget"
  })
  void policiesThatSayDifferentThingsOfOneTarget(
      String property, String group, CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                TwoProviders.class,
                "resilient-llm.default-policy=day",
                "resilient-llm.policies.day.timeout=20s",
                "resilient-llm.policies.night.base-policy=day",
                "resilient-llm.policies.night." + property))
        .contains("The policies \"day\" and \"night\" have different settings of " + group)
        .contains("both ask the target \"first\"")
        .contains("Set resilient-llm.targets.first." + group + ", which holds for all policies")
        .contains("resilient-llm.policies.night." + group);
  }

  @Test
  void aTargetsClockThatIsNoTime(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console, TwoProviders.class, "resilient-llm.targets.first.stall-timeout=0s"))
        .contains("resilient-llm.targets.first has a time-out of 0s, which is not more than 0.");
  }

  @Test
  void aConnectTimeoutThatNoSocketCouldKeep(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Plain.class,
                KEY,
                MODEL,
                PROVIDER,
                "resilient-llm.providers.openai.connect-timeout=1000d"))
        .contains(
            "resilient-llm.providers.openai.connect-timeout is 86400000s, and no more than 24 days.");
  }

  @Test
  void aPropertyOfANewerVersionIsWarnedOfWhereThatIsWanted(CapturedOutput console) {
    Apps.start(
            TwoProviders.class,
            "resilient-llm.unknown-properties=warn",
            "resilient-llm.policies.default.retry.max-atempts=2",
            "resilient-llm.policies.default.patience=2s")
        .close();
    assertThat(console.getAll())
        .contains("The property resilient-llm.policies.default.patience is not known.")
        .contains("The property resilient-llm.policies.default.retry.max-atempts is not known.")
        .contains("Did you mean \"max-attempts\"?");
  }

  @Configuration(proxyBeanMethods = false)
  static class WantsClient {
    @Bean
    String answer(LlmClient llm) {
      return llm.chat("Hello?").text();
    }
  }
}
