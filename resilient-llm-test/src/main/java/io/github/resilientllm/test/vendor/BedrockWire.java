package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.vendor.Wire.asked;
import static io.github.resilientllm.test.vendor.Wire.quote;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Bedrock's Converse and ConverseStream, whose events are frames of AWS's event stream. */
final class BedrockWire implements Wire {
  private static final String ANSWER =
      "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[%s]}},\"stopReason\":\"%s\","
          + "\"usage\":%s,\"metrics\":{\"latencyMs\":1}}";
  private static final String USAGE = "{\"inputTokens\":%d,\"outputTokens\":%d,\"totalTokens\":%d}";
  private static final String TOOL =
      "{\"toolUse\":{\"toolUseId\":\"tooluse_local%d\",\"name\":%s%s}}";

  /** The model and the method are the end of the path: {@code /model/NAME/METHOD}. */
  @Override
  public Question read(String path, String body) throws IOException {
    List<Fields> messages = Fields.read(body).objects("messages");
    int end = path.lastIndexOf('/');
    String model = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    return Question.of(
        URLDecoder.decode(model, UTF_8),
        messages.stream().map(message -> message.texts("content")).toList(),
        path.endsWith("-stream"),
        messages.stream()
            .flatMap(message -> message.objects("content").stream())
            .filter(part -> part.has("toolResult"))
            .map(part -> part.object("toolResult").text("toolUseId"))
            .toList(),
        Wire.lastRole(messages));
  }

  @Override
  public String answer(Question question, String text, Step.Finished finish) {
    String part = "{\"text\":" + quote(text) + "}";
    return ANSWER.formatted(part, reason(finish), usage(question, Wire.tokens(text)));
  }

  @Override
  public byte[] start(Question question) {
    return EventFrames.event("messageStart", "{\"role\":\"assistant\"}");
  }

  @Override
  public byte[] word(Question question, String word, int number) {
    return delta("{\"text\":" + quote(word) + "}");
  }

  @Override
  public byte[] end(Question question, String said, Step.Finished finish) {
    return end(reason(finish), usage(question, Wire.tokens(said)));
  }

  /** An exception's name begins with a small letter in a frame. */
  @Override
  public byte[] errorEvent(Reply.Refusal refusal) {
    String name = exception(refusal);
    name = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    return EventFrames.exception(name, error(refusal));
  }

  /** There are no comments; an event that no client knows says as little. */
  @Override
  public byte[] keepAlive() {
    return EventFrames.event("stillHere", "{}");
  }

  @Override
  public String call(Question question, Reply.ToolUse use) {
    String part =
        TOOL.formatted(question.turn(), quote(use.tool()), ",\"input\":" + use.arguments());
    return ANSWER.formatted(part, "tool_use", usage(question, 1));
  }

  @Override
  public byte[] callEvents(Question question, Reply.ToolUse use) {
    String tool = TOOL.formatted(question.turn(), quote(use.tool()), "");
    return join(
        start(question),
        EventFrames.event("contentBlockStart", "{\"contentBlockIndex\":0,\"start\":" + tool + "}"),
        delta("{\"toolUse\":{\"input\":" + quote(use.arguments()) + "}}"),
        end("tool_use", usage(question, 1)));
  }

  @Override
  public String textOf(Fields value) {
    return value.object("output").object("message").texts("content")
        + value.object("delta").text("text");
  }

  @Override
  public boolean finishes(Fields value) {
    return value.has("stopReason");
  }

  @Override
  public String error(Reply.Refusal refusal) {
    boolean isTooLong = refusal.type().equals("context_length_exceeded");
    String message = isTooLong ? "Input is too long for requested model." : refusal.message();
    return "{\"message\":" + quote(message) + "}";
  }

  @Override
  public Map<String, String> errorHeaders(Reply.Refusal refusal) {
    return Map.of("x-amzn-ErrorType", exception(refusal));
  }

  @Override
  public String streamType() {
    return EventFrames.CONTENT_TYPE;
  }

  private static String exception(Reply.Refusal refusal) {
    if (refusal.type().equals("insufficient_quota")) {
      return "ServiceQuotaExceededException";
    }
    return switch (refusal.status()) {
      case 401 -> "UnrecognizedClientException";
      case 403 -> "AccessDeniedException";
      case 404 -> "ResourceNotFoundException";
      case 408 -> "ModelTimeoutException";
      case 424 -> "ModelErrorException";
      case 429 -> "ThrottlingException";
      case 503 -> "ServiceUnavailableException";
      default -> refusal.status() < 500 ? "ValidationException" : "InternalServerException";
    };
  }

  private static String reason(Step.Finished finish) {
    return switch (finish) {
      case STOP -> "end_turn";
      case LENGTH -> "max_tokens";
      case FILTERED -> "content_filtered";
    };
  }

  private static String usage(Question question, int words) {
    return USAGE.formatted(asked(question), words, asked(question) + words);
  }

  private static byte[] delta(String delta) {
    return EventFrames.event(
        "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":" + delta + "}");
  }

  private static byte[] end(String reason, String usage) {
    return join(
        EventFrames.event("contentBlockStop", "{\"contentBlockIndex\":0}"),
        EventFrames.event("messageStop", "{\"stopReason\":\"" + reason + "\"}"),
        EventFrames.event("metadata", "{\"usage\":" + usage + ",\"metrics\":{\"latencyMs\":1}}"));
  }

  private static byte[] join(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }
}
