package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.chat.ChatEvent.ReasoningDelta;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.Draft;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import io.github.resilientllm.provider.Completion;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a response so far.
 *
 * <p>A stream says everything up to four times: in pieces, when the piece's part is done, when its
 * item is done, and once more at its end. The first time counts, place by place, so that a server
 * that leaves some of these out is understood as well.
 */
final class ResponsesAnswer implements Draft {
  private static final int MAX_PLACES = 10_000; // an answer on record has some dozens
  private static final int MAX_SHOWN = 4 << 20; // characters; what searches found comes along

  /** What stands at a place. */
  private enum Kind {
    TEXT,
    REFUSAL,
    THOUGHT,
    SUMMARY,
    CALL,
    ARGUMENTS,
    ITEM
  }

  /** A part of an item of the output. */
  private record Place(Kind kind, long item, long part) {}

  private final Queue<Delta> pieces = new ArrayDeque<>();
  private final String vendor;
  private final ToolSlots tools = new ToolSlots();
  private final Set<Place> told = new HashSet<>();
  private final Map<Long, Object> output = new TreeMap<>(); // the items, by their places
  private final StringBuilder refusal = new StringBuilder();
  private String id = "";
  private String model = "";
  private String status = "";
  private String reason = "";
  private Usage usage = Usage.unknown();
  private boolean hasCalls;
  private boolean isTelling; // of more than other vendors have words for
  private boolean isComplete;

  ResponsesAnswer(String vendor) {
    this.vendor = vendor;
  }

  String id() {
    return id;
  }

  /** The response's id, which gateways that ask again on their own change midway. */
  void id(@Nullable String text) throws MalformedAnswer {
    boolean isOther = text != null && !id.isEmpty() && !text.equals(id);
    if (isOther && !told.isEmpty()) {
      throw new MalformedAnswer("the stream began a second response in the middle of the first");
    }
    id = text == null ? "" : text;
  }

  void model(@Nullable String text) {
    model = text == null ? "" : text;
  }

  void usage(Usage latest) {
    usage = latest;
  }

  /** {@code completed}, {@code incomplete}, {@code failed} and so on. */
  void status(@Nullable String word) {
    status = word == null ? "" : word;
  }

  String status() {
    return status;
  }

  /** Why it is incomplete. */
  void reason(@Nullable String word) {
    reason = word == null ? "" : word;
  }

  /** Nothing more comes. */
  void end() {
    isComplete = true;
  }

  @Override
  public Queue<Delta> pieces() {
    return pieces;
  }

  @Override
  public boolean isComplete() {
    return isComplete;
  }

  /** The next piece of a message's text. */
  void text(long item, long part, String piece) throws MalformedAnswer {
    if (!piece.isEmpty()) {
      tell(Kind.TEXT, item, part);
      pieces.add(new TextDelta(piece));
    }
  }

  void wholeText(long item, long part, String text) throws MalformedAnswer {
    if (isNews(Kind.TEXT, item, part)) {
      text(item, part, text);
    }
  }

  /** The next piece of the words with which the model refuses. */
  void refusal(long item, long part, String piece) throws MalformedAnswer {
    if (!piece.isEmpty()) {
      tell(Kind.REFUSAL, item, part);
      refusal.append(piece);
    }
  }

  void wholeRefusal(long item, long part, String text) throws MalformedAnswer {
    if (isNews(Kind.REFUSAL, item, part)) {
      refusal(item, part, text);
    }
  }

  /** The next piece of a thought itself, as open models show it. */
  void thought(long item, long part, String piece) throws MalformedAnswer {
    thought(Kind.THOUGHT, item, part, piece);
  }

  /** The next piece of a thought's summary, which comes in paragraphs. */
  void summary(long item, long part, String piece) throws MalformedAnswer {
    thought(Kind.SUMMARY, item, part, piece);
  }

  void wholeSummary(long item, long part, String text) throws MalformedAnswer {
    if (isNews(Kind.SUMMARY, item, part)) {
      summary(item, part, text);
    }
  }

  void wholeThought(long item, long part, String text) throws MalformedAnswer {
    if (isNews(Kind.THOUGHT, item, part)) {
      thought(item, part, text);
    }
  }

  /** The next piece of a call's arguments; none of a call that has not begun. */
  void arguments(long item, String piece) throws MalformedAnswer {
    if (!piece.isEmpty() && !isNews(Kind.CALL, item, 0)) {
      tell(Kind.ARGUMENTS, item, 0);
      pieces.add(tools.add(item, null, null, piece, null));
    }
  }

