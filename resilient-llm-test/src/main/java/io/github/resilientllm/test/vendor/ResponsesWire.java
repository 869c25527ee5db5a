package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.vendor.Wire.asked;
import static io.github.resilientllm.test.vendor.Wire.quote;

import java.io.IOException;
import java.util.List;

/** OpenAI's Responses, on Azure too. A stream ends with its last event; there is no marker. */
final class ResponsesWire implements Wire {
  private static final String RESPONSE =
      "{\"id\":\"resp_local\",\"object\":\"response\",\"created_at\":0,\"status\":\"%s\","
          + "\"error\":null,\"incomplete_details\":%s,\"model\":%s,\"output\":[%s],\"usage\":%s}";
  private static final String USAGE =
      "{\"input_tokens\":%d,\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":%d,"
          + "\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":%d}";
  private static final String TEXT = "{\"type\":\"output_text\",\"text\":%s,\"annotations\":[]}";
  private static final String MESSAGE =
      "{\"id\":\"msg_local\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"%s\","
          + "\"content\":[%s]}";
  private static final String CALL =
      "{\"id\":\"fc_local\",\"type\":\"function_call\",\"status\":\"%s\","
          + "\"call_id\":\"call_local%d\",\"name\":%s,\"arguments\":%s}";
  private static final String PART =
      "\"item_id\":\"msg_local\",\"output_index\":0,\"content_index\":0,";
  private static final String ERROR =
      "{\"error\":{\"message\":%s,\"type\":%s,\"param\":null,\"code\":%s}}\n";

  @Override
  public Question read(String path, String body) throws IOException {
    Fields request = Fields.read(body);
    List<Fields> items = request.objects("input");
    List<String> texts = items.stream().map(item -> item.texts("content")).toList();
    return Question.of(
        request.text("model"),
        items.isEmpty() ? List.of(request.text("input")) : texts,
        request.isTrue("stream"),
        items.stream()
            .filter(item -> item.text("type").equals("function_call_output"))
            .map(item -> item.text("call_id"))
            .toList(),
        items.isEmpty() ? "user" : role(items.get(items.size() - 1)));
  }

  @Override
  public String answer(Question question, String text, Step.Finished finish) {
    return response(question, finish, message(text, finish), Wire.tokens(text));
  }

  @Override
  public byte[] start(Question question) {
    String begun = begun(question);
    return Wire.bytes(
        event(0, "response.created", "\"response\":" + begun)
            + event(1, "response.in_progress", "\"response\":" + begun)
            + item(2, "added", MESSAGE.formatted("in_progress", ""))
            + event(3, "response.content_part.added", PART + "\"part\":" + TEXT.formatted("\"\"")));
  }

  @Override
  public byte[] word(Question question, String word, int number) {
    String delta = PART + "\"delta\":" + quote(word) + ",\"logprobs\":[]";
    return Wire.bytes(event(3 + number, "response.output_text.delta", delta));
  }

  @Override
  public byte[] end(Question question, String said, Step.Finished finish) {
    int words = Wire.tokens(said);
    int next = 4 + words;
    String last = finish == Step.Finished.STOP ? "response.completed" : "response.incomplete";
    return Wire.bytes(
        event(next, "response.output_text.done", PART + "\"text\":" + quote(said))
            + event(
                next + 1,
                "response.content_part.done",
                PART + "\"part\":" + TEXT.formatted(quote(said)))
            + item(next + 2, "done", message(said, finish))
            + event(next + 3, last, "\"response\":" + answer(question, said, finish)));
  }

  @Override
  public byte[] errorEvent(Reply.Refusal refusal) {
    String type = quote(refusal.type());
    String fields = "\"code\":" + type + ",\"message\":" + quote(refusal.message());
    return Wire.bytes(event(1_000, "error", fields + ",\"param\":null"));
  }

  @Override
  public String call(Question question, Reply.ToolUse use) {
    return response(question, Step.Finished.STOP, call(question, use, "completed"), 1);
  }

  @Override
  public byte[] callEvents(Question question, Reply.ToolUse use) {
    String arguments = quote(use.arguments());
    String at = "\"item_id\":\"fc_local\",\"output_index\":0,";
    String begun = call(question, new Reply.ToolUse(use.tool(), ""), "in_progress");
    return Wire.bytes(
        event(0, "response.created", "\"response\":" + begun(question))
            + item(1, "added", begun)
            + event(2, "response.function_call_arguments.delta", at + "\"delta\":" + arguments)
            + event(3, "response.function_call_arguments.done", at + "\"arguments\":" + arguments)
            + item(4, "done", call(question, use, "completed"))
            + event(5, "response.completed", "\"response\":" + call(question, use)));
  }

  /** A stream says all of it again at its end. */
  @Override
  public String textOf(Fields value) {
    String type = value.text("type");
    if (type.startsWith("response.")) {
      return type.equals("response.output_text.delta") ? value.text("delta") : "";
    }
    StringBuilder text = new StringBuilder();
    value.objects("output").forEach(item -> text.append(item.texts("content")));
    return text.toString();
  }

  @Override
  public boolean finishes(Fields value) {
    String type = value.text("type");
    return type.equals("response.completed")
        || type.equals("response.incomplete")
        || (type.isEmpty() && value.text("status").equals("completed"));
  }

  @Override
  public String error(Reply.Refusal refusal) {
    String type = quote(refusal.type());
    return ERROR.formatted(quote(refusal.message()), type, type);
  }

  private static String role(Fields item) {
    return switch (item.text("type")) {
      case "function_call_output" -> "tool";
      case "function_call" -> "assistant";
      default -> item.text("role");
    };
  }

  private static String begun(Question question) {
    return RESPONSE.formatted("in_progress", "null", quote(question.model()), "", "null");
  }

  private static String response(
      Question question, Step.Finished finish, String output, int words) {
    String reason =
        switch (finish) {
          case STOP -> "null";
          case LENGTH -> "{\"reason\":\"max_output_tokens\"}";
          case FILTERED -> "{\"reason\":\"content_filter\"}";
        };
    int asked = asked(question);
    return RESPONSE.formatted(
        status(finish),
        reason,
        quote(question.model()),
        output,
        USAGE.formatted(asked, words, asked + words));
  }

  private static String message(String text, Step.Finished finish) {
    return MESSAGE.formatted(status(finish), TEXT.formatted(quote(text)));
  }

  private static String status(Step.Finished finish) {
    return finish == Step.Finished.STOP ? "completed" : "incomplete";
  }

  private static String call(Question question, Reply.ToolUse use, String status) {
    return CALL.formatted(status, question.turn(), quote(use.tool()), quote(use.arguments()));
  }

  private static String item(int number, String what, String item) {
    return event(number, "response.output_item." + what, "\"output_index\":0,\"item\":" + item);
  }

  private static String event(int number, String type, String fields) {
    return "event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%d,%s}\n\n"
        .formatted(type, type, number, fields);
  }
}
