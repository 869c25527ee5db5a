package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.vendor.Wire.asked;
import static io.github.resilientllm.test.vendor.Wire.quote;

import java.io.IOException;
import java.util.List;

/** OpenAI's chat completions, at whatever path. */
final class OpenAiWire implements Wire {
  private static final String ANSWER =
      """
      {"id":"chatcmpl-local","object":"chat.completion","created":0,"model":%s,
       "choices":[{"index":0,"message":{"role":"assistant",%s},"finish_reason":"%s"}],
       "usage":%s}
      """;
  private static final String PIECE =
      "data: {\"id\":\"chatcmpl-local\",\"object\":\"chat.completion.chunk\",\"created\":0,"
          + "\"model\":%s,\"choices\":[{\"index\":0,\"delta\":{%s},"
          + "\"finish_reason\":null}]}\n\n";
  private static final String END =
      "data: {\"id\":\"chatcmpl-local\",\"object\":\"chat.completion.chunk\",\"created\":0,"
          + "\"model\":%s,\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}],"
          + "\"usage\":%s}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String CALL =
      "\"tool_calls\":[{\"index\":0,\"id\":\"call_local%d\",\"type\":\"function\","
          + "\"function\":{\"name\":%s,\"arguments\":%s}}]";
  private static final String USAGE =
      "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}";
  private static final String ERROR = "{\"error\":{\"message\":%s,\"type\":%s,\"code\":%s}}\n";

  @Override
  public Question read(String path, String body) throws IOException {
    Fields request = Fields.read(body);
    List<Fields> messages = request.objects("messages");
    return Question.of(
        request.text("model"),
        messages.stream().map(message -> message.texts("content")).toList(),
        request.isTrue("stream"),
        messages.stream()
            .filter(message -> message.text("role").equals("tool"))
            .map(message -> message.text("tool_call_id"))
            .toList(),
        Wire.lastRole(messages));
  }

  @Override
  public String answer(Question question, String text, Step.Finished finish) {
    int words = Prose.words(text).size();
    return ANSWER.formatted(
        quote(question.model()),
        "\"content\":" + quote(text),
        reason(finish),
        usage(question, words));
  }

  @Override
  public String start(Question question) {
    return "";
  }

  @Override
  public String word(Question question, String word, int number) {
    return PIECE.formatted(quote(question.model()), "\"content\":" + quote(word));
  }

  @Override
  public String end(Question question, int words, Step.Finished finish) {
    return END.formatted(quote(question.model()), reason(finish), usage(question, words));
  }

  @Override
  public String marker() {
    return DONE;
  }

  @Override
  public String errorEvent(Reply.Refusal refusal) {
    return "data: " + error(refusal) + "\n";
  }

  @Override
  public String call(Question question, Reply.ToolUse use) {
    String message = "\"content\":null," + toolCall(question, use);
    return ANSWER.formatted(quote(question.model()), message, "tool_calls", usage(question, 1));
  }

  @Override
  public String callEvents(Question question, Reply.ToolUse use) {
    String model = quote(question.model());
    return PIECE.formatted(model, toolCall(question, use))
        + END.formatted(model, "tool_calls", usage(question, 1))
        + DONE;
  }

  @Override
  public String error(Reply.Refusal refusal) {
    String type = quote(refusal.type());
    return ERROR.formatted(quote(refusal.message()), type, type);
  }

  private static String reason(Step.Finished finish) {
    return switch (finish) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case FILTERED -> "content_filter";
    };
  }

  private static String toolCall(Question question, Reply.ToolUse use) {
    return CALL.formatted(question.turn(), quote(use.tool()), quote(use.arguments()));
  }

  private static String usage(Question question, int words) {
    return USAGE.formatted(asked(question), words, asked(question) + words);
  }
}
