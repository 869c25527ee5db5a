package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.vendor.Wire.asked;
import static io.github.resilientllm.test.vendor.Wire.quote;

import java.io.IOException;
import java.util.List;

/** Gemini's generateContent and streamGenerateContent, whose events look like whole answers. */
final class GeminiWire implements Wire {
  private static final String ANSWER =
      "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[%s]}%s,\"index\":0}],"
          + "\"usageMetadata\":{\"promptTokenCount\":%d,\"candidatesTokenCount\":%d,"
          + "\"totalTokenCount\":%d},\"modelVersion\":%s,\"responseId\":\"local\"}";
  private static final String FINISHED = ",\"finishReason\":\"%s\"";
  private static final String TEXT = "{\"text\":%s}";
  private static final String CALL =
      "{\"functionCall\":{\"id\":\"fc_local%d\",\"name\":%s,\"args\":%s}}";
  private static final String ERROR =
      "{\"error\":{\"code\":%d,\"message\":%s,\"status\":\"%s\"%s}}\n";
  private static final String NO_CREDIT =
      ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\","
          + "\"violations\":[{\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel\"}]}]";

  /** The model and the method are the end of the path: {@code models/NAME:METHOD}. */
  @Override
  public Question read(String path, String body) throws IOException {
    List<Fields> contents = Fields.read(body).objects("contents");
    int colon = path.lastIndexOf(':');
    return Question.of(
        path.substring(path.lastIndexOf('/', colon) + 1, colon),
        contents.stream().map(content -> content.texts("parts")).toList(),
        path.startsWith(":stream", colon),
        contents.stream()
            .flatMap(content -> content.objects("parts").stream())
            .filter(part -> part.has("functionResponse"))
            .map(part -> part.object("functionResponse").text("id"))
            .toList(),
        Wire.lastRole(contents));
  }

  @Override
  public String answer(Question question, String text, Step.Finished finish) {
    return finished(question, TEXT.formatted(quote(text)), Wire.tokens(text), finish);
  }

  @Override
  public byte[] start(Question question) {
    return new byte[0];
  }

  @Override
  public byte[] word(Question question, String word, int number) {
    return event(piece(question, TEXT.formatted(quote(word)), "", number));
  }

  @Override
  public byte[] end(Question question, String said, Step.Finished finish) {
    return event(finished(question, TEXT.formatted("\"\""), Wire.tokens(said), finish));
  }

  @Override
  public byte[] errorEvent(Reply.Refusal refusal) {
    return event(error(refusal).strip());
  }

  @Override
  public String call(Question question, Reply.ToolUse use) {
    String call = CALL.formatted(question.turn(), quote(use.tool()), use.arguments());
    return finished(question, call, 1, Step.Finished.STOP);
  }

  @Override
  public byte[] callEvents(Question question, Reply.ToolUse use) {
    return event(call(question, use));
  }

  @Override
  public String textOf(Fields value) {
    StringBuilder text = new StringBuilder();
    value.objects("candidates").forEach(c -> text.append(c.object("content").texts("parts")));
    return text.toString();
  }

  @Override
  public boolean finishes(Fields value) {
    return value.objects("candidates").stream().anyMatch(c -> c.has("finishReason"));
  }

  @Override
  public String error(Reply.Refusal refusal) {
    String status =
        switch (refusal.status()) {
          case 401 -> "UNAUTHENTICATED";
          case 403 -> "PERMISSION_DENIED";
          case 404 -> "NOT_FOUND";
          case 429 -> "RESOURCE_EXHAUSTED";
          case 503 -> "UNAVAILABLE";
          default -> refusal.status() < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
        };
    return ERROR.formatted(refusal.status(), quote(message(refusal)), status, details(refusal));
  }

  /** Only its sentences tell some errors from others. */
  private static String message(Reply.Refusal refusal) {
    return refusal.type().equals("context_length_exceeded")
        ? "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."
        : refusal.message();
  }

  private static String details(Reply.Refusal refusal) {
    return refusal.type().equals("insufficient_quota") ? NO_CREDIT : "";
  }

  private static String finished(Question question, String part, int words, Step.Finished finish) {
    String reason =
        switch (finish) {
          case STOP -> "STOP";
          case LENGTH -> "MAX_TOKENS";
          case FILTERED -> "SAFETY";
        };
    return piece(question, part, FINISHED.formatted(reason), words);
  }

  private static String piece(Question question, String part, String finish, int words) {
    int asked = asked(question);
    return ANSWER.formatted(part, finish, asked, words, asked + words, quote(question.model()));
  }

  private static byte[] event(String json) {
    return Wire.bytes("data: " + json + "\r\n\r\n");
  }
}
