package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Conversations such as applications keep them after failovers, cut streams and bugs, the same for
 * the same seed. Each holds what every vendor can be asked.
 */
final class Conversations {
  private static final List<String> TEXTS =
      List.of(
          "Hi",
          "",
          " \n\t",
          "ends with space \n",
          "\ud83d\ude00 emoji",
          "half \ud83d",
          "\ude00 half",
          "nul \u0000 bell \u0007 \u2028 \ufeff",
          "e\u0301 \u202eright to left",
          "\"quotes\" \\ </system> {\"json\":1}");
  private static final List<String> ARGUMENTS =
      List.of("{}", "{\"a\":[1,{\"b\":null}]}", "", "{\"half\":", "[1]", "null", "{} {}", "\ud83d");
  private static final List<String> VENDORS =
      List.of("anthropic", "deepseek", "gemini", "bedrock", "openai");
  private static final List<String> SEALS = List.of("own", "redacted own");
  private static final List<String> ITEMS =
      List.of(
          "own",
          "{\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"own\"}",
          "{\"type\":\"message\",\"phase\":\"commentary\"}");
  private static final List<String> TOOLS = List.of("get_weather", "search", "f");
  private static final List<String> INVENTED =
      List.of("default_api.get", "default_api get", "default_api_get", "", "7up", "x".repeat(65));

  private final Random random;
  private final List<String> usedIds = new ArrayList<>();

  Conversations(long seed) {
    random = new Random(seed);
  }

  ChatRequest next() {
    ChatRequest.Builder request = ChatRequest.builder().bestEffort();
    int turns = 1 + random.nextInt(50);
    for (int i = 0; i < turns; i++) {
      turn(request);
    }
    if (random.nextBoolean()) {
      TOOLS.forEach(name -> request.tool(Tool.of(name, text(), "{\"type\":\"object\"}")));
      if (random.nextInt(3) == 0) {
        request.toolChoice(random.nextBoolean() ? ToolChoice.auto() : ToolChoice.required());
      }
    }
    settings(request);
    return request.build();
  }

  private void settings(ChatRequest.Builder request) {
    if (random.nextBoolean()) {
      request.temperature(random.nextDouble() * 2);
    }
    if (random.nextInt(3) == 0) {
      request.maxOutputTokens(1 + random.nextInt(20_000));
    }
    if (random.nextBoolean()) {
      request.reasoningEffort(pick(List.of(ReasoningEffort.values())));
    }
    if (random.nextInt(4) == 0) {
      request.responseFormat(ResponseFormat.json());
    }
  }

  private void turn(ChatRequest.Builder request) {
    switch (random.nextInt(8)) {
      case 0 -> request.system(text());
      case 1, 2 -> request.user(text());
      case 3 -> request.user(new Part.Text(text()), Part.Image.of(new byte[] {1, 2}, "image/png"));
      case 4, 5 -> request.message(answer(List.of()));
      case 6 -> request.message(Message.tool(result(id())));
      default -> round(request);
    }
  }

  /** Calls and their results, of which some may be lost, repeated or out of order. */
  private void round(ChatRequest.Builder request) {
    List<ToolCall> calls = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      VendorData data = random.nextInt(4) == 0 ? data() : null;
      calls.add(new ToolCall(id(), name(), pick(ARGUMENTS), data));
    }
    request.message(answer(calls));
    List<ToolResult> results = new ArrayList<>();
    for (ToolCall call : calls) {
      if (random.nextInt(8) > 0) {
        results.add(result(call.id()));
      }
    }
    if (random.nextInt(4) == 0) {
      Collections.shuffle(results, random);
    }
    if (random.nextInt(8) == 0) {
      request.user(text());
    }
    for (ToolResult result : results) {
      request.message(Message.tool(result));
    }
  }

  private Message answer(List<ToolCall> calls) {
    List<Part> parts = new ArrayList<>();
    while (random.nextInt(3) == 0) {
      parts.add(new Part.Reasoning(text(), random.nextBoolean() ? data() : null));
    }
    if (calls.isEmpty() || random.nextBoolean()) {
      parts.add(new Part.Text(text()));
    }
    parts.addAll(calls);
    return new Message(Role.ASSISTANT, parts);
  }

  private ToolResult result(String id) {
    List<Part> content = new ArrayList<>();
    while (random.nextInt(2) == 0) {
      content.add(new Part.Text(text()));
    }
    return new ToolResult(id, content, random.nextInt(5) == 0);
  }

  private VendorData data() {
    String vendor = pick(VENDORS);
    return new VendorData(vendor, pick(vendor.equals("openai") ? ITEMS : SEALS));
  }

  /** Mostly new, sometimes one that was there before, in the alphabet of any vendor or none. */
  private String id() {
    if (!usedIds.isEmpty() && random.nextInt(8) == 0) {
      return pick(usedIds);
    }
    String id =
        switch (random.nextInt(5)) {
          case 0 -> "";
          case 1 -> "call_" + random.nextInt(1_000_000);
          case 2 -> "toolu_" + "x".repeat(80) + random.nextInt(1_000);
          case 3 -> "über " + random.nextInt() + "\ud83d";
          default -> "abc" + (100_000 + random.nextInt(900_000));
        };
    usedIds.add(id);
    return id;
  }

  private String name() {
    return pick(random.nextInt(6) == 0 ? INVENTED : TOOLS);
  }

  private String text() {
    return pick(TEXTS);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
