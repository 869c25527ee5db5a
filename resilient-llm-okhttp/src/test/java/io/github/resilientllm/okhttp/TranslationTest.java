package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.json.WholeCharacters;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.responses.ResponsesAnswerTest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a conversation holds and whoever began it, each vendor gets a body that its rules allow.
 */
class TranslationTest {
  private static final int CONVERSATIONS = Integer.getInteger("translation.conversations", 200);
  private static final long SEED = Long.getLong("translation.seed", 20_261_122);

  private static final String NAME = "[a-zA-Z_][a-zA-Z0-9_-]{0,63}"; // all vendors take these

  private static int written;

  /** A vendor, and what checks a body by its rules. */
  private record Vendor(String name, Protocol protocol, Consumer<JsonNode> rules) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Vendor openAi(Dialect dialect) {
    boolean shortIds = dialect == Dialect.MISTRAL;
    String id = shortIds ? "[a-zA-Z0-9]{9}" : "(?s).+";
    return new Vendor(
        dialect.toString(), Collected.protocol(dialect), body -> openAiRules(body, id));
  }

  private static Vendor responses(String model) {
    return new Vendor(
        "responses of " + model,
        ResponsesAnswerTest.protocol(model),
        body -> responsesRules(body, !model.startsWith("gpt-4")));
  }

  private static Vendor anthropic(String model) {
    return new Vendor(
        model,
        new AnthropicProtocol(model, false, InstantSource.system()),
        TranslationTest::anthropicRules);
  }

