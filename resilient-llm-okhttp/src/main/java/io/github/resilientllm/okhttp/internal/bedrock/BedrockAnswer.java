package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.chat.ChatEvent.ReasoningDelta;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.ChatEvent.ToolCallDelta;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.Draft;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import io.github.resilientllm.provider.Completion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What is known of a Converse answer so far. */
final class BedrockAnswer implements Draft {
  private static final int MAX_SIGNATURE = 4 << 20; // as of a frame; those on record have 1 KiB
  private static final int NONE = -1;

  private final Queue<Delta> pieces = new ArrayDeque<>();
  private final String maker; // of the model, who alone can read its signatures
  private final ToolSlots tools = new ToolSlots();
  private final BedrockContent content;
  private final StringBuilder signature = new StringBuilder(); // of the open block
  private final ByteArrayOutputStream redacted = new ByteArrayOutputStream(); // of the open block
  private int callWithoutInput = NONE;
  private long ofServer = NONE; // the block of a tool that AWS runs
  private boolean stopped;
  private String stopReason = "";
  private Usage usage = Usage.unknown();
  private String serviceTier = "";

  BedrockAnswer(String maker) {
    this.maker = maker;
    this.content = new BedrockContent(maker);
  }

  /** Its blocks, for what has no other words. */
  BedrockContent content() {
    return content;
  }

  /** Empty text is none: it comes as padding. */
  void text(String text) {
    if (!text.isEmpty()) {
      pieces.add(new TextDelta(text));
      content.text(text);
    }
  }

  void reasoning(String text) {
    if (!text.isEmpty()) {
      pieces.add(new ReasoningDelta(text));
      content.reasoning(text);
    }
  }

  /** A piece of the signature over the open block of reasoning. */
  void signature(String piece) throws MalformedAnswer {
    checkSize(signature.length(), piece);
    signature.append(piece);
  }

  /** A piece of reasoning that only the model can read, in base64. */
  void redacted(String base64) throws IOException {
    checkSize(redacted.size(), base64);
    try {
      redacted.write(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new MalformedAnswer("hidden reasoning is not base64");
    }
  }

  /**
   * A piece of a tool call.
   *
   * @param block the number of the content block
   * @param id null but in the first piece; so is the name
   */
  void toolCall(long block, @Nullable String id, @Nullable String name, String input)
      throws MalformedAnswer {
    if (block == ofServer) {
      content.input(input);
      return;
    }
    content.callsATool();
    ToolCallDelta piece = tools.add(Math.max(0, block), id, name, input, null);
    boolean begins = !piece.id().isEmpty();
    if (begins && (name == null || name.isEmpty())) {
      throw new MalformedAnswer("a tool call has no name");
    }
    if (!input.isEmpty()) {
      callWithoutInput = NONE;
    } else if (begins) {
      callWithoutInput = piece.index();
    }
    if (begins || !input.isEmpty()) {
      pieces.add(piece);
    }
  }

  /** A block is a call of a tool that AWS runs by itself: nobody is to answer it. */
  void servers(long block, @Nullable String id, @Nullable String name, String input) {
    ofServer = block;
    content.use(id, name);
    content.input(input);
  }

  /** A content block is whole. */
  void endBlock() {
    if (callWithoutInput != NONE) { // of a tool without parameters, some models write nothing
      pieces.add(new ToolCallDelta(callWithoutInput, "", "", "{}"));
      callWithoutInput = NONE;
    }
    BedrockSignature own = seal();
    content.close(own);
    if (own != null) {
      pieces.add(new ReasoningDelta("", new VendorData(BedrockProtocol.VENDOR, own.toJson())));
      signature.setLength(0);
      redacted.reset();
    }
  }

  /** What the open block of reasoning is sealed with; null if nothing. */
  private @Nullable BedrockSignature seal() {
    if (redacted.size() > 0) {
      String base64 = Base64.getEncoder().encodeToString(redacted.toByteArray());
      return new BedrockSignature(maker, null, base64);
    }
    return signature.isEmpty() ? null : new BedrockSignature(maker, signature.toString(), null);
  }

  /** The model has stopped: the protocol's terminal marker. */
  void stop(String reason) {
    endBlock();
    stopped = true;
    stopReason = reason;
  }

  @Override
  public Queue<Delta> pieces() {
    return pieces;
  }

  @Override
  public boolean isComplete() {
    return stopped;
  }

  /** The vendor's reason to stop; empty as long as there is none. */
  String stopReason() {
    return stopReason;
  }

  void usage(Usage counted) {
    usage = counted;
  }

  void serviceTier(String word) {
    serviceTier = word;
  }

  @Override
  public Completion completion(ResponseHead head) {
    return Completion.builder(finish(stopReason))
        .vendorFinishReason(stopReason)
        .usage(usage)
        .serviceTier(serviceTier)
        .verbatim(content.verbatim())
        .answered(head.status(), head.requestId())
        .build();
  }

  private static void checkSize(int length, String more) throws MalformedAnswer {
    if (length + more.length() > MAX_SIGNATURE) {
      throw MalformedAnswer.tooLong("signature of a block of reasoning", MAX_SIGNATURE);
    }
  }

  private static FinishReason finish(String reason) {
    return switch (reason) {
      case "end_turn", "stop_sequence" -> FinishReason.STOP;
      case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
      case "tool_use" -> FinishReason.TOOL_CALLS;
      case "guardrail_intervened", "content_filtered" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
