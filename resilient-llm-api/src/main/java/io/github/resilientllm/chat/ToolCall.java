package io.github.resilientllm.chat;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model's wish that the application run one of its tools. */
public final class ToolCall implements Part {
  private final String id;
  private final String name;
  private final String arguments;
  private final @Nullable VendorData vendorData;

  /** A call without vendor data. */
  public ToolCall(String id, String name, String arguments) {
    this(id, name, arguments, null);
  }

  /**
   * A call.
   *
   * @param vendorData what the vendor wants back with the call; null where there is none
   */
  public ToolCall(String id, String name, String arguments, @Nullable VendorData vendorData) {
    this.id = Objects.requireNonNull(id, "id");
    this.name = Objects.requireNonNull(name, "name");
    this.arguments = Objects.requireNonNull(arguments, "arguments");
    this.vendorData = vendorData;
  }

  /**
   * The vendor's id of this call, unique in the conversation; the {@link ToolResult} repeats it.
   */
  public String id() {
    return id;
  }

  /** The tool's name. */
  public String name() {
    return name;
  }

  /**
   * The arguments as JSON text, as the model wrote it: it may be invalid JSON, so parse it with
   * care.
   */
  public String arguments() {
    return arguments;
  }

  /** What the vendor wants back with the call; empty where there is nothing. */
  public Optional<VendorData> vendorData() {
    return Optional.ofNullable(vendorData);
  }

  /** What the tool answered to this call, as one text. */
  public ToolResult result(String text) {
    return ToolResult.of(id, text);
  }

  /** That the tool failed at this call, told to the model as text. */
  public ToolResult failure(String text) {
    return ToolResult.failure(id, text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolCall that
        && id.equals(that.id)
        && name.equals(that.name)
        && arguments.equals(that.arguments)
        && Objects.equals(vendorData, that.vendorData);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, arguments, vendorData);
  }

  /** Names the tool and not its arguments. */
  @Override
  public String toString() {
    return "ToolCall[" + name + ", " + arguments.length() + " chars]";
  }
}
