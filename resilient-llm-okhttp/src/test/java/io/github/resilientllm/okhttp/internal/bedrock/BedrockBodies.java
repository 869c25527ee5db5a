package io.github.resilientllm.okhttp.internal.bedrock;

import static io.github.resilientllm.okhttp.Bodies.hi;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.Bodies;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What goes to models on Bedrock, as tests look at it. */
final class BedrockBodies {
  static final String CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
  static final String NEWER_CLAUDE = "anthropic.claude-opus-4-6-v1";
  static final String LLAMA = "us.meta.llama3-3-70b-instruct-v1:0";
  static final Tool WEATHER =
      Tool.of("get_weather", "Get weather for a city", "{\"type\":\"object\"}");

  private BedrockBodies() {}

  static Protocol protocol(String model) {
    return new BedrockProtocol(BedrockModel.of(model), false, InstantSource.system());
  }

  static JsonNode write(String model, ChatRequest request) throws IOException {
    return Bodies.write(protocol(model), request, true);
  }

  static List<String> leavesOut(String model, ChatRequest request) {
    return protocol(model).leavesOut(request);
  }

  /** A question, the call that answered it, and the call's result. */
  static ChatRequest.Builder loop(Part... before) {
    List<Part> parts = new ArrayList<>(List.of(before));
    parts.add(new ToolCall("t1", "get_weather", "{\"city\":\"Bonn\"}"));
    return hi().message(Message.assistant(parts)).message(Message.tool(ToolResult.of("t1", "12°")));
  }
}
