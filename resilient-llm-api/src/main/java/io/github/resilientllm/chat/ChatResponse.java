package io.github.resilientllm.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer: what the model said, why it stopped, what it cost and who gave it.
 *
 * <p>Immutable. {@code toString} shows no content.
 */
public final class ChatResponse {
  private final String text;
  private final List<Part.Reasoning> reasoning;
  private final List<ToolCall> toolCalls;
  private final FinishReason finishReason;
  private final String vendorFinishReason;
  private final Usage usage;
  private final String id;
  private final String model;
  private final String answeredBy;
  private final List<Attempt> attempts;
  private final List<Integer> seams;
  private final boolean durable;
  private final @Nullable Object nativeResponse;

  private ChatResponse(Builder from) {
    text = from.text;
    reasoning = from.reasoning;
    toolCalls = from.toolCalls;
    finishReason = from.finishReason;
    vendorFinishReason = from.vendorFinishReason;
    usage = from.usage;
    id = from.id;
    model = from.model;
    answeredBy = from.answeredBy;
    attempts = from.attempts;
    seams = from.seams;
    durable = from.durable;
    nativeResponse = from.nativeResponse;
  }

  /** An answer of plain text, as a fake client gives it. */
  public static ChatResponse of(String text) {
    return builder().text(text).build();
  }

  /** Starts an answer that is like this one. */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.text = text;
    copy.reasoning = reasoning;
    copy.toolCalls = toolCalls;
    copy.finishReason = finishReason;
    copy.vendorFinishReason = vendorFinishReason;
    copy.usage = usage;
    copy.id = id;
    copy.model = model;
    copy.answeredBy = answeredBy;
    copy.attempts = attempts;
    copy.seams = seams;
    copy.durable = durable;
    copy.nativeResponse = nativeResponse;
    return copy;
  }

  /** Starts an answer. */
  public static Builder builder() {
    return new Builder();
  }

  /** The text; empty if the model only called tools. */
  public String text() {
    return text;
  }

  /** What the model showed of its reasoning, joined; empty if nothing. */
  public String reasoning() {
    if (reasoning.isEmpty()) {
      return "";
    }
    StringBuilder all = new StringBuilder();
    for (Part.Reasoning part : reasoning) {
      all.append(part.text());
    }
    return all.toString();
  }

  /** The tool calls, in order; their results go into the next request. */
  public List<ToolCall> toolCalls() {
    return toolCalls;
  }

  /** Why the model stopped. {@link FinishReason#LENGTH} means that the text is cut. */
  public FinishReason finishReason() {
    return finishReason;
  }

  /** The vendor's own word for why the model stopped; empty if it sent none. */
  public String vendorFinishReason() {
    return vendorFinishReason;
  }

  /** The tokens of the attempt that answered. */
  public Usage usage() {
    return usage;
  }

  /**
   * The tokens of all attempts of the call, the one that answered and those that did not. A count
   * is absent where one of them may have cost something that its vendor did not tell, as after a
   * time-out or a cut stream.
   */
  public Usage totalUsage() {
    return TotalUsage.of(attempts, usage);
  }

  /** The vendor's id of the answer; empty if it sent none. Not unique with every vendor. */
  public String id() {
    return id;
  }

  /** The model that answered as the vendor names it; empty if it does not. */
  public String model() {
    return model;
  }

  /** The name of the target that answered; empty from a fake. */
  public String answeredBy() {
    return answeredBy;
  }

  /** Every attempt of the call in the order of their starts; the one without an error answered. */
  public List<Attempt> attempts() {
    return attempts;
  }

  /**
   * How many characters of text stand before each place where another attempt went on in
   * mid-answer; empty for almost every answer.
   */
  public List<Integer> seams() {
    return seams;
  }

  /**
   * Whether question and answer are kept by a conversation's journal as it promises. False for a
   * call outside of a conversation, and where the journal failed and the conversation went on
   * without it.
   */
  public boolean durable() {
    return durable;
  }

  /**
   * What the provider that answered gives beside it in its own objects, as its {@code Completion}
   * says; empty for most providers, and for an answer with {@link #seams()}, of which no provider
   * gave the whole. It is carried along and never looked at, and no journal keeps it.
   */
  @Experimental
  public Optional<Object> nativeResponse() {
    return Optional.ofNullable(nativeResponse);
  }

  /** The answer as a message, to be put into the next request's history. */
  public Message message() {
    List<Part> parts = new ArrayList<>(reasoning.size() + toolCalls.size() + 1);
    parts.addAll(reasoning);
    if (!text.isEmpty() || toolCalls.isEmpty()) {
      parts.add(new Part.Text(text));
    }
    parts.addAll(toolCalls);
    return Message.assistant(parts);
  }

  /** Shows who answered and how it ended. */
  @Override
  public String toString() {
    return "ChatResponse["
        + answeredBy
        + ", "
        + finishReason
        + ", "
        + text.length()
        + " chars, "
        + usage
        + "]";
  }

  /** Fills in a {@link ChatResponse}; not safe for several threads. */
  public static final class Builder {
    private String text = "";
    private List<Part.Reasoning> reasoning = List.of();
    private List<ToolCall> toolCalls = List.of();
    private FinishReason finishReason = FinishReason.STOP;
    private String vendorFinishReason = "";
    private Usage usage = Usage.unknown();
    private String id = "";
    private String model = "";
    private String answeredBy = "";
    private List<Attempt> attempts = List.of();
    private List<Integer> seams = List.of();
    private boolean durable;
    private @Nullable Object nativeResponse;

    private Builder() {}

    /** The text. */
    public Builder text(String text) {
      this.text = Objects.requireNonNull(text, "text");
      return this;
    }

    /** The reasoning. */
    public Builder reasoning(List<Part.Reasoning> reasoning) {
      this.reasoning = List.copyOf(reasoning);
      return this;
    }

    /** The tool calls. */
    public Builder toolCalls(List<ToolCall> toolCalls) {
      this.toolCalls = List.copyOf(toolCalls);
      return this;
    }

    /** Why the model stopped, in our word and in the vendor's. */
    public Builder finishReason(FinishReason reason, String vendorReason) {
      this.finishReason = Objects.requireNonNull(reason, "reason");
      this.vendorFinishReason = Objects.requireNonNull(vendorReason, "vendorReason");
      return this;
    }

    /** The tokens. */
    public Builder usage(Usage usage) {
      this.usage = Objects.requireNonNull(usage, "usage");
      return this;
    }

    /** The vendor's id of the answer and its name of the model. */
    public Builder from(String id, String model) {
      this.id = Objects.requireNonNull(id, "id");
      this.model = Objects.requireNonNull(model, "model");
      return this;
    }

    /** The target that answered, and every attempt. */
    public Builder answeredBy(String target, List<Attempt> attempts) {
      this.answeredBy = Objects.requireNonNull(target, "target");
      this.attempts = List.copyOf(attempts);
      return this;
    }

    /** The places where another attempt went on. */
    public Builder seams(List<Integer> seams) {
      this.seams = List.copyOf(seams);
      return this;
    }

    /** Whether a conversation's journal keeps it. */
    public Builder durable(boolean durable) {
      this.durable = durable;
      return this;
    }

    /** What the provider gives beside the answer; null for nothing. */
    @Experimental
    public Builder nativeResponse(@Nullable Object response) {
      this.nativeResponse = response;
      return this;
    }

    /** Builds the answer. */
    public ChatResponse build() {
      return new ChatResponse(this);
    }
  }
}
