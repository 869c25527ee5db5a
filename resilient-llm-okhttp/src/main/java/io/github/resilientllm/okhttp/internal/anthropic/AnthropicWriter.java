package io.github.resilientllm.okhttp.internal.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.okhttp.internal.history.AskedFormat;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.models.Claude;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import okio.ByteString;

/** Writes a request as the body of a message creation. */
final class AnthropicWriter {
  private static final String ON_VERTEX = "vertex-2023-10-16"; // there is no later one

  private final AnthropicPlan plan;
  private final ChatRequest request;
  private final JsonBody body;
  private final JsonGenerator json;

  private final boolean dropsThoughts;

  private AnthropicWriter(AnthropicPlan plan, boolean dropsThoughts, JsonBody body) {
    this.plan = plan;
    this.dropsThoughts = dropsThoughts && plan.hasBoundThoughts();
    this.request = plan.request();
    this.body = body;
    this.json = body.json();
  }

  /**
   * The whole body.
   *
   * @param model empty where the URL names it, as on Vertex
   * @param dropsThoughts whether the vendor may be told to drop thoughts that no longer fit
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  static ByteString write(
      AnthropicPlan plan, String model, boolean streaming, boolean dropsThoughts)
      throws ProviderException {
    return JsonBody.write(
        AnthropicProtocol.VENDOR,
        body -> new AnthropicWriter(plan, dropsThoughts, body).body(model, streaming));
  }

  private void body(String model, boolean streaming) throws IOException {
    if (model.isEmpty()) {
      body.name("anthropic_version");
      json.writeString(ON_VERTEX);
    } else {
      body.name("model");
      json.writeString(model);
    }
    body.name("max_tokens");
    json.writeNumber(plan.maxTokens());
    system();
    body.name("messages");
    new AnthropicHistory(body, plan.marks()).write(plan.turns().toAnswer(plan.mustBeToldToGoOn()));
    tools();
    sampling();
    thinking();
    outputConfig();
    String user = request.metadata().get("user_id");
    if (user != null) {
      body.name("metadata");
      json.writeStartObject();
      json.writeStringField("user_id", user);
      json.writeEndObject();
    }
    body.name("stream");
    json.writeBoolean(streaming);
    body.vendorOptions(request.vendorOptions(AnthropicProtocol.VENDOR));
  }

  private List<String> instructions() {
    List<String> texts = new ArrayList<>(plan.turns().system());
    if (plan.enforcedSchema().isEmpty()) {
      texts.addAll(AskedFormat.instructions(request.responseFormat()));
    }
    return texts;
  }

  private void system() throws IOException {
    List<String> texts = instructions();
    if (texts.isEmpty()) {
      return;
    }
    body.name("system");
    json.writeStartArray();
    for (int i = 0; i < texts.size(); i++) {
      boolean marked = plan.marks().afterInstructions() && i == texts.size() - 1;
      AnthropicHistory.text(json, texts.get(i), marked);
    }
    json.writeEndArray();
  }

  private void sampling() throws IOException {
    if (plan.temperature() != null) {
      body.name("temperature");
      json.writeNumber(plan.temperature());
    }
    if (plan.topP() != null) {
      body.name("top_p");
      json.writeNumber(plan.topP());
    }
    List<String> stops = Claude.stops(request);
    if (!stops.isEmpty()) {
      body.name("stop_sequences");
      body.value("stop_sequences", stops);
    }
  }

  /** A history with tool calls is refused without tools, so those that were called are declared. */
  private void tools() throws IOException {
    if (request.tools().isEmpty() && plan.turns().toolNames().isEmpty()) {
      return;
    }
    body.name("tools");
    json.writeStartArray();
    List<Tool> tools = new ArrayList<>(request.tools());
    if (tools.isEmpty()) {
      for (String name : plan.turns().toolNames()) {
        tools.add(Tool.of(name, "", "{\"type\":\"object\"}"));
      }
    }
    boolean marked = plan.marks().afterInstructions() && instructions().isEmpty();
    for (int i = 0; i < tools.size(); i++) {
      tool(tools.get(i), marked && i == tools.size() - 1);
    }
    json.writeEndArray();
    toolChoice();
  }

