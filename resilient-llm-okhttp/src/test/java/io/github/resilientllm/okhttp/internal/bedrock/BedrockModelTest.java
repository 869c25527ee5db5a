package io.github.resilientllm.okhttp.internal.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.okhttp.Fixtures;
import io.github.resilientllm.provider.Capabilities;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the id of a model tells: what it can do, and in which words it is told to think. */
class BedrockModelTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "anthropic.claude-3-7-sonnet-20250219-v1:0 | LOW | {'thinking':{'type':'enabled','budget_tokens':2048}}",
        "anthropic.claude-sonnet-4-20250514-v1:0 | MAX | {'thinking':{'type':'enabled','budget_tokens':24576}}",
        "eu.anthropic.claude-haiku-4-5-20251001-v1:0 | MINIMAL | {'thinking':{'type':'enabled','budget_tokens':1024}}",
        "global.anthropic.claude-opus-4-6-v1 | MEDIUM | {'thinking':{'type':'adaptive'},'output_config':{'effort':'medium'}}",
        "global.anthropic.claude-opus-4-6-v1 | XHIGH | {'thinking':{'type':'adaptive'},'output_config':{'effort':'high'}}",
        "anthropic.claude-opus-4-7 | XHIGH | {'thinking':{'type':'adaptive','display':'summarized'},'output_config':{'effort':'xhigh'}}",
        "anthropic.claude-opus-5 | NONE | {'thinking':{'type':'disabled'}}",
        "anthropic.claude-fable-5 | NONE | {}",
        "us.amazon.nova-2-lite-v1:0 | XHIGH | {'reasoningConfig':{'type':'enabled','maxReasoningEffort':'high'}}",
        "us.amazon.nova-2-lite-v1:0 | NONE | {'reasoningConfig':{'type':'disabled'}}",
        "openai.gpt-oss-120b-1:0 | LOW | {'reasoning_effort':'low'}",
        "deepseek.v3-v1:0 | HIGH | {'reasoning_effort':'high'}",
        "global.openai.gpt-5.6-luna | HIGH | {'reasoning':{'effort':'high'}}"
      })
  void effortIsPutIntoTheWordsOfTheMaker(String model, ReasoningEffort effort, String fields)
      throws IOException {
    assertThat(BedrockModel.of(model).effort().fields(effort, OptionalInt.empty()))
        .map(Fixtures.JSON::<JsonNode>valueToTree)
        .contains(Fixtures.JSON.readTree(fields.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-sonnet-4-5-20250929-v1:0, TIJ 200000 64000",
    "us.anthropic.claude-opus-4-1-20250805-v1:0, TI 200000 32000",
    "anthropic.claude-3-5-haiku-20241022-v1:0, T 200000 8192",
    "anthropic.claude-3-5-sonnet-20240620-v1:0, TI 200000 4096",
    "anthropic.claude-3-haiku-20240307-v1:0, TI 200000 4096",
    "anthropic.claude-v2:1, '' 100000 4096",
    "anthropic.claude-opus-4-7, TI 0 0",
    "anthropic.claude-opus-5, TIJ 0 0",
    "apac.amazon.nova-micro-v1:0, T 128000 0",
    "amazon.nova-pro-v1:0, TI 300000 0",
    "amazon.titan-text-express-v1, '' 0 0",
    "meta.llama3-70b-instruct-v1:0, '' 8192 0",
    "us.meta.llama3-2-90b-instruct-v1:0, TI 0 0",
    "mistral.mixtral-8x7b-instruct-v0:1, '' 32000 0",
    "mistral.pixtral-large-2502-v1:0, TIJ 0 0",
    "cohere.command-r-plus-v1:0, T 0 0",
    "deepseek.r1-v1:0, '' 0 0",
    "openai.gpt-oss-20b-1:0, TJ 128000 0",
    "qwen.qwen3-vl-235b-a22b, TIJ 0 0",
    "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-micro-v1:0, T 128000 0",
    "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc, TIJ 0 0",
  })
  void whatAModelCanDoIsKnownByItsId(String id, String expected) {
    Capabilities can = BedrockModel.of(id).capabilities();
    String letters =
        Map.of("T", can.tools(), "I", can.images(), "J", can.jsonSchema()).entrySet().stream()
            .filter(Map.Entry::getValue)
            .map(Map.Entry::getKey)
            .sorted((a, b) -> "TIJ".indexOf(a) - "TIJ".indexOf(b))
            .collect(Collectors.joining());
    assertThat(letters + " " + can.contextWindow() + " " + can.maxOutputTokens())
        .isEqualTo(expected.replace("''", ""));
    assertThat(can.streaming()).isTrue();
  }
}
