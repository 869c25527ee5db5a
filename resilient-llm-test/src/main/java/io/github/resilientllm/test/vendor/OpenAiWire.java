package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.vendor.Wire.asked;
import static io.github.resilientllm.test.vendor.Wire.quote;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.util.List;

/** OpenAI's chat completions, at whatever path, and as Azure serves them. */
final class OpenAiWire implements Wire {
  /** Azure says first what its filter thinks of the prompt, in a chunk without choices. */
  private static final String FILTERED =
      "data: {\"id\":\"\",\"object\":\"\",\"created\":0,\"model\":\"\",\"choices\":[],"
          + "\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":{}}]}\n\n";

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
  private static final String ROLE = "\"role\":\"assistant\",\"content\":";
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

  private final boolean isAzure;

  private OpenAiWire(boolean isAzure) {
    this.isAzure = isAzure;
  }

  static OpenAiWire atOpenAi() {
    return new OpenAiWire(false);
  }

  static OpenAiWire onAzure() {
    return new OpenAiWire(true);
  }

  @Override
  public Question read(String path, String body) throws IOException {
    Fields request = Fields.read(body);
    List<Fields> messages = request.objects("messages");
    return Question.of(
        request.text("model").isEmpty() ? deployment(path) : request.text("model"),
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
    int words = Wire.tokens(text);
    return ANSWER.formatted(
        quote(question.model()),
        "\"content\":" + quote(text),
        reason(finish),
        usage(question, words));
  }

  @Override
  public byte[] start(Question question) {
    String first = PIECE.formatted(quote(question.model()), ROLE + "\"\"");
    return Wire.bytes(isAzure ? FILTERED + first : first);
  }

  @Override
  public byte[] word(Question question, String word, int number) {
    return Wire.bytes(PIECE.formatted(quote(question.model()), "\"content\":" + quote(word)));
  }

  @Override
  public byte[] end(Question question, String said, Step.Finished finish) {
    String usage = usage(question, Wire.tokens(said));
    return Wire.bytes(END.formatted(quote(question.model()), reason(finish), usage));
  }

  @Override
  public byte[] marker() {
    return Wire.bytes(DONE);
  }

  @Override
  public byte[] errorEvent(Reply.Refusal refusal) {
    return Wire.bytes("data: " + error(refusal) + "\n");
  }

  @Override
  public String call(Question question, Reply.ToolUse use) {
    String message = "\"content\":null," + toolCall(question, use);
    return ANSWER.formatted(quote(question.model()), message, "tool_calls", usage(question, 1));
  }

  @Override
  public byte[] callEvents(Question question, Reply.ToolUse use) {
    String model = quote(question.model());
    return Wire.bytes(
        PIECE.formatted(model, ROLE + "null," + toolCall(question, use))
            + END.formatted(model, "tool_calls", usage(question, 1))
            + DONE);
  }

  @Override
  public String textOf(Fields value) {
    StringBuilder text = new StringBuilder();
    for (Fields choice : value.objects("choices")) {
      text.append(choice.object("delta").text("content"));
      text.append(choice.object("message").texts("content"));
    }
    return text.toString();
  }

  @Override
  public boolean finishes(Fields value) {
    return value.objects("choices").stream()
        .map(choice -> choice.text("finish_reason"))
        .anyMatch(reason -> !reason.isEmpty() && !reason.equals("error"));
  }

  @Override
  public String error(Reply.Refusal refusal) {
    String type = quote(refusal.type());
    return ERROR.formatted(quote(refusal.message()), type, type);
  }

  /** Azure's own URL of a deployment: {@code /openai/deployments/NAME/chat/completions}. */
  private static String deployment(String path) {
    String[] parts = path.split("/", -1);
    return parts.length > 4 && parts[2].equals("deployments")
        ? URLDecoder.decode(parts[3], UTF_8)
        : "";
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