  private void tool(Tool tool, boolean marked) throws IOException {
    boolean strict = plan.enforces(tool);
    json.writeStartObject();
    json.writeStringField("name", tool.name());
    if (!tool.description().isEmpty()) {
      json.writeStringField("description", tool.description());
    }
    json.writeFieldName("input_schema");
    String what = "the parameters of the tool \"" + tool.name() + "\"";
    body.object(strict ? StrictSchema.of(tool.parameters(), what) : tool.parameters(), what);
    if (strict) {
      json.writeBooleanField("strict", true);
    }
    AnthropicHistory.mark(json, marked);
    json.writeEndObject();
  }

  private void toolChoice() throws IOException {
    boolean oneAtMost = request.parallelToolCalls().filter(parallel -> !parallel).isPresent();
    boolean none = request.tools().isEmpty(); // those of the history are not to be called
    if (request.toolChoice().isEmpty() && !oneAtMost && !none) {
      return;
    }
    ToolChoice choice = none ? ToolChoice.none() : request.toolChoice().orElse(ToolChoice.auto());
    body.name("tool_choice");
    json.writeStartObject();
    json.writeStringField("type", word(choice));
    if (choice.toolName().isPresent()) {
      json.writeStringField("name", choice.toolName().get());
    }
    if (oneAtMost && choice.mode() != ToolChoice.Mode.NONE) {
      json.writeBooleanField("disable_parallel_tool_use", true);
    }
    json.writeEndObject();
  }

  private static String word(ToolChoice choice) {
    return switch (choice.mode()) {
      case AUTO -> "auto";
      case NONE -> "none";
      case REQUIRED -> "any";
      case TOOL -> "tool";
    };
  }

  private void thinking() throws IOException {
    if (plan.thinking() == AnthropicPlan.Thinking.UNSAID && !dropsThoughts) {
      return;
    }
    body.name("thinking");
    json.writeStartObject();
    switch (plan.thinking()) {
      case BUDGET -> {
        json.writeStringField("type", "enabled");
        json.writeNumberField("budget_tokens", plan.budget());
      }
      case ADAPTIVE -> {
        json.writeStringField("type", "adaptive");
        json.writeStringField("display", "summarized"); // else nothing is heard for minutes
      }
      case UNSAID -> json.writeStringField("type", "adaptive"); // which it is by default
      case BETWEEN_TOOLS -> json.writeStringField("type", "between_tools");
      case OFF -> json.writeStringField("type", "disabled");
    }
    if (dropsThoughts) {
      json.writeObjectFieldStart("block_binding");
      json.writeStringField("prefix_mismatch_behavior", "drop_block");
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void outputConfig() throws IOException {
    boolean hasEffort = plan.thinking() == AnthropicPlan.Thinking.ADAPTIVE;
    ResponseFormat.JsonSchema schema = plan.enforcedSchema().orElse(null);
    if (!hasEffort && schema == null) {
      return;
    }
    body.name("output_config");
    json.writeStartObject();
    if (hasEffort) {
      json.writeStringField("effort", effort(request.reasoningEffort().orElseThrow()));
    }
    if (schema != null) {
      String what = "the contents of the schema \"" + schema.name() + "\"";
      json.writeObjectFieldStart("format");
      json.writeStringField("type", "json_schema");
      json.writeFieldName("schema");
      body.object(StrictSchema.of(schema.schema(), what), what);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private String effort(ReasoningEffort effort) {
    return switch (effort) {
      case NONE, MINIMAL, LOW -> "low";
      case XHIGH -> plan.claude().hasExtraHighEffort() ? "xhigh" : "high";
      default -> effort.name().toLowerCase(Locale.ROOT);
    };
  }
}
