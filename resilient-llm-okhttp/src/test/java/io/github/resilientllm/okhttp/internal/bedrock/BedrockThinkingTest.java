package io.github.resilientllm.okhttp.internal.bedrock;

import static io.github.resilientllm.okhttp.Bodies.assertJson;
import static io.github.resilientllm.okhttp.Bodies.hi;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.CLAUDE;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.LLAMA;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.NEWER_CLAUDE;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.WEATHER;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.leavesOut;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.loop;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.protocol;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.VendorData;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much a model on Bedrock is asked to think, and which thoughts go back to it. */
class BedrockThinkingTest {

  private static Part.Reasoning thought(String maker) {
    return new Part.Reasoning(
        "Hm", new VendorData("bedrock", new BedrockSignature(maker, "sig", null).toJson()));
  }

  @Test
  void noEffortIsNothingToSayToAModelThatDoesNotThinkUnasked() throws IOException {
    ChatRequest request = hi().reasoningEffort(ReasoningEffort.NONE).build();
    assertThat(write(LLAMA, request).has("additionalModelRequestFields")).isFalse();
    assertThat(write(CLAUDE, request).has("additionalModelRequestFields")).isFalse();
    assertThat(protocol(LLAMA).cannotServe(request)).isEmpty();
  }

  @Test
  void anEffortThatAGenerationLacksIsSaidToBeLower() {
    ChatRequest request = hi().reasoningEffort(ReasoningEffort.XHIGH).build();
    assertThat(leavesOut(NEWER_CLAUDE, request)).containsExactly("reasoning effort above high");
    assertThat(leavesOut("anthropic.claude-opus-4-7", request)).isEmpty();
  }

  @Test
  void thoughtsTakeAtMostHalfOfTheAnswer() throws IOException {
    ChatRequest.Builder request = hi().reasoningEffort(ReasoningEffort.HIGH);
    assertThat(
            write(CLAUDE, request.maxOutputTokens(4000).build())
                .at("/additionalModelRequestFields/thinking/budget_tokens")
                .asInt())
        .isEqualTo(2000);
    assertThat(protocol(CLAUDE).cannotServe(request.maxOutputTokens(2000).build()))
        .contains("this model has no such reasoning effort");
  }

  @Test
  void claudeDoesNotThinkAmidCallsThatItBeganWithoutThinking() throws IOException {
    ChatRequest.Builder thoughtless = loop().tool(WEATHER).reasoningEffort(ReasoningEffort.LOW);
    assertThat(write(CLAUDE, thoughtless.build()).has("additionalModelRequestFields")).isFalse();
    assertThat(leavesOut(CLAUDE, thoughtless.build()))
        .containsExactly("reasoning effort, amid tool calls that began without reasoning");
    assertThat(protocol(CLAUDE).cannotServe(thoughtless.build())).isEmpty();
    assertThat(write(NEWER_CLAUDE, thoughtless.build()).has("additionalModelRequestFields"))
        .isTrue();

    ChatRequest thoughtful =
        loop(thought("anthropic")).tool(WEATHER).reasoningEffort(ReasoningEffort.LOW).build();
    assertThat(write(CLAUDE, thoughtful).has("additionalModelRequestFields")).isTrue();
    assertThat(leavesOut(CLAUDE, thoughtful)).isEmpty();
  }

  @Test
  void reasoningGoesBackToModelsOfItsMakerOnly() throws IOException {
    Part.Reasoning hidden =
        new Part.Reasoning(
            "",
            new VendorData("bedrock", new BedrockSignature("anthropic", null, "AQI=").toJson()));
    Part.Reasoning foreign = new Part.Reasoning("Hm", new VendorData("anthropic", "sig"));
    Part.Reasoning odd = new Part.Reasoning("Hm", new VendorData("bedrock", "no JSON"));
    ChatRequest request =
        hi().message(
                Message.assistant(
                    List.of(hidden, thought("amazon"), foreign, odd, new Part.Text("a"))))
            .user("b")
            .build();
    assertJson(
        write(CLAUDE, request).at("/messages/1/content"),
        "[{'reasoningContent':{'redactedContent':'AQI='}},{'text':'a'}]");
    assertThat(leavesOut(CLAUDE, request))
        .containsExactly("reasoning of another vendor", "reasoning of another maker's model");
    assertJson(
        write("amazon.nova-2-lite-v1:0", request).at("/messages/1/content"),
        "[{'reasoningContent':{'reasoningText':{'text':'Hm','signature':'sig'}}},{'text':'a'}]");
  }
}
