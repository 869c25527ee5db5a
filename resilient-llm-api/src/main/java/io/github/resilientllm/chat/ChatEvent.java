package io.github.resilientllm.chat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happens in a {@link ChatStream}.
 *
 * <p>A stream is any number of deltas, {@link Restarted} and {@link Continued}, and then either one
 * {@link Finished} or one {@link LlmException} thrown by the iterator. No event shows its content
 * in {@code toString}.
 */
public sealed interface ChatEvent {

  /** A piece of the answer. */
  sealed interface Delta extends ChatEvent {}

  /**
   * The next piece of text.
   *
   * @param text not empty
   */
  record TextDelta(String text) implements Delta {
    /** Refuses null. */
    public TextDelta {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String toString() {
      return "TextDelta[" + text.length() + " chars]";
    }
  }

  /**
   * The next piece of reasoning.
   *
   * @param text the readable part; may be empty
   * @param vendorData a signature or an encrypted form, which ends a block of reasoning; null for
   *     most pieces
   */
  record ReasoningDelta(String text, @Nullable VendorData vendorData) implements Delta {
    /** Refuses a null text. */
    public ReasoningDelta {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String toString() {
      return "ReasoningDelta[" + text.length() + " chars]";
    }
  }

  /**
   * The next piece of a tool call. Run nothing before {@link Finished}: only then are the arguments
   * whole.
   *
   * @param index which call of this answer the piece belongs to; any number of 0 or more
   * @param id the call's id; null or empty where this piece repeats none
   * @param name the tool's name; null or empty where this piece repeats none
   * @param arguments the next piece of the arguments' JSON text; may be empty
   * @param vendorData what the vendor wants back with the call; null for most pieces
   */
  record ToolCallDelta(
      int index,
      @Nullable String id,
      @Nullable String name,
      String arguments,
      @Nullable VendorData vendorData)
      implements Delta {
    /** Refuses null arguments. */
    public ToolCallDelta {
      Objects.requireNonNull(arguments, "arguments");
    }

    @Override
    public String toString() {
      return "ToolCallDelta[" + index + ", " + name + ", " + arguments.length() + " chars]";
    }
  }

  /**
   * The answer broke off and begins again from nothing: clear what was shown.
   *
   * @param target who begins again
   * @param after what went wrong
   */
  record Restarted(String target, ErrorKind after) implements ChatEvent {}

  /**
   * The answer broke off and another attempt goes on where it stopped: what was shown stays.
   *
   * @param target who goes on
   * @param after what went wrong
   * @param seam how many characters of text stand before the seam
   */
  record Continued(String target, ErrorKind after, int seam) implements ChatEvent {}

  /**
   * The answer is complete; the last event.
   *
   * @param response all of it
   */
  record Finished(ChatResponse response) implements ChatEvent {
    @Override
    public String toString() {
      return "Finished[" + response + "]";
    }
  }
}
