package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what {@link BodyWriter} writes. */
public final class BodyReader {

  private BodyReader() {}

  /**
   * A message.
   *
   * @throws IOException if there is none, or it is none that this program knows
   */
  public static Message message(@Nullable JsonTree json) throws IOException {
    if (json == null) {
      throw new IOException("a message is missing");
    }
    return new Message(named(Role.class, json.text("role")), parts(json.children("parts")));
  }

  /** The result of a tool. */
  static ToolResult result(JsonTree json) throws IOException {
    return new ToolResult(json.text("result"), parts(json.children("content")), json.is("failed"));
  }

  /** An answer, which was durable when it was written. */
  public static ChatResponse answer(JsonTree json) throws IOException {
    Message message = message(json.child("message"));
    List<Part.Reasoning> reasoning =
        message.parts().stream()
            .filter(Part.Reasoning.class::isInstance)
            .map(Part.Reasoning.class::cast)
            .toList();
    VendorData verbatim =
        message.parts().stream()
            .filter(Part.Verbatim.class::isInstance)
            .map(part -> ((Part.Verbatim) part).content())
            .findFirst()
            .orElse(null);
    List<Integer> seams =
        json.items("seams").stream().map(seam -> ((Number) seam).intValue()).toList();
    return ChatResponse.builder()
        .text(message.text())
        .reasoning(reasoning)
        .toolCalls(message.toolCalls())
        .finishReason(
            known(FinishReason.class, json.text("finish"), FinishReason.OTHER),
            json.text("vendorFinish"))
        .usage(usage(json.child("usage")))
        .from(json.text("id"), json.text("model"))
        .serviceTier(json.text("tier"))
        .verbatim(verbatim)
        .answeredBy(json.text("by"), attempts(json.children("attempts")))
        .seams(seams)
        .durable(true)
        .build();
  }

  private static List<Attempt> attempts(List<JsonTree> all) throws IOException {
    List<Attempt> attempts = new ArrayList<>();
    for (JsonTree json : all) {
      String error = json.textOrNull("error");
      Attempt.Builder attempt =
          Attempt.builder(json.text("target"), named(Attempt.Kind.class, json.text("kind")));
      long firstToken = json.number("firstTokenNanos", -1);
      if (firstToken >= 0) {
        attempt.timeToFirstToken(Duration.ofNanos(firstToken));
      }
      attempts.add(
          attempt
              .startedAfter(Duration.ofNanos(json.number("startNanos", 0)))
              .duration(Duration.ofNanos(json.number("nanos", 0)))
              .error(error == null ? null : errorKind(error))
              .answered((int) json.number("status", 0), json.textOrNull("requestId"))
              .reason(json.textOrNull("reason"))
              .leftOut(json.items("leftOut").stream().map(String::valueOf).toList())
              .usage(usage(json.child("usage")))
              .build());
    }
    return attempts;
  }

  /** An error's kind; a newer program may know more of them. */
  static ErrorKind errorKind(String name) {
    return known(ErrorKind.class, name, ErrorKind.SERVER_ERROR);
  }

  private static List<Part> parts(List<JsonTree> all) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (JsonTree json : all) {
      parts.add(part(json));
    }
    return parts;
  }

  private static Part part(JsonTree json) throws IOException {
    if (json.has("text")) {
      return new Part.Text(json.text("text"));
    }
    if (json.has("reasoning")) {
      return new Part.Reasoning(json.text("reasoning"), vendorData(json));
    }
    if (json.has("call")) {
      return new ToolCall(
          json.text("call"), json.text("name"), json.text("arguments"), vendorData(json));
    }
    if (json.has("result")) {
      return result(json);
    }
    if (json.has("imageUrl")) {
      return Part.Image.of(URI.create(json.text("imageUrl")));
    }
    if (json.has("image")) {
      return Part.Image.of(Base64.getDecoder().decode(json.text("image")), json.text("mediaType"));
    }
    if (json.has("verbatim")) {
      return new Part.Verbatim(new VendorData(json.text("verbatim"), json.text("data")));
    }
    if (json.has("fileUrl")) {
      return Part.File.of(URI.create(json.text("fileUrl")), json.text("mediaType"));
    }
    if (json.has("file")) {
      byte[] bytes = Base64.getDecoder().decode(json.text("file"));
      return Part.File.of(bytes, json.text("mediaType"), json.text("name"));
    }
    if (json.has("audio")) {
      return Part.Audio.of(Base64.getDecoder().decode(json.text("audio")), json.text("mediaType"));
    }
    throw new IOException("a part of a message is of no known kind");
  }

  private static @Nullable VendorData vendorData(JsonTree part) {
    JsonTree json = part.child("vendorData");
    return json == null ? null : new VendorData(json.text("vendor"), json.text("data"));
  }

  private static Usage usage(@Nullable JsonTree json) {
    if (json == null) {
      return Usage.unknown();
    }
    Usage usage =
        Usage.of(json.number("input", -1), json.number("output", -1))
            .withTotal(json.number("total", -1))
            .withCachedInput(json.number("cachedInput", -1))
            .withCacheWrite(json.number("cacheWrite", -1))
            .withReasoning(json.number("reasoning", -1));
    String cost = json.text("cost");
    if (cost.isEmpty()) {
      return usage;
    }
    try {
      return usage.withCost(new BigDecimal(cost));
    } catch (IllegalArgumentException e) {
      return usage; // of a newer program, which writes it in another way
    }
  }

  /** A constant without which what was written would have another meaning. */
  private static <E extends Enum<E>> E named(Class<E> type, String name) throws IOException {
    E constant = constant(type, name);
    if (constant == null) {
      throw new IOException("an unknown " + type.getSimpleName());
    }
    return constant;
  }

  private static <E extends Enum<E>> E known(Class<E> type, String name, E otherwise) {
    return Objects.requireNonNullElse(constant(type, name), otherwise);
  }

  private static <E extends Enum<E>> @Nullable E constant(Class<E> type, String name) {
    for (E constant : Objects.requireNonNull(type.getEnumConstants())) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    return null;
  }
}
