package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.vendor.Wire.asked;
import static io.github.resilientllm.test.vendor.Wire.quote;

import java.io.IOException;
import java.util.List;

/** Anthropic's Messages. */
final class AnthropicWire implements Wire {
  private static final String ANSWER =
      """
      {"id":"msg_local","type":"message","role":"assistant","model":%s,"content":[%s],
       "stop_reason":"%s","stop_sequence":null,"usage":{"input_tokens":%d,"output_tokens":%d}}
      """;
  private static final String START =
      event(
              "message_start",
              "\"message\":{\"id\":\"msg_local\",\"type\":\"message\",\"role\":\"assistant\","
                  + "\"model\":%s,\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                  + "\"usage\":{\"input_tokens\":%d,\"output_tokens\":1}}")
          + event("content_block_start", "\"index\":0,\"content_block\":%s");
  private static final String WORD =
      event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":%s}");
  private static final String ARGUMENTS =
      event(
          "content_block_delta",
          "\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":%s}");
  private static final String END =
      event("content_block_stop", "\"index\":0")
          + event(
              "message_delta",
              "\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},"
                  + "\"usage\":{\"output_tokens\":%d}");
  private static final String STOP = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  private static final String TEXT = "{\"type\":\"text\",\"text\":%s}";
  private static final String CALL =
      "{\"type\":\"tool_use\",\"id\":\"toolu_local%d\",\"name\":%s,\"input\":%s}";
  private static final String ERROR =
      "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":%s}}\n";

  @Override
  public Question read(String path, String body) throws IOException {
    Fields request = Fields.read(body);
    List<Fields> messages = request.objects("messages");
    return Question.of(
        request.text("model"),
        messages.stream().map(message -> message.texts("content")).toList(),
        request.isTrue("stream"),
        messages.stream()
            .flatMap(message -> message.objects("content").stream())
            .filter(part -> part.text("type").equals("tool_result"))
            .map(part -> part.text("tool_use_id"))
            .toList(),
        Wire.lastRole(messages));
  }

  @Override
  public String answer(Question question, String text, Step.Finished finish) {
    int words = Wire.tokens(text);
    return ANSWER.formatted(
        quote(question.model()),
        TEXT.formatted(quote(text)),
        reason(finish),
        asked(question),
        words);
  }

  @Override
  public byte[] start(Question question) {
    return Wire.bytes(start(question, TEXT.formatted("\"\"")));
  }

  @Override
  public byte[] word(Question question, String word, int number) {
    return Wire.bytes(WORD.formatted(quote(word)));
  }

  @Override
  public byte[] end(Question question, String said, Step.Finished finish) {
    return Wire.bytes(END.formatted(reason(finish), Wire.tokens(said)));
  }

  @Override
  public byte[] marker() {
    return Wire.bytes(STOP);
  }

  @Override
  public byte[] errorEvent(Reply.Refusal refusal) {
    return Wire.bytes("event: error\ndata: " + error(refusal) + "\n");
  }

  @Override
  public String call(Question question, Reply.ToolUse use) {
    String call = toolUse(question, use, use.arguments());
    return ANSWER.formatted(quote(question.model()), call, "tool_use", asked(question), 1);
  }

  @Override
  public byte[] callEvents(Question question, Reply.ToolUse use) {
    return Wire.bytes(
        start(question, toolUse(question, use, "{}"))
            + ARGUMENTS.formatted(quote(use.arguments()))
            + END.formatted("tool_use", 1)
            + STOP);
  }

  @Override
  public String textOf(Fields value) {
    boolean isPiece = value.text("type").equals("content_block_delta");
    return isPiece ? value.object("delta").text("text") : value.texts("content");
  }

  @Override
  public boolean finishes(Fields value) {
    return value.text("type").equals("message_stop") || !value.text("stop_reason").isEmpty();
  }

  @Override
  public String error(Reply.Refusal refusal) {
    String type =
        switch (refusal.status()) {
          case 401 -> "authentication_error";
          case 403 -> "permission_error";
          case 404 -> "not_found_error";
          case 429 -> "rate_limit_error";
          case 503, 529 -> "overloaded_error";
          default -> refusal.status() < 500 ? "invalid_request_error" : "api_error";
        };
    return ERROR.formatted(type, quote(message(refusal)));
  }

  /** Only its sentences tell some errors from others. */
  private static String message(Reply.Refusal refusal) {
    return switch (refusal.type()) {
      case "insufficient_quota" ->
          "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing"
              + " to upgrade or purchase credits.";
      case "context_length_exceeded" -> "prompt is too long: 200001 tokens > 200000 maximum";
      default -> refusal.message();
    };
  }

  private static String reason(Step.Finished finish) {
    return switch (finish) {
      case STOP -> "end_turn";
      case LENGTH -> "max_tokens";
      case FILTERED -> "refusal";
    };
  }

  private static String start(Question question, String block) {
    return START.formatted(quote(question.model()), asked(question), block);
  }

  private static String toolUse(Question question, Reply.ToolUse use, String input) {
    return CALL.formatted(question.turn(), quote(use.tool()), input);
  }

  private static String event(String type, String fields) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
  }
}
