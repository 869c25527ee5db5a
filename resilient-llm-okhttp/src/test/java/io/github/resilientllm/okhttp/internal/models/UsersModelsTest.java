package io.github.resilientllm.okhttp.internal.models;

import static io.github.resilientllm.okhttp.Bodies.hi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.AzureOpenAi;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users who know better what a model takes say so in a file on their class path. */
class UsersModelsTest {
  private static final ApiKey KEY = ApiKey.of("k");

  @TempDir Path classPath;

  private <T> T with(String json, Supplier<T> build) throws IOException {
    Files.writeString(classPath.resolve(UsersModels.FILE), json.replace('\'', '"'));
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader own = new URLClassLoader(new URL[] {classPath.toUri().toURL()}, before)) {
      thread.setContextClassLoader(own);
      return build.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static LlmProvider provider(String vendor, String model) {
    return switch (vendor) {
      case "openai" -> OpenAi.model(model).apiKey(KEY).build();
      case "groq" -> OpenAi.model(model).dialect(Dialect.GROQ).apiKey(KEY).build();
      case "azure" -> AzureOpenAi.deployment(model).endpoint("https://x.test").apiKey(KEY).build();
      case "anthropic" -> Anthropic.model(model).apiKey(KEY).build();
      case "gemini" -> Gemini.model(model).apiKey(KEY).build();
      default -> Bedrock.model(model).region("eu-central-1").apiKey(KEY).build();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4.1",
    "groq, some-model",
    "azure, prod-chat",
    "anthropic, claude-sonnet-4-5",
    "gemini, gemini-2.5-flash",
    "bedrock, eu.amazon.nova-lite-v1:0"
  })
  void whatTheySayIsTakenForEveryVendor(String vendor, String model) throws IOException {
    String json =
        "{'models':[{'name':'other','tools':true},{'name':'%s','contextWindow':12345,"
            + "'maxOutputTokens':678,'tools':false,'images':false,'streaming':false,"
            + "'thinksInSilence':%s},{'name':'*','contextWindow':1}]}";
    for (boolean silent : new boolean[] {true, false}) {
      Capabilities can =
          with(json.formatted(model, silent), () -> provider(vendor, model).capabilities());
      assertThat(can)
          .isEqualTo(
              Capabilities.standard()
                  .withTools(false)
                  .withImages(false)
                  .withStreaming(false)
                  .withThinksInSilence(silent)
                  .withContextWindow(12345)
                  .withMaxOutputTokens(678));
    }
  }

  @Test
  void aDeploymentIsTreatedAsTheModelThatItIsSaidToBe() throws IOException {
    String json = "{'models':[{'name':'prod-*','like':'gpt-5','maxOutputTokens':64000}]}";
    LlmProvider azure = with(json, () -> provider("azure", "prod-eu"));
    assertThat(azure).hasToString("azure/prod-eu");
    assertThat(azure.capabilities().thinksInSilence()).isTrue();
    assertThat(azure.capabilities().contextWindow()).isEqualTo(400_000);
    assertThat(azure.capabilities().maxOutputTokens()).isEqualTo(64_000);
    assertThat(azure.leavesOut(hi().temperature(1).build())).contains("temperature");
    LlmProvider claude =
        with(
            "{'models':[{'name':'our-claude','like':'claude-opus-5-5'}]}",
            () -> provider("anthropic", "our-claude"));
    assertThat(claude.leavesOut(hi().topP(1).build())).contains("topP");
    LlmProvider bedrock =
        with(
            "{'models':[{'name':'arn:*','like':'anthropic.claude-opus-5'}]}",
            () -> provider("bedrock", "arn:aws:bedrock:x:1:application-inference-profile/abc"));
    assertThat(bedrock.capabilities().thinksInSilence()).isTrue();
  }

  @Test
  void aModelThatTheyDoNotNameIsAsItWas() throws IOException {
    LlmProvider gpt =
        with("{'models':[{'name':'x','tools':false}]}", () -> provider("openai", "gpt-4.1"));
    assertThat(gpt.capabilities()).isEqualTo(provider("openai", "gpt-4.1").capabilities());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'models': | is no JSON from line 1 on",
        "[] | is one object with the field \"models\", a list, and no other field",
        "{'models':[],'x':1} | is one object with the field \"models\"",
        "{'models':[7]} | models[0] is an object, not \"7\"",
        "{'models':[{}]} | models[0].name is the name of a model, not \"missing\"",
        "{'models':[{'name':' '}]} | models[0].name is the name of a model",
        "{'models':[{'name':'a*b'}]} | models[0].name is a name with a * at its end alone, not"
            + " \"a*b\"",
        "{'models':[{'name':'a'},{'name':'b','like':1}]} | models[1].like is the name of a model,"
            + " not \"1\"",
        "{'models':[{'name':'a','tools':'yes'}]} | models[0].tools is true or false, not \"yes\"",
        "{'models':[{'name':'a','contextWindow':1.5}]} | models[0].contextWindow is a whole number",
        "{'models':[{'name':'a','contextWindow':99999999999}]} | models[0].contextWindow is a whole"
            + " number",
        "{'models':[{'name':'a','maxOutputTokens':-1}]} | models[0].maxOutputTokens is a number of"
            + " tokens",
        "{'models':[{'name':'a','window':1}]} | models[0] has no field \"window\"; there are"
            + " contextWindow,",
      })
  void aMistakeIsToldByFileAndField(String json, String message) {
    assertThatThrownBy(() -> with(json, () -> provider("openai", "gpt-4.1")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("resilient-llm-models.json (file:")
        .hasMessageContaining(message);
  }

  @Test
  void aFileIsReadOnlyAsFarAsOneCanBe() {
    String large = "{'models':[" + " ".repeat(1 << 20) + "]}";
    assertThatThrownBy(() -> with(large, () -> provider("openai", "gpt-4.1")))
        .hasMessageContaining("has more than 1048576 bytes");
  }
}
