package io.github.resilientllm.okhttp.internal.anthropic;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.chat.ChatEvent.ReasoningDelta;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.Draft;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import io.github.resilientllm.provider.Completion;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What is known of an answer so far. Its blocks come one after the other. */
final class AnthropicAnswer implements Draft {
  private static final int MAX_SEAL = 4 << 20; // signatures on record have a few KiB

  private final Queue<Delta> pieces = new ArrayDeque<>();
  private final ToolSlots tools = new ToolSlots();
  private final StringBuilder seal = new StringBuilder();
  private final AnthropicUsage usage = new AnthropicUsage();
  private final AnthropicContent content = new AnthropicContent();
  private String id = "";
  private String model = "";
  private String stopReason = "";
  private @Nullable String refusal;
  private String openType = "";
  private long openIndex;
  private boolean hasArguments;
  private boolean hasContent;
  private boolean isComplete;

  @Override
  public Queue<Delta> pieces() {
    return pieces;
  }

  @Override
  public boolean isComplete() {
    return isComplete;
  }

  /** The message is at its end. */
  void end() throws MalformedAnswer {
    close();
    isComplete = true;
  }

  /** Whether the model said why it stopped. */
  boolean hasStopReason() {
    return !stopReason.isEmpty();
  }

  /** Whether a block has begun. */
  boolean hasContent() {
    return hasContent;
  }

  String id() {
    return id;
  }

  void id(@Nullable String text) {
    id = text == null ? "" : text;
  }

  void model(@Nullable String text) {
    model = text == null ? "" : text;
  }

  AnthropicUsage usage() {
    return usage;
  }

  void stopReason(@Nullable String reason) {
    stopReason = reason == null ? "" : reason;
  }

  /** Why the vendor's classifiers ended the answer, in its words. */
  void refusal(@Nullable String explanation) {
    refusal = explanation;
  }

  /** A block that is whole. */
  void whole(long index, AnthropicBlock block) throws MalformedAnswer {
    open(index, block);
    close();
  }

  /** A block begins, with content or none yet. Kinds that are unknown are passed over. */
  void open(long index, AnthropicBlock block) throws MalformedAnswer {
    close();
    hasContent = true;
    openType = block.type();
    openIndex = index;
    content.open(block);
    switch (openType) {
      case "text" -> text(block.text());
      case "thinking" -> {
        reasoning(block.text());
        seal(block.signature());
      }
      case "redacted_thinking" -> seal(block.text());
      case "tool_use" -> {
        String input = block.input().equals("{}") ? "" : block.input(); // the pieces may follow
        hasArguments = !input.isEmpty();
        pieces.add(tools.add(index, block.id(), block.name(), input, null));
      }
      default -> {
        // such as a tool that the vendor runs itself, which the content keeps
      }
    }
  }

  /** A piece of the open block. */
  void piece(long index, AnthropicBlock delta) throws MalformedAnswer {
    content.piece(delta);
    switch (delta.type()) {
      case "text_delta" -> text(delta.text());
      case "thinking_delta" -> reasoning(delta.text());
      case "signature_delta" -> seal(delta.signature());
      case "input_json_delta" -> arguments(index, delta.text());
      default -> {
        // such as a citation, which the content keeps
      }
    }
  }

  /** The open block ends, if there is one. */
  void close() throws MalformedAnswer {
    content.close();
    if (openType.equals("tool_use") && !hasArguments) {
      pieces.add(tools.add(openIndex, null, null, "{}", null));
    }
    if (!seal.isEmpty()) {
      boolean redacted = openType.equals("redacted_thinking");
      String data = new ThoughtSeal(redacted, seal.toString()).data();
      pieces.add(new ReasoningDelta("", new VendorData(AnthropicProtocol.VENDOR, data)));
      seal.setLength(0);
    }
    openType = "";
  }

  @Override
  public Completion completion(ResponseHead head) {
    String json = content.json();
    return Completion.builder(finish(stopReason))
        .vendorFinishReason(stopReason)
        .usage(usage.total())
        .from(id, model)
        .serviceTier(usage.serviceTier())
        .verbatim(json == null ? null : new VendorData(AnthropicProtocol.VENDOR, json))
        .refusal(refusal)
        .answered(head.status(), head.requestId())
        .build();
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      pieces.add(new TextDelta(text));
    }
  }

  private void reasoning(String text) {
    if (!text.isEmpty()) {
      pieces.add(new ReasoningDelta(text));
    }
  }

  private void seal(String text) throws MalformedAnswer {
    if (text.length() > MAX_SEAL - seal.length()) {
      throw new MalformedAnswer("a signature is longer than " + MAX_SEAL + " characters");
    }
    seal.append(text);
  }

  /**
   * Tools that the vendor runs have arguments too, which are none of ours. A call that was left
   * cannot be gone on with: that it has no arguments, or has them all, was already said.
   */
  private void arguments(long index, String text) throws MalformedAnswer {
    if (text.isEmpty()) {
      return;
    }
    if (openType.isEmpty() || index != openIndex) {
      throw new MalformedAnswer("a piece of a tool's arguments is of a block that is not open");
    }
    if (openType.equals("tool_use")) {
      hasArguments = true;
      pieces.add(tools.add(index, null, null, text, null));
    }
  }

  private static FinishReason finish(String reason) {
    return switch (reason) {
      case "end_turn", "stop_sequence" -> FinishReason.STOP;
      case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
      case "tool_use" -> FinishReason.TOOL_CALLS;
      case "refusal" -> FinishReason.CONTENT_FILTER;
      case "pause_turn" -> FinishReason.PAUSE;
      default -> FinishReason.OTHER;
    };
  }
}
