package io.github.resilientllm.chat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

  /** The next piece of reasoning. */
  final class ReasoningDelta implements Delta {
    private final String text;
    private final @Nullable VendorData vendorData;

    /** A piece without vendor data, as most are. */
    public ReasoningDelta(String text) {
      this(text, null);
    }

    /**
     * A piece.
     *
     * @param vendorData null for none
     */
    public ReasoningDelta(String text, @Nullable VendorData vendorData) {
      this.text = Objects.requireNonNull(text, "text");
      this.vendorData = vendorData;
    }

    /** The readable part; may be empty. */
    public String text() {
      return text;
    }

    /** A signature or an encrypted form, which ends a block of reasoning; empty for most pieces. */
    public Optional<VendorData> vendorData() {
      return Optional.ofNullable(vendorData);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ReasoningDelta that
          && text.equals(that.text)
          && Objects.equals(vendorData, that.vendorData);
    }

    @Override
    public int hashCode() {
      return Objects.hash(text, vendorData);
    }

    @Override
    public String toString() {
      return "ReasoningDelta[" + text.length() + " chars]";
    }
  }

  /**
   * The next piece of a tool call. Run nothing before {@link Finished}: only then are the arguments
   * whole.
   */
  final class ToolCallDelta implements Delta {
    private final int index;
    private final String id;
    private final String name;
    private final String arguments;
    private final @Nullable VendorData vendorData;

    /** A piece without vendor data, as most are. */
    public ToolCallDelta(int index, String id, String name, String arguments) {
      this(index, id, name, arguments, null);
    }

    /**
     * A piece.
     *
     * @param vendorData null for none
     */
    public ToolCallDelta(
        int index, String id, String name, String arguments, @Nullable VendorData vendorData) {
      this.index = index;
      this.id = Objects.requireNonNull(id, "id");
      this.name = Objects.requireNonNull(name, "name");
      this.arguments = Objects.requireNonNull(arguments, "arguments");
      this.vendorData = vendorData;
    }

    /** Which call of this answer the piece belongs to; any number of 0 or more. */
    public int index() {
      return index;
    }

    /** The call's id; empty where this piece repeats none. */
    public String id() {
      return id;
    }

    /** The tool's name; empty where this piece repeats none. */
    public String name() {
      return name;
    }

    /** The next piece of the arguments' JSON text; may be empty. */
    public String arguments() {
      return arguments;
    }

    /** What the vendor wants back with the call; empty for most pieces. */
    public Optional<VendorData> vendorData() {
      return Optional.ofNullable(vendorData);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ToolCallDelta that
          && index == that.index
          && id.equals(that.id)
          && name.equals(that.name)
          && arguments.equals(that.arguments)
          && Objects.equals(vendorData, that.vendorData);
    }

    @Override
    public int hashCode() {
      return Objects.hash(index, id, name, arguments, vendorData);
    }

    @Override
    public String toString() {
      return "ToolCallDelta[" + index + ", " + name + ", " + arguments.length() + " chars]";
    }
  }

  /**
   * The next piece of an answer in the objects of whoever gives it, such as a framework's chunks,
   * with what they say in our words.
   *
   * <p>The objects are handed through untouched, each once and in their order. All else goes by
   * {@link #meaning()}: clocks, the text that is put together, what a journal keeps. A reader that
   * knows nothing of the objects reads that.
   */
  @Experimental
  final class NativeDelta implements Delta {
    private final List<Object> pieces;
    private final List<Delta> meaning;

    /**
     * A piece.
     *
     * @param pieces the objects, oldest first: those that say something, and those before them that
     *     do not, such as the announcement of a role
     * @param meaning what they say: text, reasoning and pieces of tool calls
     * @throws IllegalArgumentException if one of the two is empty, or the meaning is native again:
     *     what says nothing is no content, and a call must not be committed to it
     */
    public NativeDelta(List<?> pieces, List<? extends Delta> meaning) {
      this.pieces = List.copyOf(pieces);
      this.meaning = List.copyOf(meaning);
      if (this.pieces.isEmpty()) {
        throw new IllegalArgumentException("A native delta without pieces is a plain delta");
      }
      if (this.meaning.isEmpty()) {
        throw new IllegalArgumentException(
            "Native pieces that say nothing go with the next content or with the completion");
      }
      if (this.meaning.stream().anyMatch(NativeDelta.class::isInstance)) {
        throw new IllegalArgumentException("The meaning of native pieces is told in plain deltas");
      }
    }

    /** The objects as they came, oldest first; not empty. */
    public List<Object> pieces() {
      return pieces;
    }

    /** What they say, in order; not empty, and never native. */
    public List<Delta> meaning() {
      return meaning;
    }

    @Override
    public String toString() {
      return "NativeDelta[" + pieces.size() + " pieces, " + meaning + "]";
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