  private static Vendor claudeOnVertex(String model) {
    return new Vendor(
        model,
        new AnthropicProtocol(NamedModel.of(model), true, false, true, InstantSource.system()),
        body -> {
          anthropicRules(body);
          assertThat(body.get("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
          assertThat(body.has("model") || body.at("/output_config").has("format")).isFalse();
        });
  }

  private static Vendor gemini(String model) {
    return new Vendor(
        model, Collected.gemini(model), body -> geminiRules(body, model.contains("-3")));
  }

  private static Vendor bedrock(String model) {
    return new Vendor(
        model,
        new BedrockProtocol(BedrockModel.of(model), false, InstantSource.system()),
        TranslationTest::bedrockRules);
  }

  static List<Vendor> vendors() {
    return List.of(
        openAi(Dialect.OPENAI),
        openAi(Dialect.MISTRAL),
        openAi(Dialect.DEEPSEEK),
        openAi(Dialect.OLLAMA),
        openAi(Dialect.COMPATIBLE),
        responses("gpt-4.1"),
        responses("gpt-5.6"),
        responses("our-deployment"),
        anthropic("claude-3-5-haiku-latest"),
        anthropic("claude-sonnet-4-5"),
        anthropic("claude-opus-5"),
        claudeOnVertex("claude-sonnet-4-5@20250929"),
        claudeOnVertex("claude-opus-5@20260801"),
        gemini("gemini-1.5-flash"),
        gemini("gemini-2.5-pro"),
        gemini("gemini-3-flash-preview"),
        bedrock("eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        bedrock("anthropic.claude-opus-4-6-v1"),
        bedrock("amazon.nova-2-lite-v1:0"),
        bedrock("mistral.mistral-large-2407-v1:0"));
  }

  @AfterAll
  static void tell() {
    System.out.println("Translated conversations: " + written);
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void everyConversationBecomesALegalBody(Vendor vendor) throws Exception {
    for (int i = 0; i < CONVERSATIONS; i++) {
      ChatRequest request = request(vendor, i);
      String name = vendor + ", seed " + (SEED + i);
      byte[] body = vendor.protocol().write(request, i % 2 == 0).toByteArray();
      assertThat(vendor.protocol().write(request, i % 2 == 0).toByteArray())
          .as("%s: written alike each time", name)
          .isEqualTo(body);
      JsonNode json = Fixtures.JSON.readTree(body);
      assertThat(WholeCharacters.whole(json.toString()))
          .as("%s: without halves of characters", name)
          .isEqualTo(json.toString());
      try {
        vendor.rules().accept(json);
      } catch (AssertionError e) {
        throw new AssertionError(name + ": " + e.getMessage(), e);
      }
      assertThat(vendor.protocol().leavesOut(request)).doesNotHaveDuplicates();
      written++;
    }
  }

  /** Every third one with as much of files and sounds as the vendor takes. */
  private static ChatRequest request(Vendor vendor, int number) {
    ChatRequest plain = new Conversations(SEED + number).next();
    if (number % 3 > 0) {
      return plain;
    }
    for (boolean hears : new boolean[] {true, false}) {
      ChatRequest request = new Conversations(SEED + number).withFiles(hears);
      if (vendor.protocol().cannotServe(request).isEmpty()) {
        return request;
      }
    }
    return plain;
  }

  /** PROVIDERS 1.2 and 3.1: every call is answered at once and in order, by an id of its own. */
  private static void openAiRules(JsonNode body, String idPattern) {
    assertThat(body.get("messages")).isNotEmpty();
    Set<String> ids = new HashSet<>();
    Set<String> open = new HashSet<>();
    for (JsonNode message : body.get("messages")) {
      String role = message.get("role").asText();
      if (role.equals("tool")) {
        assertThat(open.remove(message.get("tool_call_id").asText())).as("asked for").isTrue();
        assertThat(message.get("content").isTextual()).isTrue();
        continue;
      }
      assertThat(open).as("calls without results").isEmpty();
      assertThat(role).isIn("system", "user", "assistant");
      assertThat(message.get("content").isNull() && !message.has("tool_calls")).isFalse();
      for (JsonNode call : message.path("tool_calls")) {
        String id = call.get("id").asText();
        assertThat(id).matches(idPattern);
        assertThat(ids.add(id)).as("unique").isTrue();
        open.add(id);
        assertThat(call.at("/function/name").asText()).matches(NAME);
        assertThat(call.at("/function/arguments").isTextual()).isTrue();
      }
    }
    assertThat(open).as("calls without results").isEmpty();
  }

  /** Every call is answered before anything else is said, and every thought leads to something. */
  private static void responsesRules(JsonNode body, boolean reasons) {
    assertThat(body.get("input")).isNotEmpty();
    assertThat(body.get("store").asBoolean()).isFalse();
    Set<String> ids = new HashSet<>();
    Set<String> open = new HashSet<>();
    boolean thought = false;
    for (JsonNode item : body.get("input")) {
      String type = item.path("type").asText("message");
      boolean isModels =
          type.equals("function_call") || item.path("role").asText("").equals("assistant");
      assertThat(thought && !isModels && !type.equals("reasoning")).as("for nothing").isFalse();
      thought = type.equals("reasoning");
      switch (type) {
        case "function_call" -> {
          String id = item.get("call_id").asText();
          assertThat(id).matches("[a-zA-Z0-9_-]{1,64}");
          assertThat(ids.add(id)).as("unique").isTrue();
          open.add(id);
          assertThat(item.get("name").asText()).matches(NAME);
          assertThat(item.get("arguments").isTextual()).isTrue();
        }
        case "function_call_output" -> {
          assertThat(open.remove(item.get("call_id").asText())).as("asked for").isTrue();
          assertThat(item.get("output").isTextual()).isTrue();
        }
        case "reasoning" -> {
          assertThat(reasons).as("a model that takes thoughts").isTrue();
          assertThat(item.get("encrypted_content").asText()).isEqualTo("own");
        }
        default -> {
          assertThat(open).as("calls without results").isEmpty();
          assertThat(item.get("role").asText()).isIn("system", "user", "assistant");
          assertThat(item.has("content")).isTrue();
        }
      }
    }
    assertThat(thought).as("a thought at the end").isFalse();
    assertThat(open).as("calls without results").isEmpty();
    assertThat(body.path("max_output_tokens").asInt(16)).isGreaterThanOrEqualTo(16);
  }

  /** PROVIDERS 4.2. */
  private static void anthropicRules(JsonNode body) {
    assertThat(body.get("max_tokens").asInt()).isPositive();
    for (JsonNode text : body.path("system")) {
      assertThat(text.get("text").asText()).isNotBlank();
    }
    String before = "assistant";
    Set<String> ids = new HashSet<>();
    List<String> open = List.of();
    for (JsonNode message : body.get("messages")) {
      String role = message.get("role").asText();
      assertThat(role).isEqualTo(before.equals("user") ? "assistant" : "user");
      before = role;
      assertThat(message.get("content")).isNotEmpty();
      List<String> results = message.get("content").findValuesAsText("tool_use_id");
      assertThat(results).as("in the order of their calls").isEqualTo(open);
      open = anthropicCalls(message, ids);
      anthropicBlocks(message, results.size());
    }
    assertThat(open).as("calls without results").isEmpty();
    if (!ids.isEmpty()) {
      assertThat(body.path("tools")).as("tools with a history of calls").isNotEmpty();
    }
    assertThat(body.findParents("cache_control"))
        .hasSizeLessThanOrEqualTo(4)
        .noneMatch(block -> block.path("type").asText().endsWith("thinking"));
    anthropicLimits(body, before);
  }

  private static List<String> anthropicCalls(JsonNode message, Set<String> ids) {
    for (JsonNode call : message.get("content").findParents("input")) {
      assertThat(call.get("name").asText()).matches(NAME);
    }
    List<String> calls =
        message.get("content").findParents("input").stream()
            .map(call -> call.get("id").asText())
            .toList();
    assertThat(calls).allMatch(id -> id.matches("[a-zA-Z0-9_-]+")).allMatch(ids::add);
    return calls;
  }

  private static void anthropicBlocks(JsonNode message, int results) {
    boolean model = message.get("role").asText().equals("assistant");
    int at = 0;
    for (JsonNode block : message.get("content")) {
      String type = block.get("type").asText();
      switch (type) {
        case "text" -> assertThat(block.get("text").asText()).isNotBlank();
        case "image", "document" -> assertThat(model).isFalse();
        case "tool_use" -> assertThat(model && block.get("input").isObject()).isTrue();
        case "tool_result" -> assertThat(at).as("before all else").isLessThan(results);
        case "thinking" ->
            assertThat(model && block.get("signature").asText().startsWith("own")).isTrue();
        case "redacted_thinking" -> assertThat(model && block.has("data")).isTrue();
        default -> throw new AssertionError("a block of type " + type);
      }
      at++;
    }
    String last = message.get("content").get(at - 1).get("type").asText();
    assertThat(last).doesNotEndWith("thinking");
  }

  private static void anthropicLimits(JsonNode body, String lastRole) {
    if (body.has("temperature")) {
      assertThat(body.get("temperature").asDouble()).isBetween(0.0, 1.0);
      assertThat(body.has("thinking")).isFalse();
    }
    JsonNode last = body.get("messages").get(body.get("messages").size() - 1).get("content");
    boolean isPaused = last.get(last.size() - 1).path("text").asText().equals("as sent");
    if (lastRole.equals("assistant") && !isPaused) {
      assertThat(body.has("thinking")).isFalse();
      String text = last.get(last.size() - 1).get("text").asText();
      assertThat(text).isEqualTo(text.stripTrailing());
    }
    JsonNode budget = body.at("/thinking/budget_tokens");
    if (!budget.isMissingNode()) {
      assertThat(budget.asInt()).isBetween(1_024, body.get("max_tokens").asInt() - 1);
    }
    boolean forced = body.at("/tool_choice/type").asText("").matches("any|tool");
    assertThat(forced && !budget.isMissingNode()).as("forced, with a budget").isFalse();
  }

  /** PROVIDERS 5.2. */
  private static void geminiRules(JsonNode body, boolean signs) {
    String before = "model";
    List<String> open = List.of();
    for (JsonNode content : body.get("contents")) {
      String role = content.get("role").asText();
      assertThat(role).isEqualTo(before.equals("user") ? "model" : "user");
      before = role;
      assertThat(content.get("parts")).isNotEmpty();
      List<String> results = new ArrayList<>();
      List<String> calls = new ArrayList<>();
      for (JsonNode part : content.get("parts")) {
        geminiPart(part, signs && calls.isEmpty());
        names(part, "functionResponse").ifPresent(results::add);
        names(part, "functionCall").ifPresent(calls::add);
      }
      assertThat(results).as("in the order of their calls").isEqualTo(open);
      assertThat(calls.isEmpty() || role.equals("model")).isTrue();
      open = calls;
    }
    assertThat(open).as("calls without results").isEmpty();
    for (JsonNode text : body.at("/systemInstruction/parts")) {
      assertThat(text.get("text").asText()).isNotBlank();
    }
  }

  private static void geminiPart(JsonNode part, boolean mustBeSigned) {
    if (part.has("functionCall")) {
      assertThat(part.at("/functionCall/args").isObject()).isTrue();
      assertThat(part.at("/functionCall/name").asText()).matches(NAME);
      assertThat(mustBeSigned && !part.has("thoughtSignature")).as("unsigned").isFalse();
    } else if (part.has("functionResponse")) {
      assertThat(part.at("/functionResponse/response").isObject()).isTrue();
    } else if (part.has("text") && !part.has("thoughtSignature")) {
      assertThat(part.get("text").asText()).isNotBlank();
    } else {
      assertThat(part.has("inlineData") || part.has("thoughtSignature")).isTrue();
    }
  }

  /** The id and name of a part of this kind; empty if it is of another. */
  private static Optional<String> names(JsonNode part, String kind) {
    JsonNode value = part.path(kind);
    return value.isMissingNode()
        ? Optional.empty()
        : Optional.of(value.path("id").asText("") + " " + value.get("name").asText());
  }

  /** PROVIDERS 6.2. */
  private static void bedrockRules(JsonNode body) {
    String before = "assistant";
    Set<String> ids = new HashSet<>();
    List<String> open = List.of();
    for (JsonNode message : body.get("messages")) {
      String role = message.get("role").asText();
      assertThat(role).isEqualTo(before.equals("user") ? "assistant" : "user");
      before = role;
      List<String> results = ids(message, "toolResult");
      assertThat(results).as("in the order of their calls").isEqualTo(open);
      open = ids(message, "toolUse");
      for (JsonNode call : message.get("content").findValues("toolUse")) {
        assertThat(call.get("name").asText()).matches(NAME);
      }
      assertThat(open).allMatch(id -> id.matches("[a-zA-Z0-9_.:-]{1,64}")).allMatch(ids::add);
      bedrockBlocks(message.get("content"), role.equals("assistant"), results.size());
    }
    assertThat(open).as("calls without results").isEmpty();
    if (!ids.isEmpty()) {
      assertThat(body.at("/toolConfig/tools")).as("tools with a history of calls").isNotEmpty();
    }
    for (JsonNode text : body.path("system")) {
      assertThat(text.path("text").asText("").isBlank() && !text.has("cachePoint")).isFalse();
    }
    assertThat(body.findValues("cachePoint")).hasSizeLessThanOrEqualTo(4);
    assertThat(body.at("/inferenceConfig/temperature").asDouble()).isBetween(0.0, 1.0);
  }

  private static List<String> ids(JsonNode message, String kind) {
    return message.get("content").findValues(kind).stream()
        .map(block -> block.get("toolUseId").asText())
        .toList();
  }

  private static void bedrockBlocks(JsonNode blocks, boolean model, int results) {
    assertThat(blocks).isNotEmpty();
    int at = 0;
    for (JsonNode block : blocks) {
      String kind = block.fieldNames().next();
      assertThat(block).as("a union").hasSize(1);
      switch (kind) {
        case "text" -> assertThat(block.get("text").asText()).isNotBlank();
        case "image" -> assertThat(model).isFalse();
        case "document" -> {
          assertThat(block.at("/document/name").asText()).matches("[a-zA-Z0-9 ()\\[\\]-]{1,200}");
          assertThat(blocks.findValuesAsText("text")).as("words beside a file").isNotEmpty();
        }
        case "toolUse" -> assertThat(model && block.at("/toolUse/input").isObject()).isTrue();
        case "toolResult" -> assertThat(at).as("before all else").isLessThan(results);
        case "cachePoint" -> assertThat(at).as("after something").isPositive();
        case "reasoningContent" -> assertThat(model && at < blocks.size() - 1).isTrue();
        default -> throw new AssertionError("a block of the kind " + kind);
      }
      at++;
    }
  }
}
