package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.chat.ChatEvent.ReasoningDelta;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.ChatEvent.ToolCallDelta;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.Draft;
import io.github.resilientllm.okhttp.internal.stream.Logprobs;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is known of a Gemini answer so far. */
final class GeminiAnswer implements Draft {
  /**
   * What the ids begin with that are given to calls without one; they are never sent. 39 characters
   * with what follows, for OpenAI takes 40.
   */
  static final String INVENTED = "call_g_";

  private final Queue<Delta> pieces = new ArrayDeque<>();
  private final Logprobs logprobs = new Logprobs();
  private final GeminiContent content = new GeminiContent();

  private String id = "";
  private String model = "";
  private String finishReason = "";
  private String blockReason = "";
  private Usage usage = Usage.unknown();
  private int calls;
  private boolean hasCandidate;
  private boolean saysSomething; // thoughts and empty texts are no answer

  void id(@Nullable String text) {
    id = text == null ? "" : text;
  }

  void model(@Nullable String text) {
    model = text == null ? "" : text;
  }

  /** Each event of a stream has the usage so far. */
  void usage(Usage latest) {
    usage = latest;
  }

  /** The first candidate was seen, and has finished if there is a reason. */
  void candidate(@Nullable String reason) {
    hasCandidate = true;
    if (reason != null && !reason.isEmpty()) {
      finishReason = reason;
    }
  }

  /** The prompt was refused if there is a reason. */
  void block(@Nullable String reason) {
    blockReason = reason == null ? blockReason : reason;
  }

  /** A piece of the first candidate. */
  void add(GeminiPart part) throws MalformedAnswer {
    saysSomething |=
        part.call() != null
            || !part.served().isEmpty()
            || (!part.isThought() && !part.text().isEmpty());
    content.add(part);
    if (part.call() != null) {
      addCall(part.call(), part.signature());
      return;
    }
    VendorData data =
        part.signature() == null
            ? null
            : new GeminiSignature(!part.isThought(), part.signature()).asVendorData();
    if (part.isThought()) {
      addReasoning(part.text(), data);
      return;
    }
    if (!part.text().isEmpty()) {
      pieces.add(new TextDelta(part.text()));
    }
    addReasoning("", data);
  }

  /** Whether there is anything of an answer, even that there will be none. */
  boolean hasStarted() {
    return hasCandidate || !blockReason.isEmpty();
  }

  @Override
  public Queue<Delta> pieces() {
    return pieces;
  }

  @Override
  public boolean isComplete() {
    return !finishReason.isEmpty() || !blockReason.isEmpty();
  }

  /** Throws if the reason to stop is in truth a failure of the model or the server. */
  void checkFinish(ResponseHead head) throws ProviderException {
    switch (finishReason) {
      case "MALFORMED_FUNCTION_CALL",
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MISSING_THOUGHT_SIGNATURE" ->
          throw failure(head, ErrorKind.TOOL_GENERATION_FAILED);
      case "MALFORMED_RESPONSE" -> throw failure(head, ErrorKind.SERVER_ERROR);
      default -> {
        // a reason to stop
      }
    }
  }

  /** Throws if the model stopped by itself before it said a word, which another try may mend. */
  void checkContent(ResponseHead head) throws ProviderException {
    boolean stopped = finishReason.equals("STOP") || finishReason.equals("OTHER");
    if (stopped && !saysSomething) {
      throw head.failure(
              ErrorKind.SERVER_ERROR, "the answer is empty, finishReason " + finishReason)
          .build();
    }
  }

  Logprobs logprobs() {
    return logprobs;
  }

  /** What there is more to it than others have words for. */
  GeminiContent content() {
    return content;
  }

  @Override
  public Completion completion(ResponseHead head) {
    return Completion.builder(finish())
        .vendorFinishReason(blockReason.isEmpty() ? finishReason : blockReason)
        .usage(usage)
        .from(id, model)
        .logprobs(logprobs.all())
        .verbatim(content.verbatim())
        .answered(head.status(), head.requestId())
        .build();
  }

  private void addReasoning(String text, @Nullable VendorData data) {
    if (!text.isEmpty() || data != null) {
      pieces.add(new ReasoningDelta(text, data));
    }
  }

  private void addCall(GeminiPart.Call call, @Nullable String signature) throws MalformedAnswer {
    if (calls == ToolSlots.MAX_CALLS) {
      throw new MalformedAnswer("the answer has more than " + calls + " tool calls");
    }
    String known = call.id().isEmpty() ? invent() : call.id();
    VendorData data = signature == null ? null : new VendorData(GeminiProtocol.VENDOR, signature);
    pieces.add(new ToolCallDelta(calls++, known, call.name(), call.arguments(), data));
  }

  private static String invent() {
    return INVENTED + UUID.randomUUID().toString().replace("-", "");
  }

  private ProviderException failure(ResponseHead head, ErrorKind kind) {
    return head.failure(kind, "the finishReason is " + finishReason).build();
  }

  /** A model that waits for a tool's result says STOP as well. */
  private FinishReason finish() {
    if (!blockReason.isEmpty()) {
      return FinishReason.CONTENT_FILTER;
    }
    return switch (finishReason) {
      case "STOP" -> calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
      case "MAX_TOKENS" -> FinishReason.LENGTH;
      case "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MODEL_ARMOR",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION",
          "IMAGE_OTHER" ->
          FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
