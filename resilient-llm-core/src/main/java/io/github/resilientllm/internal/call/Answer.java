package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer being put together from its pieces; used by one thread at a time. */
final class Answer {
  /** Far above any model's output limit; a stream that passes it is a fault. */
  private static final int MAX_CHARS = 32 << 20;

  /** Far above what any vendor lets a model call at once. */
  private static final int MAX_TOOL_CALLS = 1024;

  /**
   * Newest models refuse to be given the beginning of their answer; a request in words they obey.
   */
  private static final String CONTINUE =
      "Your answer above was cut off. Go on exactly where it stopped. Repeat nothing and do not"
          + " comment on the interruption.";

  private String text = ""; // the whole text while it is one piece, which it often is
  private @Nullable StringBuilder pieces;
  private @Nullable List<Part.Reasoning> reasoning;
  private @Nullable StringBuilder reasoningText;
  private @Nullable List<ToolCallParts> toolCalls;
  private @Nullable List<Integer> seams;
  private int chars;

  /** Begins with text that was said before. */
  void begin(String said) {
    text = said;
    chars = said.length();
  }

  void add(ChatEvent.Delta delta) throws ProviderException {
    if (delta instanceof ChatEvent.TextDelta piece) {
      count(piece.text().length());
      addText(piece.text());
    } else if (delta instanceof ChatEvent.ReasoningDelta piece) {
      count(piece.text().length());
      addReasoning(piece);
    } else if (delta instanceof ChatEvent.ToolCallDelta piece) {
      count(piece.arguments().length());
      addToolCall(piece);
    } else if (delta instanceof ChatEvent.NativeDelta piece) {
      for (ChatEvent.Delta said : piece.meaning()) {
        add(said);
      }
    }
  }

  /** The text so far. */
  String text() {
    return pieces == null ? text : pieces.toString();
  }

  /** Whether nothing has arrived. */
  boolean isEmpty() {
    return chars == 0 && toolCalls == null && reasoning == null && reasoningText == null;
  }

  /**
   * The request that asks another attempt to go on from here; the request itself if it has to begin
   * again, because there is more than text to keep, halves of a JSON would not fit together, or so
   * little is there that nobody could tell a continuation from a new beginning.
   */
  ChatRequest continuationOf(ChatRequest request) {
    String said = text();
    boolean canBeContinued = toolCalls == null && Continuation.canTell(said);
    return canBeContinued && request.responseFormat() == ResponseFormat.text()
        ? request.toBuilder().message(Message.assistant(whole(said))).user(CONTINUE).build()
        : request;
  }

  /** Without half of a character, which a piece may end with. */
  private static String whole(String said) {
    int last = said.length() - 1;
    return Character.isHighSurrogate(said.charAt(last)) ? said.substring(0, last) : said;
  }

  /** Forgets everything. */
  void restart() {
    text = "";
    pieces = null;
    seams = null;
    chars = 0;
    forgetAllButText();
  }

  /** Keeps the text and marks a seam at its end; returns how many characters stand before it. */
  int continueHere() {
    forgetAllButText();
    int seam = text().length();
    if (seams == null) {
      seams = new ArrayList<>();
    }
    seams.add(seam);
    return seam;
  }

  ChatResponse.Builder finish(Completion completion) {
    closeReasoning();
    ChatResponse.Builder response =
        ChatResponse.builder()
            .text(text())
            .finishReason(completion.finishReason(), completion.vendorFinishReason())
            .usage(completion.usage())
            .from(completion.id(), completion.model());
    if (reasoning != null) {
      response.reasoning(reasoning);
    }
    if (toolCalls != null) {
      response.toolCalls(toolCalls.stream().map(ToolCallParts::whole).toList());
    }
    if (seams != null) {
      response.seams(seams); // and what the provider gives is about its own part alone
    } else {
      response.nativeResponse(completion.nativeResponse().orElse(null));
    }
    return response;
  }

  private void forgetAllButText() {
    reasoning = null;
    reasoningText = null;
    toolCalls = null;
  }

  private void addText(String piece) {
    if (pieces != null) {
      pieces.append(piece);
    } else if (text.isEmpty()) {
      text = piece;
    } else {
      pieces = new StringBuilder(Math.max(256, 2 * text.length())).append(text).append(piece);
    }
  }

  private void addReasoning(ChatEvent.ReasoningDelta piece) {
    if (reasoningText == null) {
      reasoningText = new StringBuilder();
    }
    reasoningText.append(piece.text());
    piece.vendorData().ifPresent(this::closeReasoning); // a signature ends its block
  }

  private void closeReasoning() {
    if (reasoningText != null) {
      closeReasoning(null);
    }
  }

  private void closeReasoning(@Nullable VendorData vendorData) {
    if (reasoning == null) {
      reasoning = new ArrayList<>();
    }
    String whole = reasoningText == null ? "" : reasoningText.toString();
    reasoning.add(new Part.Reasoning(whole, vendorData));
    reasoningText = null;
  }

  private void addToolCall(ChatEvent.ToolCallDelta piece) throws ProviderException {
    if (toolCalls == null) {
      toolCalls = new ArrayList<>();
    }
    ToolCallParts parts = null;
    for (int i = toolCalls.size() - 1; i >= 0 && parts == null; i--) { // the last one, mostly
      parts = toolCalls.get(i).index == piece.index() ? toolCalls.get(i) : null;
    }
    if (parts == null) {
      if (toolCalls.size() == MAX_TOOL_CALLS) {
        throw new ProviderException(
            ErrorKind.MALFORMED_RESPONSE, "more than " + MAX_TOOL_CALLS + " tool calls");
      }
      parts = new ToolCallParts(piece.index());
      toolCalls.add(parts);
    }
    parts.add(piece);
  }

  private void count(int more) throws ProviderException {
    if (more > MAX_CHARS - chars) {
      throw new ProviderException(
          ErrorKind.MALFORMED_RESPONSE, "an answer of more than " + MAX_CHARS + " characters");
    }
    chars += more;
  }

  /** A tool call being put together. */
  private static final class ToolCallParts {
    final int index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
    private @Nullable VendorData vendorData;

    ToolCallParts(int index) {
      this.index = index;
    }

    void add(ChatEvent.ToolCallDelta piece) {
      if (!piece.id().isEmpty()) {
        id = piece.id();
      }
      if (!piece.name().isEmpty()) {
        name = piece.name();
      }
      vendorData = piece.vendorData().orElse(vendorData);
      arguments.append(piece.arguments());
    }

    ToolCall whole() {
      return new ToolCall(id, name, arguments.toString(), vendorData);
    }
  }
}