  void wholeArguments(long item, String text) throws MalformedAnswer {
    if (isNews(Kind.ARGUMENTS, item, 0)) {
      arguments(item, text);
    }
  }

  /** An item begins, with content or none yet. */
  void begin(long at, ResponsesItem item) throws MalformedAnswer {
    if (!item.type().equals(ResponsesItem.FUNCTION_CALL) || !isNews(Kind.CALL, at, 0)) {
      return;
    }
    tell(Kind.CALL, at, 0);
    hasCalls = true;
    pieces.add(tools.add(at, item.text("call_id"), item.text("name"), "", null));
    arguments(at, item.text("arguments"));
  }

  /** An item is done. Kinds that are unknown are passed over. */
  void done(long at, ResponsesItem item) throws IOException {
    if (!isNews(Kind.ITEM, at, 0)) {
      return;
    }
    tell(Kind.ITEM, at, 0);
    output.put(at, item.fields());
    isTelling |= item.isTelling();
    switch (item.type()) {
      case ResponsesItem.MESSAGE -> message(at, item.parts("content"));
      case ResponsesItem.REASONING -> reasoning(at, item);
      case ResponsesItem.FUNCTION_CALL -> {
        begin(at, item);
        String arguments = item.text("arguments");
        wholeArguments(at, arguments.isEmpty() ? "{}" : arguments);
      }
      default -> {
        // such as a search that the vendor made, which the output shows
      }
    }
    Optional<String> kept = item.kept();
    if (kept.isPresent()) {
      pieces.add(new ReasoningDelta("", new VendorData(vendor, kept.get())));
    }
  }

  @Override
  public Completion completion(ResponseHead head) {
    return Completion.builder(finish())
        .vendorFinishReason(reason.isEmpty() ? status : reason)
        .usage(usage)
        .from(id, model)
        .verbatim(shown())
        .refusal(refusal.isEmpty() ? null : refusal.toString())
        .answered(head.status(), head.requestId())
        .build();
  }

  /** The output as it came; null if other vendors can be told all that is in it. */
  private @Nullable VendorData shown() {
    if (!isTelling) {
      return null;
    }
    try {
      String json = JsonTree.text(List.copyOf(output.values()));
      return json.length() > MAX_SHOWN ? null : new VendorData(vendor, json);
    } catch (IOException e) {
      return null; // cannot be: memory does not fail
    }
  }

  private void message(long at, List<ResponsesItem> parts) throws MalformedAnswer {
    for (int i = 0; i < parts.size(); i++) {
      ResponsesItem part = parts.get(i);
      switch (part.type()) {
        case "output_text" -> wholeText(at, i, part.text("text"));
        case "refusal" -> wholeRefusal(at, i, part.text("refusal"));
        default -> {
          // nothing that is known
        }
      }
    }
  }

  private void reasoning(long at, ResponsesItem item) throws MalformedAnswer {
    List<ResponsesItem> thoughts = item.parts("content");
    for (int i = 0; i < thoughts.size(); i++) {
      wholeThought(at, i, thoughts.get(i).text("text"));
    }
    List<ResponsesItem> summaries = item.parts("summary");
    for (int i = 0; i < summaries.size(); i++) {
      wholeSummary(at, i, summaries.get(i).text("text"));
    }
  }

  private void thought(Kind kind, long item, long part, String piece) throws MalformedAnswer {
    if (piece.isEmpty()) {
      return;
    }
    boolean isFurther = part > 0 && isNews(kind, item, part);
    tell(kind, item, part);
    pieces.add(new ReasoningDelta(isFurther ? "\n\n" + piece : piece));
  }

  private boolean isNews(Kind kind, long item, long part) {
    return !told.contains(new Place(kind, item, part));
  }

  private void tell(Kind kind, long item, long part) throws MalformedAnswer {
    if (told.add(new Place(kind, item, part)) && told.size() > MAX_PLACES) {
      throw new MalformedAnswer("the answer has more than " + MAX_PLACES + " parts");
    }
  }

  private FinishReason finish() {
    if (!status.equals("incomplete")) {
      return hasCalls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }
    return switch (reason) {
      case "max_output_tokens", "max_tokens" -> FinishReason.LENGTH;
      case "content_filter" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }
}
