package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.chat.ChatEvent.ReasoningDelta;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.Draft;
import io.github.resilientllm.okhttp.internal.stream.Logprobs;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import io.github.resilientllm.provider.Completion;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What is known of an answer so far. */
final class OpenAiAnswer implements Draft {
  static final int MAX_CHOICES = 128; // the largest n that OpenAI takes

  private final Queue<Delta> pieces = new ArrayDeque<>();
  private final Traits traits;
  private final ToolSlots tools = new ToolSlots();
  private final BitSet started = new BitSet();
  private final BitSet finished = new BitSet();
  private final StringBuilder refusal = new StringBuilder();
  private final Logprobs logprobs = new Logprobs();
  private final OpenAiSources sources = new OpenAiSources();
  private String id = "";
  private String model = "";
  private String finishReason = "";
  private String serviceTier = "";
  private Usage usage = Usage.unknown();
  private boolean reasoningIsOpen;
  private boolean hasCalls;
  private final ReasoningDetails details = new ReasoningDetails();

  OpenAiAnswer(Traits traits) {
    this.traits = traits;
  }

  /** Some vendors start with an empty id and model: the first ones that are not empty count. */
  boolean wantsId() {
    return id.isEmpty();
  }

  void id(@Nullable String text) {
    id = text == null ? "" : text;
  }

  boolean wantsModel() {
    return model.isEmpty();
  }

  void model(@Nullable String text) {
    model = text == null ? "" : text;
  }

  Logprobs logprobs() {
    return logprobs;
  }

  OpenAiSources sources() {
    return sources;
  }

  /** The last one counts: the first may be what was asked for. */
  void serviceTier(String word) {
    serviceTier = word;
  }

  /** The last usage counts: some vendors send a running one with each chunk. */
  void usage(Usage latest) {
    usage = latest;
  }

  /** Content; null and empty are none. */
  void text(@Nullable String text) throws IOException {
    if (text != null && !text.isEmpty()) {
      endReasoning();
      pieces.add(new TextDelta(text));
    }
  }

  void reasoning(@Nullable String text) {
    if (text != null && !text.isEmpty()) {
      reasoningIsOpen = true;
      pieces.add(new ReasoningDelta(text));
    }
  }

  void reasoningDetails(JsonParser parser) throws IOException {
    if (traits.echoesDetails) {
      details.read(parser);
    } else {
      parser.skipChildren();
    }
  }

  void refusal(@Nullable String text) {
    refusal.append(text == null ? "" : text);
  }

  /** A fragment of a tool call; a negative index stands for none. */
  void toolCall(
      long index,
      @Nullable String callId,
      @Nullable String name,
      String arguments,
      @Nullable String extraContent)
      throws IOException {
    endReasoning();
    hasCalls = true;
    VendorData data = extraContent == null ? null : new VendorData(traits.vendor, extraContent);
    pieces.add(tools.add(index, callId, name, arguments, data));
  }

  /** A choice was seen, and has finished if there is a reason. */
  void choice(long index, @Nullable String reason) throws IOException {
    if (index < 0 || index >= MAX_CHOICES) {
      throw new MalformedAnswer("the answer numbers a choice " + index);
    }
    started.set((int) index);
    if (reason == null || reason.isEmpty()) {
      return;
    }
    finished.set((int) index);
    if (index == 0) {
      endReasoning();
      finishReason = reason;
    }
  }

  /** Whether the first choice was begun. */
  boolean hasStarted() {
    return started.get(0);
  }

  @Override
  public Queue<Delta> pieces() {
    return pieces;
  }

  /** Whether every choice that was begun has its reason to stop: the protocol's terminal marker. */
  @Override
  public boolean isComplete() {
    return hasStarted() && started.equals(finished);
  }

  /** The vendor's reason to stop; empty as long as there is none. */
  String finishReason() {
    return finishReason;
  }

  @Override
  public Completion completion(ResponseHead head) {
    return Completion.builder(finish(finishReason))
        .vendorFinishReason(finishReason)
        .usage(usage)
        .from(id, model)
        .serviceTier(serviceTier)
        .logprobs(logprobs.all())
        .verbatim(sources.verbatim(traits.vendor))
        .refusal(refusal.isEmpty() ? null : refusal.toString())
        .answered(head.status(), head.requestId())
        .build();
  }

  /** Marks a block of reasoning as this vendor's, where it wants to have it back. */
  private void endReasoning() throws IOException {
    if (reasoningIsOpen && traits.reasoningEcho != null) {
      pieces.add(new ReasoningDelta("", new VendorData(traits.vendor, traits.reasoningEcho)));
    }
    reasoningIsOpen = false;
    if (!details.isEmpty()) {
      pieces.add(new ReasoningDelta("", new VendorData(traits.vendor, details.take())));
    }
  }

  private FinishReason finish(String reason) {
    return switch (reason) {
      case "stop" -> hasCalls ? FinishReason.TOOL_CALLS : FinishReason.STOP; // of a named choice
      case "length", "model_length" -> FinishReason.LENGTH;
      case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
      case "content_filter" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
