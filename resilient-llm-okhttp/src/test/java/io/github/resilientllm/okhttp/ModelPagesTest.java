package io.github.resilientllm.okhttp;

import static io.github.resilientllm.okhttp.Bodies.hi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.openai.OpenAiProtocol;
import io.github.resilientllm.provider.Capabilities;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables of models in docs/vendors are what requests to them become. {@code -Drenew-facts=true}
 * writes them anew.
 */
class ModelPagesTest {
  private static final String HEAD =
      "| model | context | longest answer | images | efforts | temperature | made to call a tool |"
          + " held to a JSON Schema | thinks in silence |\n|---|---|---|---|---|---|---|---|---|\n";
  private static final List<String> IN_WORDS =
      List.of("system", "systemInstruction", "messages", "contents");

  static Stream<Arguments> pages() {
    return Stream.of(
        page(
            "openai.md",
            ModelPagesTest::openAi,
            "gpt-3.5-turbo",
            "gpt-4o",
            "gpt-4.1",
            "gpt-5-chat-latest",
            "o1-mini",
            "o3-mini",
            "o4-mini",
            "gpt-5",
            "gpt-5-pro",
            "gpt-5.1",
            "gpt-5.2",
            "gpt-5.3-codex",
            "gpt-5.4",
            "gpt-5.5",
            "gpt-5.6",
            "gpt-5.6-pro",
            "gpt-7"),
        page(
            "azure.md",
            ModelPagesTest::azure,
            "support-gpt",
            "gpt-4o-eu",
            "prod-gpt-5.2",
            "gpt-5.6"),
        page(
            "anthropic.md",
            ModelPagesTest::anthropic,
            "claude-3-haiku-20240307",
            "claude-3-5-sonnet-20241022",
            "claude-3-7-sonnet-20250219",
            "claude-sonnet-4-20250514",
            "claude-opus-4-1",
            "claude-haiku-4-5",
            "claude-sonnet-4-5",
            "claude-opus-4-6",
            "claude-opus-4-7",
            "claude-sonnet-5",
            "claude-opus-5-5",
            "claude-fable-5"),
        page(
            "gemini.md",
            Collected::gemini,
            "gemini-1.5-pro",
            "gemini-2.0-flash",
            "gemini-2.5-flash-lite",
            "gemini-2.5-flash",
            "gemini-2.5-pro",
            "gemini-3-pro",
            "gemini-3-flash",
            "gemini-3.7-flash",
            "gemini-flash-latest",
            "gemma-3-27b-it"),
        page(
            "bedrock.md",
            ModelPagesTest::bedrock,
            "anthropic.claude-3-5-haiku-20241022-v1:0",
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "anthropic.claude-opus-4-6-v1",
            "anthropic.claude-opus-5",
            "amazon.nova-micro-v1:0",
            "amazon.nova-pro-v1:0",
            "amazon.nova-premier-v1:0",
            "us.amazon.nova-2-lite-v1:0",
            "us.meta.llama3-3-70b-instruct-v1:0",
            "us.meta.llama4-maverick-17b-instruct-v1:0",
            "mistral.mistral-large-2407-v1:0",
            "mistral.pixtral-large-2502-v1:0",
            "cohere.command-r-plus-v1:0",
            "ai21.jamba-1-5-large-v1:0",
            "us.deepseek.r1-v1:0",
            "deepseek.v3-v1:0",
            "openai.gpt-oss-120b-1:0",
            "qwen.qwen3-235b-a22b-2507-v1:0",
            "moonshot.kimi-k2-thinking"));
  }

  private static Arguments page(String page, Function<String, Protocol> vendor, String... models) {
    return Arguments.of(page, vendor, List.of(models));
  }

  private static Protocol openAi(String model) {
    return new OpenAiProtocol(Dialect.OPENAI.traits(), model, false, InstantSource.system());
  }

  private static Protocol azure(String deployment) {
    return new OpenAiProtocol(AzureOpenAi.CURRENT, deployment, false, InstantSource.system());
  }

  private static Protocol anthropic(String model) {
    return new AnthropicProtocol(model, false, InstantSource.system());
  }

  private static Protocol bedrock(String model) {
    return new BedrockProtocol(BedrockModel.of(model), false, InstantSource.system());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void itsTableIsWhatRequestsBecome(
      String page, Function<String, Protocol> vendor, List<String> models) throws IOException {
    StringBuilder table = new StringBuilder(HEAD);
    for (String model : models) {
      Protocol protocol = vendor.apply(model);
      Capabilities can = protocol.capabilities();
      table.append("| `").append(model).append("` | ");
      table
          .append(
              String.join(
                  " | ",
                  tokens(can.contextWindow()),
                  tokens(can.maxOutputTokens()),
                  yes(can.images()),
                  efforts(protocol),
                  temperature(protocol),
                  forcing(protocol),
                  yes(isHeldToSchema(protocol)),
                  yes(can.thinksInSilence())))
          .append(" |\n");
    }
    PageFacts.check(page, table.toString());
  }

  private static String tokens(int count) {
    return count == 0 ? "?" : String.format(Locale.ROOT, "%,d", count);
  }

  private static String yes(boolean is) {
    return is ? "yes" : "no";
  }

  /** Those that are asked for as they are, and not only the nearest. */
  private static String efforts(Protocol protocol) {
    List<String> efforts = new ArrayList<>();
    for (ReasoningEffort effort : ReasoningEffort.values()) {
      if (isTaken(protocol, hi().reasoningEffort(effort).build())) {
        efforts.add(effort.name().toLowerCase(Locale.ROOT));
      }
    }
    return efforts.isEmpty() || efforts.equals(List.of("none")) ? "no" : String.join(", ", efforts);
  }

  private static String temperature(Protocol protocol) {
    boolean usually = takesTemperature(protocol, null);
    boolean thinking = takesTemperature(protocol, ReasoningEffort.HIGH);
    if (usually) {
      return thinking ? "yes" : "unless asked to think";
    }
    return takesTemperature(protocol, ReasoningEffort.NONE) ? "if told not to think" : "no";
  }

  private static boolean takesTemperature(Protocol protocol, ReasoningEffort effort) {
    ChatRequest.Builder request = hi().temperature(0.5).bestEffort();
    if (effort != null) {
      request.reasoningEffort(effort);
    }
    return !protocol.leavesOut(request.build()).contains("temperature");
  }

  private static String forcing(Protocol protocol) {
    boolean callsAny = protocol.capabilities().tools() && takes(protocol, ToolChoice.required());
    return callsAny ? takes(protocol, ToolChoice.tool("f")) ? "yes" : "any" : "no";
  }

  private static boolean takes(Protocol protocol, ToolChoice choice) {
    Tool tool = Tool.of("f", "", "{\"type\":\"object\"}");
    return isTaken(protocol, hi().tool(tool).toolChoice(choice).build());
  }

  private static boolean isTaken(Protocol protocol, ChatRequest request) {
    return protocol.cannotServe(request).isEmpty() && protocol.leavesOut(request).isEmpty();
  }

  private static boolean isHeldToSchema(Protocol protocol) throws IOException {
    ChatRequest request =
        hi().responseFormat(
                ResponseFormat.jsonSchema(
                    "s",
                    "{\"type\":\"object\",\"properties\":{\"marked\":{\"type\":\"string\"}},"
                        + "\"required\":[\"marked\"],\"additionalProperties\":false}"))
            .build();
    if (protocol.cannotServe(request).isPresent() || !protocol.capabilities().jsonSchema()) {
      return false;
    }
    JsonNode body = Bodies.write(protocol, request, false);
    ((ObjectNode) body).remove(IN_WORDS);
    return body.toString().contains("marked");
  }
}
